import { Chatroom, type Contact } from '../../contact/contact.js'
import type { ContactLookup } from '../../contact/lookup.js'
import {
  createMessage,
  type Message,
  type MessageActions,
  type MessageType,
  type RawMessage,
} from '../../message/message.js'
import type { WireMessage } from '../wire/message.js'
import { MSG_TYPE } from '../wire/message.js'
import { conversationOf, isOwn, requesterOf } from './envelope.js'
import { fileNameOf } from './file-name.js'
import { isGroup, mentionsAll, mentionsSelf, splitGroupPrefix } from './group.js'
import { decodePayload } from './payload.js'
import { decodeText } from './text.js'
import { typeAndText } from './type-and-text.js'
import { readWireMessage } from './wire-message.js'

/** What decoding needs to know beyond the message itself. */
export interface DecodeContext {
  contacts: ContactLookup
  /** The contact for a UserName nobody described yet. */
  stranger(fields: { UserName: string }): Contact
  actions: MessageActions
  /** It came in a session before this one. Default false. */
  stale?: boolean
  /** Name the member of a group had who spoke, should nobody know any more. */
  by?: string
}

/** A friend request comes from an inbox; it is about the person in it. */
function userOf(wire: WireMessage, { contacts, stranger }: DecodeContext): Contact {
  const requester = requesterOf(wire.MsgType, wire.RecommendInfo)
  const userName = requester || conversationOf(wire, contacts.self.UserName)
  const fields = requester ? { ...wire.RecommendInfo, UserName: userName } : { UserName: userName }
  return contacts.get(userName) ?? stranger(fields)
}

/**
 * One entry of `AddMsgList` as a message. Never throws for anything a server or stranger sends.
 *
 * @see docs/protocol.md §10
 */
export function decodeMessage(sent: unknown, context: DecodeContext): Message {
  const wire = readWireMessage(sent)
  const { self } = context.contacts
  const isSelf = isOwn(wire, self.UserName)
  const user = userOf(wire, context)
  const userName = user.UserName
  const group = isGroup(userName) ? groupFields(wire, user, isSelf, context.contacts) : undefined
  if (group && context.by) group.fields.ActualNickName ||= context.by
  const content = group?.content ?? decodeText(wire.Content)
  Object.assign(wire, group?.fields)
  wire.Content = content
  const { Type, Text, ...rest } = typeAndText(wire)
  const originalFileName = wire.FileName
  wire.FileName = fileNameOf(wire)
  const payload = decodePayload(Type, { ...wire, FileName: originalFileName }, Text)
  const message = createMessage(Object.assign(wire, { Type, Text }, rest), {
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

/** Types whose `text` is the download itself. */
const MEDIA_TYPES: ReadonlySet<MessageType> = new Set(['Picture', 'Recording', 'Attachment', 'Video'])

interface GroupFields {
  ActualUserName: string
  ActualNickName: string
  IsAt: boolean
  IsAtAll: boolean
}

function groupFields(
  wire: WireMessage,
  user: Contact,
  isSelf: boolean,
  contacts: ContactLookup,
): { content: string; fields: GroupFields } {
  const room = user instanceof Chatroom ? user : undefined
  const isNotice = wire.MsgType === MSG_TYPE.system
  const split = isSelf || isNotice ? { sender: '', content: wire.Content } : splitGroupPrefix(wire.Content)
  const sender = isSelf && !isNotice ? contacts.self.UserName : split.sender
  const content = decodeText(split.content)
  const ownNames = [room?.member(contacts.self.UserName)?.DisplayName ?? '', contacts.self.NickName]
  return {
    content,
    fields: {
      ActualUserName: sender,
      ActualNickName: memberName(sender, room, contacts),
      IsAt: !isSelf && wire.MsgType === MSG_TYPE.text && mentionsSelf(content, ownNames, room),
      IsAtAll: wire.MsgType === MSG_TYPE.text && mentionsAll(content),
    },
  }
}

function memberName(userName: string, room: Chatroom | undefined, contacts: ContactLookup): string {
  if (userName === '') return ''
  const member = room?.member(userName)
  return member?.DisplayName || member?.NickName || contacts.get(userName)?.NickName || ''
}
