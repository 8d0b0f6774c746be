import { dict, int, text } from '../../../util/read.js'
import { MSG_TYPE, type WireMessage } from '../wire/message.js'

/** What must be known of a message before it is decoded. */
export interface Envelope {
  /** Identifies it when it is delivered again; `''` for a message without an id. */
  id: string
  /** UserName of its conversation. */
  chat: string
  /** When it was sent, epoch ms; 0 when unknown. */
  timeMs: number
}

/** UserName of the conversation a wire message belongs to. */
export function conversationOf(wire: Pick<WireMessage, 'FromUserName' | 'ToUserName'>, ownUserName: string): string {
  return isOwn(wire, ownUserName) ? wire.ToUserName || ownUserName : wire.FromUserName
}

/** @see docs/protocol.md §9.9 */
export function isOwn(wire: Pick<WireMessage, 'FromUserName'>, ownUserName: string): boolean {
  return wire.FromUserName === ownUserName || wire.FromUserName === ''
}

/** UserName of the person in a friend request, which arrives from a service account; `''` for any other message. */
export function requesterOf(msgType: number, recommended: { UserName: string }): string {
  return msgType === MSG_TYPE.friendRequest ? recommended.UserName : ''
}

/**
 * The envelope of one entry of `AddMsgList`. Never throws.
 *
 * @see docs/protocol.md §9.9
 */
export function envelopeOf(sent: unknown, ownUserName: string): Envelope {
  const { MsgId, NewMsgId, MsgType, RecommendInfo, FromUserName, ToUserName, CreateTime } = dict(sent)
  const id = text(MsgId) || text(NewMsgId)
  const wire = { FromUserName: text(FromUserName), ToUserName: text(ToUserName) }
  const requester = requesterOf(int(MsgType, 0), { UserName: text(dict(RecommendInfo).UserName) })
  return {
    id: id === '0' ? '' : id,
    chat: requester || conversationOf(wire, ownUserName),
    timeMs: Math.max(0, int(CreateTime, 0)) * 1_000,
  }
}
