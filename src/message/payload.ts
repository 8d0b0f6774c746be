import type { MessageType } from './fields.js'

/** A place. Coordinates are in degrees, in WGS-84 or the phone's datum. @see docs/protocol.md §10.3 */
export interface Location {
  /** Absent if the message does not contain it. */
  latitude?: number
  /** Absent if the message does not contain it. */
  longitude?: number
  /** Address. */
  label: string
  /** Name of the place; `''` if unknown. */
  poiName: string
  /** Zoom level of the map; 0 if unknown. */
  scale: number
}

/** The user or official account on a card. @see docs/protocol.md §10.8 */
export interface Card {
  /** UserName in this session; may be `''`. */
  userName: string
  nickName: string
  /** WeChat id, if the server reveals it. */
  alias: string
  province: string
  city: string
  signature: string
  /** 0 unset, 1 male, 2 female. */
  sex: number
  isOfficial: boolean
}

/** A friend request. @see docs/protocol.md §10.6 */
export interface FriendRequest {
  /** UserName in this session. */
  userName: string
  nickName: string
  /** The greeting. */
  content: string
  /** The ticket required to accept the request. */
  ticket: string
}

/** The message that a quote replies to. @see docs/protocol.md §11 */
export interface Quoted {
  msgId: string
  /** `MsgType`. */
  type: number
  /** Name of the author. */
  displayName: string
  /** The readable content: the text, the title, or a label such as `[图片]`; never XML. */
  content: string
  /** The XML that was sent instead of `content`; absent for text. */
  raw?: string
}

interface SharedItem {
  title: string
  description: string
  /** URL of the target; `''` if absent. Never fetched by this library. */
  url: string
  /** URL of a thumbnail; `''` if absent. */
  thumbUrl: string
  /** Name of the app that the item was shared from; `''` if unknown. */
  appName: string
}

/** Additional fields of each kind of shared item. @see docs/protocol.md §11 */
interface SharingExtras {
  music: { /** URL of the audio. */ dataUrl: string }
  video: object
  link: {
    /** All articles in an official account's post, including the first; empty for a plain link. */
    articles: { title: string; url: string; description: string; coverUrl: string }[]
  }
  chatHistory: { items: { sender: string; time: string; text: string }[] }
  miniProgram: { appId: string; userName: string; pagePath: string }
  channelVideo: { nickName: string; feedDescription: string }
  quote: { /** The quoted message. */ quoted: Quoted }
  redPacket: { senderTitle: string; receiverTitle: string }
  other: { /** `AppMsgType`. */ appMsgType: number }
}

/** What was shared: the `kind` of a `Sharing`. */
export type SharingKind = keyof SharingExtras

/** A shared item, discriminated by `kind`. */
export type Sharing = { [K in SharingKind]: { kind: K } & SharedItem & SharingExtras[K] }[SharingKind]

/** Additional fields of each kind of notice. @see docs/protocol.md §10.17, §10.18 */
interface NoteExtras {
  recall: {
    /** `MsgId` of the recalled message. */
    recalledMsgId: string
    /** The short id sent by older phones; `''` if absent. */
    oldMsgId: string
  }
  transfer: { /** The amount as displayed, such as `￥8.80`. */ amount: string; memo: string; transferId: string }
  liveLocation: object
  redPacket: { direction: 'received' | 'sent' }
  friendAdded: { /** `''` if the notice does not contain a name. */ nickName: string }
  notFriend: { nickName: string }
  memberJoined: {
    /** Name of the inviter, or of the member whose QR code was scanned; `''` for this account. */
    inviter: string
    /** Names of the new members; `''` for this account. */
    members: string[]
  }
  memberRemoved: {
    /** Name of the remover; `''` for this account. */ by: string /** `''` for this account. */
    member: string
  }
  topicChanged: { /** `''` for this account. */ by: string; topic: string }
  notice: object
}

/** What happened: the `kind` of a `Note`. */
export type NoteKind = keyof NoteExtras

/** A notice, discriminated by `kind`. */
export type Note = {
  [K in NoteKind]: { kind: K /** The text of the notice. */; text: string } & NoteExtras[K]
}[NoteKind]

/**
 * The message that a message replies to, on transports that mark a reply (`ilink`). On `web`, a reply is a message of type
 * `Sharing`. @see docs/ilink.md §4.2
 */
export interface Quote {
  /** `MsgId` of the quoted message; `''` if unknown. */
  id: string
  /** Whether only a part of the message is quoted. */
  isPartial: boolean
  /** The quoted text, or the quoted part of it; a transcript, file name or title for other types. Absent if unknown. */
  text?: string
  /** Type of the quoted message; absent if unknown. */
  type?: MessageType
}
