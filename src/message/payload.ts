/** Where somebody is, or wants to meet. Degrees, WGS-84 or what the phone uses. @see docs/protocol.md §10.3 */
export interface Location {
  /** Absent when the message does not tell. */
  latitude?: number
  /** Absent when the message does not tell. */
  longitude?: number
  /** Address. */
  label: string
  /** Name of the place; `''` when it has none. */
  poiName: string
  /** Zoom of the map; 0 when unknown. */
  scale: number
}

/** The person or official account on a card. @see docs/protocol.md §10.8 */
export interface Card {
  /** UserName in this session; may be `''`. */
  userName: string
  nickName: string
  /** WeChat id, when revealed. */
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
  /** What accepting needs. */
  ticket: string
}

/** The message that a quote answers to. @see docs/protocol.md §11 */
export interface Quoted {
  msgId: string
  /** `MsgType`. */
  type: number
  /** Name of its author. */
  displayName: string
  /** What a person reads: the text, the title, or a label such as `[图片]`; never XML. */
  content: string
  /** XML that was sent in place of `content`; absent for a text. */
  raw?: string
}

interface SharedItem {
  title: string
  description: string
  /** Address it leads to; `''` when it has none. Never fetched by this library. */
  url: string
  /** Address of a small picture; `''` when it has none. */
  thumbUrl: string
  /** Name of the app it came from; `''` when unknown. */
  appName: string
}

/** What each kind of sharing adds. @see docs/protocol.md §11 */
interface SharingExtras {
  music: { /** Address of the sound. */ dataUrl: string }
  video: object
  link: {
    /** The articles of an official account's post, the first included; empty for a plain link. */
    articles: { title: string; url: string; description: string; coverUrl: string }[]
  }
  chatHistory: { items: { sender: string; time: string; text: string }[] }
  miniProgram: { appId: string; userName: string; pagePath: string }
  channelVideo: { nickName: string; feedDescription: string }
  quote: { /** The message answered to. */ quoted: Quoted }
  redPacket: { senderTitle: string; receiverTitle: string }
  other: { /** `AppMsgType`. */ appMsgType: number }
}

export type SharingKind = keyof SharingExtras

/** Something shared, told apart by `kind`. */
export type Sharing = { [K in SharingKind]: { kind: K } & SharedItem & SharingExtras[K] }[SharingKind]

/** What each kind of notice adds. @see docs/protocol.md §10.17, §10.18 */
interface NoteExtras {
  recall: {
    /** `MsgId` of the recalled message. */
    recalledMsgId: string
    /** The short id of older phones; `''` when absent. */
    oldMsgId: string
  }
  transfer: { /** As worded, such as `￥8.80`. */ amount: string; memo: string; transferId: string }
  liveLocation: object
  redPacket: { direction: 'received' | 'sent' }
  friendAdded: { /** `''` when the wording names nobody. */ nickName: string }
  notFriend: { nickName: string }
  memberJoined: {
    /** Who invited, or whose code was scanned; `''` for oneself. */
    inviter: string
    /** Names; `''` stands for oneself. */
    members: string[]
  }
  memberRemoved: { /** Who removed; `''` for oneself. */ by: string /** `''` for oneself. */; member: string }
  topicChanged: { /** `''` for oneself. */ by: string; topic: string }
  notice: object
}

export type NoteKind = keyof NoteExtras

/** A notice, told apart by `kind`. */
export type Note = { [K in NoteKind]: { kind: K /** The wording. */; text: string } & NoteExtras[K] }[NoteKind]
