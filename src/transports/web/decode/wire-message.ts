import { emptyFields, type MessageFields, type ServerFields } from '../../../message/fields.js'
import { isShadow } from '../../../util/case-alias.js'
import { type Dict, dict, int, text } from '../../../util/read.js'

const MESSAGE = emptyFields()

/** Keys that a message has beside the server's; one of that name is the server's only in `msg.raw`. */
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
 * A message with every documented key of the documented type: what is missing or wrong becomes empty, what is not
 * documented stays as it was sent. A key that would hide one of these, or one of a message's own, is left out.
 *
 * @see docs/protocol.md §9.9
 */
export function readWireMessage(value: unknown): ServerFields {
  const sent = dict(value)
  const message = readLike(MESSAGE, sent)
  for (const key of ADDED_KEYS) if (key in sent) delete message[key]
  for (const key in sent) if (isShadow(key, sent, MESSAGE_KEYS)) delete message[key]
  // The two hold the same digits; a server may send only one.
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
