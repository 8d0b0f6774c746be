import { ITEM_TYPE, MESSAGE_FINISHED, MESSAGE_TYPE } from '../../../transports/ilink/wire/message.js'
import { type Fields, fieldsOf } from '../../read/fields.js'
import type { Binding } from '../binding.js'
import type { IlinkExchange } from '../exchange.js'

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

/** Checks an accepted message. @see docs/ilink.md §5 */
export function checkMessage(exchange: IlinkExchange, binding: Binding, message: Fields, item: Fields): void {
  if (message.from_user_id !== '') exchange.warn('5', 'from_user_id is not empty')
  if (message.message_type !== MESSAGE_TYPE.bot) exchange.warn('5', `message_type is not ${MESSAGE_TYPE.bot}`)
  if (message.message_state !== MESSAGE_FINISHED) exchange.warn('5', `message_state is not ${MESSAGE_FINISHED}`)
  checkContextToken(exchange, binding, message.context_token)
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

function checkContextToken(exchange: IlinkExchange, { inbox }: Binding, token: unknown): void {
  const { deliveredToken } = inbox
  if (token === undefined || token === '') {
    if (deliveredToken) exchange.warn('5', 'context_token is missing')
    return
  }
  if (typeof token !== 'string' || !inbox.isIssuedToken(token)) {
    exchange.warn('5', 'context_token was not issued to this bot')
    return
  }
  const isLatest = token === deliveredToken?.token
  if (!isLatest && deliveredToken && exchange.nowMs - deliveredToken.at >= NEW_TOKEN_MS) {
    exchange.warn('5', 'context_token is not the latest one')
  }
}

function checkFields(exchange: IlinkExchange, place: string, fields: Fields, expected: readonly string[]): void {
  for (const name of Object.keys(fields)) {
    if (!expected.includes(name)) exchange.warn('5', `unexpected field ${name} in ${place}`)
  }
}
