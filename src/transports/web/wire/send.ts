import type { BaseBody, BaseReply } from './base.js'

/** `Msg` in the body of every `webwxsend…` request. @see docs/protocol.md §6.1 */
export interface OutgoingMessage {
  /** A value of `MSG_TYPE`, or 6 for a file. */
  Type: number
  /** Plain text for text messages, XML for app messages; omitted for all others. */
  Content?: string
  MediaId?: string
  FromUserName: string
  ToUserName: string
  /** Same as `ClientMsgId`: 17 decimal digits. */
  LocalID: string | number
  ClientMsgId: string | number
  /** 2 for stickers. */
  EmojiFlag?: number
  EMoticonMd5?: string
  /** The signature from `webwxcheckupload`; only for large files. */
  Signature?: string
  MsgSource?: string
}

/** Body of every `webwxsend…` request. @see docs/protocol.md §6.1 */
export interface SendRequest extends BaseBody {
  Msg: OutgoingMessage
  /** 2 when forwarding, otherwise 0. */
  Scene: number
}

/** Reply to every `webwxsend…` request. @see docs/protocol.md §6.1 */
export interface SendReply extends BaseReply {
  /** Decimal digits below 2^63. */
  MsgID: string
  LocalID: string
}

/** Body of `webwxrevokemsg`. @see docs/protocol.md §6.10 */
export interface RevokeRequest extends BaseBody {
  /** `MsgID` from the reply to the send request. */
  SvrMsgId: string
  ToUserName: string
  ClientMsgId: string
}
