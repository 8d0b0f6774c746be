import type { Download } from './media.js'

/** The keys of a message as the server sends it. @see docs/protocol.md §9.9 */
export interface ServerFields {
  /** Decimal digits; same number as `NewMsgId`. */
  MsgId: string
  /** Decimal digits; 64-bit. */
  NewMsgId: string
  FromUserName: string
  ToUserName: string
  /** @see docs/protocol.md §10 */
  MsgType: number
  Content: string
  Status: number
  ImgStatus: number
  /** Epoch seconds. */
  CreateTime: number
  /** Milliseconds. */
  VoiceLength: number
  /** Seconds. */
  PlayLength: number
  /** Title of an app message, or the name of a file. */
  FileName: string
  /** Size in bytes, in decimal digits; `""` without a file. */
  FileSize: string
  MediaId: string
  /** MsgType 1: not empty for a location. */
  Url: string
  /** Kind of app message (MsgType 49), otherwise 0. @see docs/protocol.md §11 */
  AppMsgType: number
  /** MsgType 51. @see docs/protocol.md §10.13 */
  StatusNotifyCode: number
  /** MsgType 51: UserNames joined by commas. */
  StatusNotifyUserName: string
  RecommendInfo: RecommendInfo
  ForwardFlag: number
  AppInfo: { AppID: string; Type: number }
  /** 1 for a sticker from the store, which cannot be downloaded. */
  HasProductId: number
  Ticket: string
  ImgHeight: number
  ImgWidth: number
  /** 48 for a location sent as text. */
  SubMsgType: number
  /** Location XML. */
  OriContent: string
  EncryFileName: string
}

/** The subject of a card or a friend request. @see docs/protocol.md §9.10 */
export interface RecommendInfo {
  UserName: string
  NickName: string
  QQNum: number
  Province: string
  City: string
  /** Greeting in a friend request. */
  Content: string
  Signature: string
  Alias: string
  Scene: number
  VerifyFlag: number
  AttrStatus: number
  Sex: number
  Ticket: string
  /** 2 for a friend request. */
  OpCode: number
}

/** Every key that the server sends, with an empty value. */
export function emptyFields(): ServerFields {
  return {
    MsgId: '',
    NewMsgId: '',
    FromUserName: '',
    ToUserName: '',
    MsgType: 0,
    Content: '',
    Status: 0,
    ImgStatus: 0,
    CreateTime: 0,
    VoiceLength: 0,
    PlayLength: 0,
    FileName: '',
    FileSize: '',
    MediaId: '',
    Url: '',
    AppMsgType: 0,
    StatusNotifyCode: 0,
    StatusNotifyUserName: '',
    RecommendInfo: {
      UserName: '',
      NickName: '',
      QQNum: 0,
      Province: '',
      City: '',
      Content: '',
      Signature: '',
      Alias: '',
      Scene: 0,
      VerifyFlag: 0,
      AttrStatus: 0,
      Sex: 0,
      Ticket: '',
      OpCode: 0,
    },
    ForwardFlag: 0,
    AppInfo: { AppID: '', Type: 0 },
    HasProductId: 0,
    Ticket: '',
    ImgHeight: 0,
    ImgWidth: 0,
    SubMsgType: 0,
    OriContent: '',
    EncryFileName: '',
  }
}

/** Arguments for `addFriend` that accept a friend request. */
export interface AddFriendArguments {
  status: number
  userName: string
  verifyContent: string
  autoUpdate: RecommendInfo
}

/** The type of `msg.text` for each `msg.type`. */
export interface TextOfType {
  Text: string
  /** The place, as worded by the sender's phone. */
  Map: string
  /** The subject of the card. */
  Card: RecommendInfo
  /** The text of the notice. */
  Note: string
  /** The title of the shared item. */
  Sharing: string
  Picture: Download
  Recording: Download
  Attachment: Download
  Video: Download
  Friends: AddFriendArguments
  /** UserNames of the affected contacts. */
  System: string[]
  Unknown: string
}

/** A value of `msg.type`. */
export type MessageType = keyof TextOfType

/** What a `System` message is about. */
export type SystemInfo = 'uins' | 'chatrooms' | 'friends' | 'removed'

/** The decoded keys sent by the server, and the keys added by this package. @see docs/protocol.md §9.9 */
export interface MessageFields<K extends MessageType = MessageType> extends ServerFields {
  Type: K
  Text: TextOfType[K]
  /** Groups: UserName of the sending member; `''` for notices. */
  ActualUserName?: string
  /** Groups: name that the sending member uses in the group, or else the nickname; `''` for notices. */
  ActualNickName?: string
  /** Groups: whether the text mentions this account. */
  IsAt?: boolean
  /** Groups: whether the text mentions all members (`@所有人`, `@all`). */
  IsAtAll?: boolean
  /** Type `System` only. */
  SystemInfo?: SystemInfo
}

/** A message as the server sent it, without validation. */
export type RawMessage = Omit<ServerFields, 'NewMsgId'> & {
  /** 64-bit: a JSON integer on the wire, parsed as a string. */
  NewMsgId: number | string
  readonly [key: string]: unknown
}
