import { Chatroom, type Contact } from '../../contact/contact.js'
import type { ContactLookup } from '../../contact/lookup.js'
import { createMessage, type Message, type MessageActions } from '../../message/message.js'
import type { WireMessage } from '../wire/message.js'
import { MSG_TYPE } from '../wire/message.js'
import { isGroup, mentionsAll, mentionsSelf, splitGroupPrefix } from './group.js'
import { decodeText } from './text.js'
import { typeAndText } from './type-and-text.js'
import { readWireMessage } from './wire-message.js'

/** What decoding needs to know beyond the message itself. */
export interface DecodeContext {
  contacts: ContactLookup
  /** The contact for a UserName nobody described yet. */
  stranger(userName: string): Contact
  actions: MessageActions
}

/** The conversation a wire message belongs to. */
export function conversationOf(wire: Pick<WireMessage, 'FromUserName' | 'ToUserName'>, ownUserName: string): string {
  if (wire.FromUserName === ownUserName || wire.FromUserName === '') return wire.ToUserName || ownUserName
  return wire.FromUserName
}

/**
 * One entry of `AddMsgList` as a message. Never throws for anything a server or stranger sends.
 *
 * @see docs/protocol.md §10
 */
export function decodeMessage(sent: unknown, context: DecodeContext): Message {
  const wire = readWireMessage(sent)
  const { self } = context.contacts
  const userName = conversationOf(wire, self.UserName)
  const user = context.contacts.get(userName) ?? context.stranger(userName)
  const isSelf = wire.FromUserName === self.UserName
  const group = isGroup(userName) ? groupFields(wire, user, isSelf, context.contacts) : undefined
  const content = group?.content ?? decodeText(wire.Content)
  Object.assign(wire, group?.fields)
  wire.Content = content
  const fields = Object.assign(wire, typeAndText(wire))
  return createMessage(fields, { raw: sent as WireMessage, user, isSelf, actions: context.actions })
}

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
