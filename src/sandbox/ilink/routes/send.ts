import { RET } from '../../../transports/ilink/wire/codes.js'
import { ITEM_TYPE } from '../../../transports/ilink/wire/message.js'
import type { FaultKind } from '../../faults/fault-table.js'
import { type Fields, fieldsOf } from '../../read/fields.js'
import { recordRefused, recordSent } from '../../record-send.js'
import type { Attempt } from '../../refused-sends.js'
import { answer } from '../../routes/exchange.js'
import { CLAWBOT } from '../../world/clawbot.js'
import type { Content } from '../../world/message.js'
import type { Binding } from '../binding.js'
import type { DropReason, SendRefusal } from '../clawbot-view.js'
import { checkDrop, checkMessage } from '../conformance/send.js'
import { type IlinkExchange, IlinkRefusal } from '../http/exchange.js'
import { isBurst } from '../limits.js'
import { keptText, keyOf, nameOf } from '../text.js'
import { longId } from './encode.js'
import { readMedia } from './send-media.js'

/** Longer text is cut. @see docs/ilink.md §5 */
const MAX_TEXT = 2000
const MAX_CLIENT_IDS = 10_000
/** A send this long after the owner's message was delivered is not a reply to it. */
const REPLY_MS = 5 * 60_000

const REFUSED: Record<SendRefusal, string> = {
  needsMessage: 'the owner has not written since the binding',
  windowClosed: "the owner's last message is too old",
  quota: 'the quota is used up',
  throttled: 'the bot wrote too fast; this attempt starts the penalty again',
}

/** What becomes of an accepted message. */
type Outcome =
  | { readonly content: Content; readonly isBroken?: true; readonly drop?: DropReason; readonly droppedText?: string }
  | { readonly content?: undefined; readonly drop: DropReason }

/** Sends one message to the owner. @see docs/ilink.md §5 */
export function sendmessage(exchange: IlinkExchange): Response {
  const { binding, service } = exchange
  const message = fieldsOf(exchange.body.msg)
  const items: unknown = message.item_list
  if (!Array.isArray(items) || items.length === 0) throw refusal(exchange, 'item_list is missing or empty')
  if (items.length > 1) {
    throw new IlinkRefusal(RET.invalidArguments, 'invalid arguments', 'item_list has more than one item')
  }
  if (message.to_user_id !== service.userId) {
    throw new IlinkRefusal(RET.invalidArguments, 'invalid arguments', 'to_user_id is not the owner')
  }
  checkBurst(exchange, binding, message)
  if (service.limits.isPenaltyKnown) exchange.warn('5.1', 'a message is sent during the penalty, which prolongs it')
  const refused = service.limits.trySend()
  service.changed()
  if (refused) throw refusal(exchange, REFUSED[refused])
  const item = fieldsOf(items[0])
  checkMessage(exchange, binding, message, item)
  return reply(exchange, message, item, outcomeOf(exchange, binding, message, item))
}

function refusal(exchange: IlinkExchange, reason: string): IlinkRefusal {
  return new IlinkRefusal(RET.refused, exchange.service.settings.refusalText, reason)
}

/** Only pushes are limited in speed, not replies. @see docs/ilink.md §5.1 */
function checkBurst(exchange: IlinkExchange, { inbox, memory }: Binding, { context_token: token }: Fields): void {
  const { limits, settings } = exchange.service
  const { deliveredToken } = inbox
  const isReply = deliveredToken?.token === token && exchange.nowMs - (deliveredToken?.at ?? 0) < REPLY_MS
  if (isReply || limits.refusal !== undefined || !isBurst(memory.pushes, exchange.nowMs)) return
  if (settings.pacing)
    exchange.warn('5.1', 'three messages within a second that are not replies; send them more slowly')
  if (settings.refusesBursts) limits.throttle()
}

function outcomeOf(exchange: IlinkExchange, binding: Binding, message: Fields, item: Fields): Outcome {
  const { memory } = binding
  const { client_id: clientId } = message
  if (typeof clientId !== 'string' || clientId === '') return { drop: 'noClientId' }
  const key = keyOf(clientId)
  if (memory.clientIds.has(key)) return { drop: 'reusedClientId' }
  memory.clientIds.add(key)
  const [oldest] = memory.clientIds
  if (memory.clientIds.size > MAX_CLIENT_IDS && oldest !== undefined) memory.clientIds.delete(oldest)
  if (exchange.service.limits.isShadowed) return { drop: 'shadow' }
  const outcome = contentOf(exchange, binding, item)
  // Only messages that would be shown count.
  return outcome.content && exchange.draws('acceptedNotShown') ? { drop: 'acceptedNotShown' } : outcome
}

function contentOf(exchange: IlinkExchange, binding: Binding, item: Fields): Outcome {
  switch (item.type) {
    case ITEM_TYPE.text:
      return textOutcome(exchange, binding, fieldsOf(item.text_item).text)
    case ITEM_TYPE.image:
    case ITEM_TYPE.file:
    case ITEM_TYPE.video:
      return readMedia(exchange, item.type, item)
    case ITEM_TYPE.voice:
      return { drop: 'voice' }
    case ITEM_TYPE.toolCallStart:
    case ITEM_TYPE.toolCallResult:
      return { drop: 'toolCall' }
    default:
      return { drop: 'unknownItem' }
  }
}

function textOutcome(exchange: IlinkExchange, { memory }: Binding, text: unknown): Outcome {
  if (typeof text !== 'string' || text === '') return { drop: 'emptyText' }
  memory.parts++
  if (memory.parts > exchange.service.settings.partsPerReply) return { drop: 'tooManyParts' }
  if (text.length <= MAX_TEXT) return { content: { kind: 'text', text } }
  const content = { kind: 'text' as const, text: text.slice(0, MAX_TEXT) }
  return { content, drop: 'textCut', droppedText: text.slice(MAX_TEXT) }
}

function reply(exchange: IlinkExchange, message: Fields, item: Fields, outcome: Outcome): Response {
  const { service, core } = exchange
  const shown = show(exchange, outcome)
  const id = shown ?? core.world.newMessageId()
  if (shown !== undefined && outcome.content) {
    recordSent(core, exchange.entry, { id, chatId: CLAWBOT, content: outcome.content })
  }
  if (outcome.drop !== undefined) {
    exchange.reason = `accepted, but not shown as sent: ${outcome.drop}`
    checkDrop(exchange, outcome.drop)
    const text = keptText((outcome.content && outcome.droppedText) ?? describe(item))
    const itemType = typeof item.type === 'number' ? item.type : 0
    const clientId = nameOf(message.client_id)
    service.drop({ id, at: exchange.nowMs, reason: outcome.drop, itemType, clientId, text })
  }
  if (outcome.drop === 'shadow' || outcome.drop === 'acceptedNotShown') return exchange.ok()
  const { sendReply } = service.settings
  const form = sendReply !== 'empty' && exchange.draws('sendEmpty') ? 'empty' : sendReply
  if (form === 'empty') return answer('', 'application/json')
  if (form === 'object') return exchange.json({})
  if (form === 'ret') return exchange.ok()
  const faults = { has: (kind: FaultKind) => service.settings.idAs === 'number' && exchange.draws(kind) }
  return exchange.ok({ message_id: longId({ settings: service.settings, faults }, id) })
}

function show(exchange: IlinkExchange, { content, ...outcome }: Outcome): string | undefined {
  const { service, core } = exchange
  if (!content) return undefined
  const broken = 'isBroken' in outcome && outcome.isBroken ? { isBroken: true as const } : {}
  if (!exchange.draws('lateBatch')) return service.show({ content, ...broken })
  const id = core.world.newMessageId()
  service.showLate({ id, content, ...broken })
  return id
}

function describe(item: Fields): string {
  const { text } = fieldsOf(item.text_item)
  const { file_name: name } = fieldsOf(item.file_item)
  return [text, name].find((value) => typeof value === 'string') ?? ''
}

const ITEM_KINDS: Readonly<Record<number, Attempt['kind']>> = {
  [ITEM_TYPE.text]: 'text',
  [ITEM_TYPE.image]: 'image',
  [ITEM_TYPE.voice]: 'voice',
  [ITEM_TYPE.file]: 'file',
  [ITEM_TYPE.video]: 'video',
}

/** Records what a refused request tried to send. */
export function recordRefusedSend(exchange: IlinkExchange): void {
  const { core, endpoint, entry, owner, result = '0' } = exchange
  if (endpoint !== 'sendmessage' || result === '0' || !owner) return
  const items = fieldsOf(bodyOf(exchange).msg).item_list
  const item = fieldsOf(Array.isArray(items) ? items[0] : undefined)
  const kind = ITEM_KINDS[Number(item.type)] ?? 'unknown'
  recordRefused(core, entry, { chatId: CLAWBOT, kind, text: describe(item) }, Number(result))
}

function bodyOf(exchange: IlinkExchange): Fields {
  try {
    return exchange.body
  } catch {
    // A fault has replied before the body was read; it may be anything.
    return {}
  }
}
