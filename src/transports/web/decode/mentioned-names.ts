import { dict, text } from '../../../util/read.js'
import { MSG_TYPE } from '../wire/message.js'
import { conversationOf } from './envelope.js'
import { isGroup, splitGroupPrefix } from './group.js'

/** Whom a received entry mentions; names the server gave out for this session. */
export interface MentionedNames {
  conversation: string
  /** The member of the group who speaks; `''` for others. */
  speaker: string
  /** Chats that a status notification lists. */
  listed: string[]
  /** It carries no message of the conversation, so that its place among them does not matter. */
  isNotification: boolean
}

/** @see docs/protocol.md §10.2, §10.13 */
export function namesIn(value: unknown, ownUserName: string): MentionedNames {
  const sent = dict(value)
  const wire = { FromUserName: text(sent.FromUserName), ToUserName: text(sent.ToUserName) }
  return {
    conversation: conversationOf(wire, ownUserName),
    speaker: isGroup(wire.FromUserName) ? splitGroupPrefix(text(sent.Content)).sender : '',
    listed: text(sent.StatusNotifyUserName).split(',').filter(isOfSession),
    isNotification: sent.MsgType === MSG_TYPE.statusNotify,
  }
}

/** Excludes built-in accounts, whose names are fixed. */
export function isOfSession(userName: string): boolean {
  return userName.startsWith('@')
}
