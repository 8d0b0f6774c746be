import { emptyFields, type MessageType, type RawMessage, type ServerFields } from '../../../message/fields.js'
import { createMessage, type Message } from '../../../message/message.js'
import { timedName } from '../../../message/timed-name.js'
import type { DecodeContext } from '../../../transport/transport.js'
import { type Dict, dict, int, text } from '../../../util/read.js'
import { safeName } from '../../../util/safe-name.js'
import type { KnownText } from '../session/known-texts.js'
import { contactEntry } from './contact.js'
import { idOf, itemOf, timeOf } from './envelope.js'
import { decodeQuote, textOf } from './quote.js'
import { typeOf } from './types.js'

/** Extension of the file name of each type whose files have no name. @see docs/ilink.md §6 */
const EXTENSIONS: Readonly<Partial<Record<MessageType, string>>> = { Picture: 'png', Recording: 'silk', Video: 'mp4' }

/** Types whose `text` is the download function. */
const MEDIA_TYPES: ReadonlySet<MessageType> = new Set(['Picture', 'Recording', 'Attachment', 'Video'])

/**
 * Decodes one split message. Never throws, regardless of what a server or the owner sends.
 *
 * @param known returns the text of a message by its id, for quotes
 * @see docs/ilink.md §4.1
 */
export function decodeMessage(
  sent: Dict,
  { contacts, stranger, actions, stale = false }: DecodeContext,
  known: (id: string) => KnownText | undefined,
): Message {
  const item = itemOf(sent)
  const type = typeOf(int(item.type, 0))
  const from = text(sent.from_user_id)
  const fields = fieldsOf(sent, item, type)
  const user = from === '' ? contacts.self : (contacts.get(from) ?? stranger(contactEntry(from)))
  const quote = decodeQuote(item, known)
  const transcript = type === 'Recording' ? text(dict(item.voice_item).text) : ''
  const message = createMessage(Object.assign(fields, { Type: type, Text: fields.Content }), {
    raw: sent as RawMessage,
    user,
    isSelf: false,
    originalFileName: text(dict(item.file_item).file_name),
    stale,
    payload: { ...(quote ? { quote } : {}), ...(transcript === '' ? {} : { transcript }) },
    actions,
  })
  if (MEDIA_TYPES.has(type)) Object.assign(message, { Text: message.download.bind(message) })
  return message
}

function fieldsOf(sent: Dict, item: Dict, type: MessageType): ServerFields {
  const id = idOf(sent)
  const CreateTime = Math.floor(timeOf(sent) / 1_000)
  const { len, file_name } = dict(item.file_item)
  const { playtime } = dict(item.voice_item)
  const { thumb_width, thumb_height } = dict(item.image_item)
  const extension = EXTENSIONS[type]
  const name = type === 'Attachment' ? safeName(text(file_name)) : ''
  return {
    ...emptyFields(),
    MsgId: id,
    NewMsgId: id,
    FromUserName: text(sent.from_user_id),
    ToUserName: text(sent.to_user_id),
    Content: type === 'Text' ? textOf(item) : '',
    CreateTime,
    VoiceLength: Math.max(0, int(playtime, 0)),
    FileName: extension === undefined ? name : timedName({ CreateTime, MsgId: id }, extension),
    FileSize: text(len),
    ImgWidth: Math.max(0, int(thumb_width, 0)),
    ImgHeight: Math.max(0, int(thumb_height, 0)),
  }
}
