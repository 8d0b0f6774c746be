import { createHash } from 'node:crypto'
import type { Addresses, Envelope } from '../../../transport/batch.js'
import { type Dict, dict, int, list, text } from '../../../util/read.js'
import { MESSAGE_TYPE } from '../wire/message.js'

/**
 * Splits a reply's messages into one message per item, in order. A message without items stays one message. Messages
 * that no user wrote are discarded.
 *
 * @see docs/ilink.md §4.1
 */
export function splitMessages(messages: readonly unknown[]): Dict[] {
  return messages.flatMap((value) => {
    const message = dict(value)
    if (int(message.message_type, MESSAGE_TYPE.user) !== MESSAGE_TYPE.user) return []
    const items = list(message.item_list)
    if (items.length <= 1) return [message]
    return items.map((item, index) => ({ ...message, item_list: [item], item_index: index }))
  })
}

/** The only item of a split message. */
export function itemOf(message: Dict): Dict {
  return dict(list(message.item_list)[0])
}

/** `''` for a message without an id. Items after the first have the id of the message and their position. */
export function idOf(message: Dict): string {
  const id = text(message.message_id)
  return id === '' || id === '0' ? '' : id + suffixOf(message)
}

function suffixOf(message: Dict): string {
  const index = int(message.item_index, 0)
  return index === 0 ? '' : `#${index + 1}`
}

/** Time sent in epoch ms; 0 when unknown. */
export function timeOf(message: Dict): number {
  return Math.max(0, int(message.create_time_ms, 0))
}

/** Reads the envelope of one split message. Never throws. @see docs/ilink.md §4.1 */
export function readEnvelope(sent: Dict): Envelope {
  const from = text(sent.from_user_id)
  const id = idOf(sent)
  const aliases = aliasesOf(sent)
  return {
    id: id || (aliases[0] ?? ''),
    aliases,
    chat: from,
    timeMs: timeOf(sent),
    sent,
    from,
    to: text(sent.to_user_id),
    speaker: '',
    names: [],
    isNotification: false,
    revealed: [],
  }
}

/**
 * The key that identifies a message when the server delivers it again under another id: its content, with the id given by
 * the phone or, without one, with the sender and the time. The content alone does not identify a message: the same text,
 * written twice, is two messages.
 *
 * @see docs/ilink.md §4
 */
function aliasesOf(message: Dict): string[] {
  const clientId = text(message.client_id)
  const timeMs = timeOf(message)
  if (clientId === '' && timeMs === 0) return []
  const origin = clientId === '' ? ['sent', text(message.from_user_id), timeMs] : ['client', clientId]
  const content = JSON.stringify([...origin, itemOf(message)], (key, value) => (VOLATILE.has(key) ? undefined : value))
  return [`same ${createHash('sha256').update(content).digest('base64url').slice(0, 22)}${suffixOf(message)}`]
}

/** What may differ when a message is delivered again: ids, times, and the addresses and keys of files. */
const VOLATILE: ReadonlySet<string> = new Set([
  'msg_id',
  'create_time_ms',
  'update_time_ms',
  'is_completed',
  'media',
  'thumb_media',
  'aeskey',
  'url',
])

/** Returns the message with other addresses: a new binding has a new bot id. */
export function readdress(sent: Dict, { from, to }: Addresses): Dict {
  return {
    ...sent,
    from_user_id: from ?? text(sent.from_user_id),
    to_user_id: to ?? text(sent.to_user_id),
  }
}
