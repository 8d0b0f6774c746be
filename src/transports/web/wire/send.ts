import type { BaseBody, BaseReply } from './base.js'

/** `Msg` of every `webwxsend…`. @see docs/protocol.md §6.1 */
export interface OutgoingMessage {
  /** A value of `MSG_TYPE`, or 6 for a file. */
  Type: number
  /** Plain text for text messages, XML for app messages; omitted by others. */
  Content?: string
  MediaId?: string
  FromUserName: string
  ToUserName: string
  /** Same as `ClientMsgId`: 17 decimal digits. */
  LocalID: string | number
  ClientMsgId: string | number
  /** Stickers: 2. */
  EmojiFlag?: number
  EMoticonMd5?: string
  /** Large files: from `webwxcheckupload`. */
  Signature?: string
  MsgSource?: string
}

/** Body of every `webwxsend…`. @see docs/protocol.md §6.1 */
export interface SendRequest extends BaseBody {
  Msg: OutgoingMessage
  /** 2 when forwarding, else 0. */
  Scene: number
}

/** Reply of every `webwxsend…`. @see docs/protocol.md §6.1 */
export interface SendReply extends BaseReply {
  /** Decimal digits below 2^63. */
  MsgID: string
  LocalID: string
}

/** Body of `webwxrevokemsg`. @see docs/protocol.md §6.10 */
export interface RevokeRequest extends BaseBody {
  /** `MsgID` of the send's reply. */
  SvrMsgId: string
  ToUserName: string
  ClientMsgId: string
}
