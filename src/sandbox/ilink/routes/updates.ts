import { ConnectionLost } from '../../faults/connection-lost.js'
import type { FaultKind } from '../../faults/fault-table.js'
import { seededRandom } from '../../random.js'
import { answer } from '../../routes/exchange.js'
import type { Binding } from '../binding.js'
import { checkPoll, checkStop } from '../conformance/updates.js'
import { encodeMessage, type WireForm } from '../encode.js'
import { HttpRefusal, type IlinkExchange, sessionOver } from '../exchange.js'
import type { InboxMessage } from '../inbox.js'

/** When the gateway ends polls, if a fault makes it do so. */
export const GATEWAY_HOLD_MS = 16_000

const MEDIA_FAULTS: ReadonlySet<FaultKind> = new Set(['keyMismatch', 'noKey', 'rawKey', 'hexKey'])

/** The program starts receiving. @see docs/ilink.md §7 */
export function notifystart(exchange: IlinkExchange): Response {
  reviveToken(exchange)
  const { binding } = exchange
  binding.isStarted = true
  binding.hasPolled = false
  binding.notified.starts++
  binding.memory.hasAbandonedPoll = false
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
  binding.memory.deniedPolls = 0
  binding.memory.deniedSends = 0
}

/** Holds the poll open until there are messages. @see docs/ilink.md §4 */
export async function getupdates(exchange: IlinkExchange): Promise<Response> {
  const { binding, request, service, quirks } = exchange
  checkPoll(exchange, binding)
  if (quirks.has('pollLock') && binding.heldPolls > 0) throw new HttpRefusal(403, 'another poll is being held')
  const isFirst = !binding.hasPolled
  binding.hasPolled = true
  if (isFirst) service.changed()
  const startedAt = exchange.nowMs
  const { holdMs } = service.settings
  const isCutOff = quirks.has('gateway524') && holdMs > GATEWAY_HOLD_MS
  if (quirks.has('raceTimeout')) await holdToTheEnd(exchange, binding, holdMs)
  else await holdPoll(exchange, binding, isCutOff ? GATEWAY_HOLD_MS : holdMs)
  if (request.signal.aborted && !quirks.has('raceTimeout')) {
    if (exchange.nowMs < startedAt + holdMs) binding.memory.hasAbandonedPoll = true
    throw new ConnectionLost('the program ended the poll')
  }
  if (binding.tokenState !== 'valid') throw sessionOver(`the token is ${binding.tokenState}`)
  if (isCutOff && !binding.inbox.hasPending) {
    binding.memory.wasCutOff = true
    return answer('', 'text/plain', new Headers(), 524)
  }
  return deliver(exchange, binding)
}

/** Waits for the whole time, even if there are messages or the program disconnects. */
async function holdToTheEnd({ core }: IlinkExchange, binding: Binding, ms: number): Promise<void> {
  binding.heldPolls++
  const release = core.traffic.hold('getupdates')
  try {
    await core.clock.sleep(ms, core.closing)
  } catch (error) {
    if (!core.closing.aborted) throw error
  } finally {
    release()
    binding.heldPolls--
  }
}

/** Waits until there are messages, the time has passed, or the token may no longer be used for polling. */
async function holdPoll(exchange: IlinkExchange, binding: Binding, ms: number): Promise<void> {
  const { core, request } = exchange
  const { clock, closing } = core
  const deadline = clock.now() + ms
  let release: (() => void) | undefined
  binding.heldPolls++
  try {
    while (!binding.inbox.hasPending && binding.mayHold(clock.now())) {
      const leftMs = Math.min(deadline - clock.now(), binding.holdLeftMs(clock.now()))
      if (leftMs <= 0 || request.signal.aborted || closing.aborted) return
      const change = binding.inbox.notifier.waitFor(leftMs, clock, request.signal, closing)
      release ??= core.traffic.hold('getupdates')
      await change
    }
  } finally {
    release?.()
    binding.heldPolls--
  }
}

function deliver(exchange: IlinkExchange, binding: Binding): Response {
  const { core, service } = exchange
  const { inbox } = binding
  const formerCursor = inbox.cursor
  const taken = inbox.take()
  const faults = taken.length === 0 ? new Map<FaultKind, number>() : deliveryFaults(exchange, taken)
  const form: WireForm = {
    settings: service.settings,
    cdn: service.cdn,
    origin: exchange.url.origin,
    botId: binding.botId,
    userId: service.userId,
    faults,
    findMessage: (id) => core.world.findMessage(id),
  }
  const messages = withRepetitions(exchange, binding, taken, faults)
  if (faults.has('lostReply')) throw new ConnectionLost('fault lostReply, after the cursor had moved')
  const last = messages.at(-1)
  if (last && !faults.has('noContextToken')) {
    inbox.deliveredToken = { token: last.contextToken, at: exchange.nowMs }
  }
  core.markDelivered(taken.flatMap(({ shown }) => shown))
  const stuckSeed = faults.get('cursorStuck')
  return exchange.ok({
    msgs: messages.map((message) => encodeMessage(form, message)),
    get_updates_buf: stuckSeed === undefined ? inbox.cursor : stuckCursor(stuckSeed, formerCursor),
    longpolling_timeout_ms: service.settings.holdMs,
  })
}

/** The faults that affect a reply with messages. They are drawn when it is sent, not when the poll arrives. */
function deliveryFaults(exchange: IlinkExchange, taken: readonly InboxMessage[]): Map<FaultKind, number> {
  const hasMedia = taken.some(({ items }) =>
    items.some((item) => 'content' in item && 'media' in item.content && item.content.kind !== 'sticker'),
  )
  const { endpoint, url, core } = exchange
  const triggered = core.faults.triggerDelivery(endpoint, url.pathname + url.search, (kind) => {
    return hasMedia || !MEDIA_FAULTS.has(kind)
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
