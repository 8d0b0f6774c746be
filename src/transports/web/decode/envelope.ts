import type { Addresses, Envelope } from '../../../transport/batch.js'
import { type Dict, dict, int, text } from '../../../util/read.js'
import { MSG_TYPE, type WireMessage } from '../wire/message.js'
import { isGroup, splitGroupPrefix } from './group.js'
import { revealedIds } from './revealed-ids.js'

/** Returns the UserName of the conversation that a wire message belongs to. */
export function conversationOf(wire: Pick<WireMessage, 'FromUserName' | 'ToUserName'>, ownUserName: string): string {
  return isOwn(wire, ownUserName) ? wire.ToUserName || ownUserName : wire.FromUserName
}

/** @see docs/protocol.md §9.9 */
export function isOwn(wire: Pick<WireMessage, 'FromUserName'>, ownUserName: string): boolean {
  return wire.FromUserName === ownUserName || wire.FromUserName === ''
}

/**
 * Returns the UserName of the user who sent a friend request, not of the service account; `''` for any other message.
 */
export function requesterOf(msgType: number, recommended: { UserName: string }): string {
  return msgType === MSG_TYPE.friendRequest ? recommended.UserName : ''
}

/**
 * Reads the envelope of one `AddMsgList` entry. Never throws.
 *
 * @see docs/protocol.md §9.9, §10.2, §10.13
 */
export function readEnvelope(value: unknown, ownUserName: string): Envelope {
  const sent = dict(value)
  const id = text(sent.MsgId) || text(sent.NewMsgId)
  const from = text(sent.FromUserName)
  const to = text(sent.ToUserName)
  const msgType = int(sent.MsgType, 0)
  const conversation = conversationOf({ FromUserName: from, ToUserName: to }, ownUserName)
  const requester = requesterOf(msgType, { UserName: text(dict(sent.RecommendInfo).UserName) })
  const listed = text(sent.StatusNotifyUserName)
  const isNotification = msgType === MSG_TYPE.statusNotify
  return {
    id: id === '0' ? '' : id,
    chat: requester || conversation,
    timeMs: Math.max(0, int(sent.CreateTime, 0)) * 1_000,
    sent,
    from,
    to,
    speaker: isGroup(from) ? splitGroupPrefix(text(sent.Content)).sender : '',
    names: (listed === '' ? [conversation] : [conversation, ...listed.split(',')]).filter(isSessionName),
    isNotification,
    revealed: isNotification ? revealedIds(sent) : [],
  }
}

/** Excludes built-in accounts: their names are fixed, and the server has no details about them. */
function isSessionName(userName: string): boolean {
  return userName.startsWith('@')
}

/** Returns the entry with other addresses. In a group, the author is given by the prefix of the content. */
export function readdress(sent: Dict, { from, to, speaker }: Addresses): Dict {
  const content = text(sent.Content)
  const { sender } = splitGroupPrefix(content)
  const isRenamed = sender !== '' && speaker !== undefined
  return {
    ...sent,
    FromUserName: from ?? text(sent.FromUserName),
    ToUserName: to ?? text(sent.ToUserName),
    ...(isRenamed ? { Content: speaker + content.slice(sender.length) } : {}),
  }
}
