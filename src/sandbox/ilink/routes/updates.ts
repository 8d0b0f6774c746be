import { MESSAGE_TYPE } from '../../../transports/ilink/wire/message.js'
import { ConnectionLost } from '../../faults/connection-lost.js'
import type { FaultKind } from '../../faults/fault-table.js'
import { seededRandom } from '../../random.js'
import { answer } from '../../routes/exchange.js'
import type { Content } from '../../world/message.js'
import type { Binding } from '../binding.js'
import { checkPoll, checkStop } from '../conformance/updates.js'
import { HttpRefusal, type IlinkExchange, sessionOver } from '../http/exchange.js'
import type { InboxMessage } from '../inbox.js'
import { encodedContents, encodeMessage, type WireForm } from './encode.js'

/** When the gateway ends polls, if a fault makes it do so. */
export const GATEWAY_HOLD_MS = 16_000

/** How long a program may end its polls early after a gateway has ended one. */
const SHORT_POLLS_MS = 10 * 60_000

const MEDIA_KINDS: readonly Content['kind'][] = ['image', 'voice', 'file', 'video']

/** The kinds of messages that these faults affect. Only pictures have a second key, which `hexKey` leaves out. */
const MEDIA_FAULTS: Partial<Record<FaultKind, readonly Content['kind'][]>> = {
  keyMismatch: MEDIA_KINDS,
  noKey: MEDIA_KINDS,
  rawKey: MEDIA_KINDS,
  hexKey: ['image'],
}

/** The program starts receiving. @see docs/ilink.md §7 */
export function notifystart(exchange: IlinkExchange): Response {
  reviveToken(exchange)
  const { binding } = exchange
  binding.isStarted = true
  binding.hasPolled = false
  binding.notified.starts++
  // What the program did before may not have ended as it should: it may have been killed.
  binding.isTyping = false
  binding.memory.hasAbandonedPoll = false
  binding.inbox.restarted()
  exchange.service.changed()
  return exchange.ok()
}

/** The program stops receiving. @see docs/ilink.md §7 */
export function notifystop(exchange: IlinkExchange): Response {
  const { binding } = exchange
  checkStop(exchange, binding)
  binding.isStarted = false
  binding.hasPolled = false
  binding.notified.stops++
  binding.memory.hasAbandonedPoll = false
  exchange.service.changed()
  return exchange.ok()
}

/** A token that has gone stale may become valid again. @see docs/ilink.md §7 */
function reviveToken(exchange: IlinkExchange): void {
  const binding = exchange.owner
  if (binding?.tokenState !== 'revivable') return
  binding.tokenState = 'valid'
  binding.isStarted = false
  binding.memory.denied.clear()
}

/** Holds the poll open until there are messages. @see docs/ilink.md §4 */
export async function getupdates(exchange: IlinkExchange): Promise<Response> {
  const { binding, request, service } = exchange
  checkPoll(exchange, binding)
  if (binding.heldPolls > 0 && exchange.draws('pollLock')) throw new HttpRefusal(403, 'another poll is being held')
  const isFirst = !binding.hasPolled
  binding.hasPolled = true
  if (isFirst) service.changed()
  const isRace = exchange.draws('raceTimeout')
  const isCutOff = isRace ? await holdToTheEnd(exchange, binding) : await holdPoll(exchange, binding)
  if (request.signal.aborted && !isRace) {
    // The program counts from the moment at which it sent the request, which a fault may have delayed.
    if (exchange.nowMs < exchange.entry.at + service.settings.holdMs) binding.memory.hasAbandonedPoll = true
    throw new ConnectionLost('the program ended the poll')
  }
  if (binding.tokenState !== 'valid') throw sessionOver(`the token is ${binding.tokenState}`)
  if (isCutOff) {
    binding.memory.shortPollsUntil = exchange.nowMs + SHORT_POLLS_MS
    return answer('', 'text/plain', new Headers(), 524)
  }
  return deliver(exchange, binding)
}

/**
 * Waits for the whole time, even if there are messages or the program disconnects. Returns whether a gateway ends the
 * poll.
 */
async function holdToTheEnd(exchange: IlinkExchange, binding: Binding): Promise<boolean> {
  const { core, request, service } = exchange
  const { holdMs } = service.settings
  const release = core.traffic.hold('getupdates')
  const leave = countHeld(binding, request.signal)
  const firstMs = Math.min(holdMs, GATEWAY_HOLD_MS)
  try {
    await core.clock.sleep(firstMs, core.closing)
    if (firstMs === holdMs) return false
    if (exchange.draws('gateway524')) return true
    await core.clock.sleep(holdMs - firstMs, core.closing)
  } catch (error) {
    if (!core.closing.aborted) throw error
  } finally {
    release()
    leave()
  }
  return false
}

/**
 * Waits until there are messages, the time has passed, or the token may no longer be used for polling. Returns whether a
 * gateway ends the poll.
 */
async function holdPoll(exchange: IlinkExchange, binding: Binding): Promise<boolean> {
  const { core, request, service } = exchange
  const { clock, closing } = core
  const { holdMs } = service.settings
  const deadline = clock.now() + holdMs
  let gateway = holdMs > GATEWAY_HOLD_MS ? clock.now() + GATEWAY_HOLD_MS : Number.POSITIVE_INFINITY
  let release: (() => void) | undefined
  const leave = countHeld(binding, request.signal)
  try {
    while (!binding.inbox.hasPending && binding.mayHold(clock.now())) {
      if (clock.now() >= deadline || request.signal.aborted || closing.aborted) return false
      if (clock.now() >= gateway) {
        gateway = Number.POSITIVE_INFINITY
        if (exchange.draws('gateway524')) return true
      }
      const leftMs = Math.min(deadline, gateway) - clock.now()
      const change = binding.inbox.notifier.waitFor(
        Math.min(leftMs, binding.holdLeftMs(clock.now())),
        clock,
        request.signal,
        closing,
      )
      release ??= core.traffic.hold('getupdates')
      await change
    }
    return false
  } finally {
    release?.()
    leave()
  }
}

/** Counts the poll as held until the returned function is called or the program disconnects. */
function countHeld(binding: Binding, disconnected: AbortSignal): () => void {
  let isHeld = !disconnected.aborted
  if (isHeld) binding.heldPolls++
  const leave = () => {
    if (isHeld) binding.heldPolls--
    isHeld = false
    disconnected.removeEventListener('abort', leave)
  }
  disconnected.addEventListener('abort', leave)
  return leave
}

function deliver(exchange: IlinkExchange, binding: Binding): Response {
  const { core, service } = exchange
  const { inbox } = binding
  const formerCursor = inbox.cursor
  const { pending } = inbox
  const faults = pending.length === 0 ? new Map<FaultKind, number>() : deliveryFaults(exchange, pending)
  const form: WireForm = {
    settings: service.settings,
    cdn: service.cdn,
    origin: exchange.url.origin,
    botId: binding.botId,
    userId: service.userId,
    faults,
    findMessage: (id) => core.world.findMessage(id),
  }
  const messages = withRepetitions(exchange, binding, pending, faults).map((message) => encodeMessage(form, message))
  // Only now, because a message that cannot be encoded must not take the others with it.
  const tokens = messages.flatMap(contextTokenOf)
  inbox.take(tokens)
  core.traffic.join(exchange.entry, pending.flatMap(messageIdsOf))
  if (faults.has('lostReply')) throw new ConnectionLost('fault lostReply, after the cursor had moved')
  const { position } = inbox
  exchange.onReceived = () => inbox.delivered(position, tokens.at(-1), exchange.nowMs)
  core.markDelivered(pending.flatMap(({ shown }) => shown))
  const stuckSeed = faults.get('cursorStuck')
  return exchange.ok({
    msgs: messages,
    get_updates_buf: stuckSeed === undefined ? inbox.cursor : stuckCursor(stuckSeed, formerCursor),
    longpolling_timeout_ms: service.settings.holdMs,
  })
}

/** Only raw messages are not shown on the phone. */
function messageIdsOf({ id, shown }: InboxMessage): string[] {
  return shown.length === 0 ? [id] : shown.map((message) => message.id)
}

/** The token in a message from the owner, which the program must use. */
function contextTokenOf(message: object): string[] {
  const { context_token: token, message_type: type }: { context_token?: unknown; message_type?: unknown } = message
  return type === MESSAGE_TYPE.user && typeof token === 'string' && token !== '' ? [token] : []
}

/** The faults that affect a reply with messages. They are drawn when it is sent, not when the poll arrives. */
function deliveryFaults(exchange: IlinkExchange, taken: readonly InboxMessage[]): Map<FaultKind, number> {
  const { endpoint, url, core, service } = exchange
  const contents = taken.flatMap(({ items }) => items.flatMap((item) => ('content' in item ? [item.content] : [])))
  const kinds = new Set(
    contents
      .flatMap((content) => encodedContents(content, service.settings, (id) => core.world.findMessage(id)))
      .map(({ kind }) => kind),
  )
  const triggered = core.faults.triggerDelivery(endpoint, url.pathname + url.search, (kind) => {
    return MEDIA_FAULTS[kind]?.some((affected) => kinds.has(affected)) ?? true
  })
  exchange.addFaults(triggered.map(({ fault }) => fault.kind))
  return new Map(triggered.map(({ fault, seed }) => [fault.kind, seed]))
}

/** @see docs/ilink.md §4 */
function withRepetitions(
  { core }: IlinkExchange,
  { inbox }: Binding,
  messages: readonly InboxMessage[],
  faults: ReadonlyMap<FaultKind, number>,
): InboxMessage[] {
  const repeated = faults.has('duplicate') ? messages.map((message) => inbox.repeat(message, message.id)) : []
  const renamed = faults.has('duplicateNewId')
    ? messages.map((message) => inbox.repeat(message, core.world.newMessageId()))
    : []
  return [...messages, ...repeated, ...renamed]
}

/** Empty, unchanged or absent. */
function stuckCursor(seed: number, formerCursor: string): string | undefined {
  const choice = Math.floor(seededRandom(seed)() * 3)
  return [undefined, '', formerCursor][choice]
}
