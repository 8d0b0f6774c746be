import type { ContactLookup } from '../../../contact/contact.js'
import { Chatroom, type Contact } from '../../../contact/contact.js'
import type { MessageType, RawMessage } from '../../../message/fields.js'
import { createMessage, type Message } from '../../../message/message.js'
import type { DecodeContext } from '../../../transport/transport.js'
import { MSG_TYPE, type WireMessage, type WireRecommendInfo } from '../wire/message.js'
import { TEXT_FIELDS } from '../wire/text-fields.js'
import { readContact } from './contact.js'
import { conversationOf, isOwn, requesterOf } from './envelope.js'
import { fileNameOf } from './file-name.js'
import { isGroup, mentionsAll, mentionsSelf, splitGroupPrefix } from './group.js'
import { decodePayload } from './payload.js'
import type { NameOf } from './sysmsg.js'
import { decodeTextFields } from './text.js'
import { typeAndText } from './type-and-text.js'
import { readWireMessage } from './wire-message.js'

/**
 * Returns the contact that a message belongs to. A friend request is sent by a service account but belongs to the
 * requesting user.
 */
function userOf(wire: WireMessage, { contacts, stranger }: DecodeContext): Contact {
  const requester = requesterOf(wire.MsgType, wire.RecommendInfo)
  const userName = requester || conversationOf(wire, contacts.self.UserName)
  const known = contacts.get(userName)
  if (known) return known
  const entry = readContact(requester ? personOf(wire.RecommendInfo) : { UserName: userName })
  return entry ? stranger(entry) : contacts.self
}

/**
 * Returns the fields of the person who sent a friend request, without the fields of the request itself. The values are
 * still encoded: `readContact` decodes them.
 */
function personOf({ Content: _, Ticket: _1, OpCode: _2, Scene: _3, QQNum: _4, ...person }: WireRecommendInfo) {
  return person
}

/**
 * Decodes one `AddMsgList` entry. Never throws, regardless of what a server or stranger sends.
 *
 * @see docs/protocol.md §10
 */
export function decodeMessage(sent: unknown, context: DecodeContext): Message {
  const wire = readWireMessage(sent)
  const { self } = context.contacts
  const isSelf = isOwn(wire, self.UserName)
  // TEXT_FIELDS lists each field only once, so that no field is decoded twice.
  const user = userOf(wire, context)
  const isInGroup = isGroup(user.UserName)
  const sender = isInGroup ? takeSender(wire, isSelf, self.UserName) : ''
  decodeTextFields(wire, TEXT_FIELDS.message)
  decodeTextFields(wire.RecommendInfo, TEXT_FIELDS.recommendInfo)
  const group = isInGroup ? groupFields(wire, user, sender, isSelf, context) : undefined
  const senderName = group?.ActualNickName ?? (isSelf ? '' : user.NickName)
  const read = typeAndText(wire, nameById(user, senderName, context.contacts))
  const { Type } = read
  const originalFileName = wire.FileName
  const payload = decodePayload(Type, wire, read.Text)
  wire.FileName = fileNameOf(wire)
  // `read` may have a SystemInfo.
  const message = createMessage(Object.assign(wire, group, read), {
    raw: sent as RawMessage,
    user,
    isSelf,
    originalFileName,
    stale: context.stale ?? false,
    payload,
    actions: context.actions,
  })
  if (MEDIA_TYPES.has(Type)) Object.assign(message, { Text: message.download.bind(message) })
  return message
}

/** Types whose `text` is the download function. */
const MEDIA_TYPES: ReadonlySet<MessageType> = new Set(['Picture', 'Recording', 'Attachment', 'Video'])

interface GroupFields {
  ActualUserName: string
  ActualNickName: string
  IsAt: boolean
  IsAtAll: boolean
}

/** Removes the sender prefix from the content and returns the sender's UserName; `''` for notices. */
function takeSender(wire: WireMessage, isSelf: boolean, ownUserName: string): string {
  if (wire.MsgType === MSG_TYPE.system) return ''
  if (isSelf) return ownUserName
  const { sender, content } = splitGroupPrefix(wire.Content)
  wire.Content = content
  return sender
}

function groupFields(
  { MsgType, Content }: WireMessage,
  user: Contact,
  sender: string,
  isSelf: boolean,
  { contacts, by = '' }: DecodeContext,
): GroupFields {
  const room = user instanceof Chatroom ? user : undefined
  const isText = MsgType === MSG_TYPE.text
  const ownNames = [room?.member(contacts.self.UserName)?.DisplayName ?? '', contacts.self.NickName]
  return {
    ActualUserName: sender,
    ActualNickName: memberName(sender, room, contacts) || by,
    IsAt: !isSelf && isText && mentionsSelf(Content, ownNames, room),
    IsAtAll: isText && mentionsAll(Content, room),
  }
}

/** Resolves permanent ids using the contacts and the sender's name. @see docs/protocol.md §10.18 */
function nameById(user: Contact, senderName: string, contacts: ContactLookup): NameOf {
  const room = user instanceof Chatroom ? user : undefined
  return (id, { isSender, isAlone }) => {
    const isCertain = isSender && (isGroup(user.UserName) || isAlone)
    return memberName(id, room, contacts) || (isCertain ? senderName : '')
  }
}

function memberName(userName: string, room: Chatroom | undefined, contacts: ContactLookup): string {
  if (userName === '') return ''
  const member = room?.member(userName)
  return member?.DisplayName || member?.NickName || contacts.get(userName)?.NickName || ''
}
