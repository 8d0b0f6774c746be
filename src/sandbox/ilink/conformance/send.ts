import { ITEM_TYPE, MESSAGE_FINISHED, MESSAGE_TYPE } from '../../../transports/ilink/wire/message.js'
import { type Fields, fieldsOf } from '../../read/fields.js'
import type { Binding } from '../binding.js'
import type { DropReason } from '../clawbot-view.js'
import type { IlinkExchange } from '../http/exchange.js'
import { keyOf, nameOf, textOf } from '../text.js'

/** Number of names in the warnings for each place. */
const MAX_UNEXPECTED = 10
/** A program may still use the former token for so long. */
const NEW_TOKEN_MS = 1000

const MESSAGE_FIELDS = [
  'from_user_id',
  'to_user_id',
  'client_id',
  'message_type',
  'message_state',
  'item_list',
  'context_token',
  'run_id',
]
const MEDIA_FIELDS = ['encrypt_query_param', 'aes_key', 'encrypt_type']
const TOOL_CALL_FIELDS = ['tool_name', 'tool_call_id', 'status']

/** The member of each type of item and its fields. Other fields led to refusals. @see docs/ilink.md §5, §6.1 */
const MEMBERS: ReadonlyMap<unknown, { name: string; fields: readonly string[] }> = new Map([
  [ITEM_TYPE.text, { name: 'text_item', fields: ['text'] }],
  [ITEM_TYPE.image, { name: 'image_item', fields: ['media', 'mid_size'] }],
  [ITEM_TYPE.file, { name: 'file_item', fields: ['media', 'file_name', 'len'] }],
  [ITEM_TYPE.video, { name: 'video_item', fields: ['media', 'video_size'] }],
  [ITEM_TYPE.toolCallStart, { name: 'tool_call_start_item', fields: TOOL_CALL_FIELDS }],
  [ITEM_TYPE.toolCallResult, { name: 'tool_call_result_item', fields: TOOL_CALL_FIELDS }],
])
const TOOL_CALLS: readonly unknown[] = [ITEM_TYPE.toolCallStart, ITEM_TYPE.toolCallResult]

/**
 * What a program does wrong to lose a message. No program can foresee the other reasons; a repeated `client_id` may be an
 * attempt after a lost reply; some programs send tool calls on purpose; and `aes_key` is checked separately.
 */
const DROPPED: Partial<Record<DropReason, readonly [section: string, text: string]>> = {
  noClientId: ['5', 'client_id is missing; the message is not shown'],
  voice: ['5', 'voice messages are not shown'],
  unknownItem: ['5', 'the item has an unknown type; it is not shown'],
  emptyText: ['5', 'text_item.text is empty; the message is not shown'],
  textCut: ['5.2', 'the text is longer than 2,000 characters; the rest is not shown'],
  tooManyParts: ['5.2', 'too many texts since the last message from the owner; the text is not shown'],
  unknownReference: ['6.1', 'encrypt_query_param was not issued by the media server; the file is not shown'],
  uploadParam: ['6.1', 'encrypt_query_param is the parameter of the upload, not the header of its reply'],
  grayWrongKey: ['6.1', 'aes_key is not the key that was announced; the file cannot be shown'],
  grayWrongSize: ['6.1', 'mid_size is not the size of the encrypted file; the picture is shown gray'],
  grayNoEncryptType: ['6.1', 'media.encrypt_type is missing'],
}

/** Checks an accepted message. @see docs/ilink.md §5 */
export function checkMessage(exchange: IlinkExchange, binding: Binding, message: Fields, item: Fields): void {
  if (message.from_user_id !== '') exchange.warn('5', 'from_user_id is not empty')
  if (message.message_type !== MESSAGE_TYPE.bot) exchange.warn('5', `message_type is not ${MESSAGE_TYPE.bot}`)
  if (message.message_state !== MESSAGE_FINISHED) exchange.warn('5', `message_state is not ${MESSAGE_FINISHED}`)
  checkContextToken(exchange, binding, message)
  checkFields(exchange, 'msg', message, MESSAGE_FIELDS)
  const member = MEMBERS.get(item.type)
  if (!member) return
  const isToolCall = TOOL_CALLS.includes(item.type)
  checkFields(exchange, 'the item', item, [
    'type',
    member.name,
    ...(isToolCall ? ['create_time_ms', 'is_completed'] : []),
  ])
  const fields = fieldsOf(item[member.name])
  checkFields(exchange, member.name, fields, member.fields)
  checkFields(exchange, 'media', fieldsOf(fields.media), MEDIA_FIELDS)
}

function checkContextToken(exchange: IlinkExchange, { inbox, memory }: Binding, message: Fields): void {
  const { context_token: token, client_id: clientId } = message
  const { deliveredToken } = inbox
  if (token === undefined || token === '') {
    if (deliveredToken) exchange.warn('5', 'context_token is missing')
    return
  }
  if (typeof token !== 'string' || !inbox.isIssuedToken(token)) {
    exchange.warn('5', 'context_token was not issued to this bot')
    return
  }
  if (memory.lostSends.has(keyOf(textOf(clientId)))) return
  // A fault may have delayed the request.
  if (deliveredToken && inbox.isOlderToken(token) && exchange.entry.at - deliveredToken.at >= NEW_TOKEN_MS) {
    exchange.warn('5', 'context_token is not the latest one')
  }
}

function checkFields(exchange: IlinkExchange, place: string, fields: Fields, expected: readonly string[]): void {
  const found = Object.keys(fields).find((name) => !expected.includes(name))
  if (found === undefined) return
  const name = nameOf(found)
  const { unexpected } = exchange.service
  const known = unexpected.get(place) ?? new Set()
  unexpected.set(place, known)
  if (known.size < MAX_UNEXPECTED) known.add(name)
  exchange.warn('5', known.has(name) ? `unexpected field ${name} in ${place}` : `further unexpected fields in ${place}`)
}

/** Checks a message that the phone does not show as it was sent. @see docs/ilink.md §5, §6.1 */
export function checkDrop(exchange: IlinkExchange, drop: DropReason): void {
  const rule = DROPPED[drop]
  if (rule) exchange.warn(...rule)
}
