import { emptyFields, type MessageFields, type ServerFields } from '../../../message/fields.js'
import { isShadow } from '../../../util/case-alias.js'
import { type Dict, dict, int, text } from '../../../util/read.js'

const MESSAGE = emptyFields()

/** Keys that are added to those of the server. A server key with the same name is available only in `msg.raw`. */
const ADDED = {
  Type: true,
  Text: true,
  ActualUserName: true,
  ActualNickName: true,
  IsAt: true,
  IsAtAll: true,
  SystemInfo: true,
} satisfies Record<Exclude<keyof MessageFields, keyof ServerFields>, true>

const ADDED_KEYS = Object.keys(ADDED)
const MESSAGE_KEYS: ReadonlySet<string> = new Set([...Object.keys(MESSAGE), ...ADDED_KEYS])

/**
 * Reads a message so that every documented key has the documented type: missing and invalid values become empty, and
 * undocumented keys are kept verbatim. A key that would shadow another key or a member of the message is omitted.
 *
 * @see docs/protocol.md §9.9
 */
export function readWireMessage(value: unknown): ServerFields {
  const sent = dict(value)
  const message = readLike(MESSAGE, sent)
  for (const key of ADDED_KEYS) if (key in sent) delete message[key]
  for (const key in sent) if (isShadow(key, sent, MESSAGE_KEYS)) delete message[key]
  // Both contain the same digits, but a server may send only one of them.
  message.NewMsgId ||= message.MsgId
  message.MsgId ||= message.NewMsgId
  return message
}

function readLike<T extends object>(template: T, sent: Dict): T & Dict {
  const result: Dict = { ...sent }
  for (const [key, sample] of Object.entries(template)) {
    const value = sent[key]
    if (typeof sample === 'string') result[key] = text(value)
    else if (typeof sample === 'number') result[key] = int(value, sample)
    else result[key] = readLike(sample, dict(value))
  }
  return result as T & Dict
}
