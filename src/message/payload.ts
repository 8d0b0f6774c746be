/** A place. Degrees, in WGS-84 or the datum of the phone. @see docs/protocol.md §10.3 */
export interface Location {
  /** Absent when the message does not contain it. */
  latitude?: number
  /** Absent when the message does not contain it. */
  longitude?: number
  /** Address. */
  label: string
  /** Name of the place; `''` without one. */
  poiName: string
  /** Zoom of the map; 0 when unknown. */
  scale: number
}

/** The user or official account on a card. @see docs/protocol.md §10.8 */
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
  /** Required to accept the request. */
  ticket: string
}

/** The message that a quote replies to. @see docs/protocol.md §11 */
export interface Quoted {
  msgId: string
  /** `MsgType`. */
  type: number
  /** Name of its author. */
  displayName: string
  /** The readable content: the text, the title, or a label such as `[图片]`; never XML. */
  content: string
  /** The XML that was sent instead of `content`; absent for text. */
  raw?: string
}

interface SharedItem {
  title: string
  description: string
  /** URL of the target; `''` without one. Never fetched by this library. */
  url: string
  /** URL of a thumbnail; `''` without one. */
  thumbUrl: string
  /** Name of the app it was shared from; `''` when unknown. */
  appName: string
}

/** Additional fields of each kind of shared item. @see docs/protocol.md §11 */
interface SharingExtras {
  music: { /** URL of the audio. */ dataUrl: string }
  video: object
  link: {
    /** The articles of an official account's post, the first included; empty for a plain link. */
    articles: { title: string; url: string; description: string; coverUrl: string }[]
  }
  chatHistory: { items: { sender: string; time: string; text: string }[] }
  miniProgram: { appId: string; userName: string; pagePath: string }
  channelVideo: { nickName: string; feedDescription: string }
  quote: { /** The message replied to. */ quoted: Quoted }
  redPacket: { senderTitle: string; receiverTitle: string }
  other: { /** `AppMsgType`. */ appMsgType: number }
}

export type SharingKind = keyof SharingExtras

/** A shared item, discriminated by `kind`. */
export type Sharing = { [K in SharingKind]: { kind: K } & SharedItem & SharingExtras[K] }[SharingKind]

/** Additional fields of each kind of notice. @see docs/protocol.md §10.17, §10.18 */
interface NoteExtras {
  recall: {
    /** `MsgId` of the recalled message. */
    recalledMsgId: string
    /** The short id sent by older phones; `''` when absent. */
    oldMsgId: string
  }
  transfer: { /** As worded, such as `￥8.80`. */ amount: string; memo: string; transferId: string }
  liveLocation: object
  redPacket: { direction: 'received' | 'sent' }
  friendAdded: { /** `''` when the notice contains no name. */ nickName: string }
  notFriend: { nickName: string }
  memberJoined: {
    /** Name of the inviter, or of the owner of the scanned code; `''` for the own account. */
    inviter: string
    /** Names; `''` for the own account. */
    members: string[]
  }
  memberRemoved: {
    /** Name of the remover; `''` for the own account. */ by: string /** `''` for the own account. */
    member: string
  }
  topicChanged: { /** `''` for the own account. */ by: string; topic: string }
  notice: object
}

export type NoteKind = keyof NoteExtras

/** A notice, discriminated by `kind`. */
export type Note = {
  [K in NoteKind]: { kind: K /** The text of the notice. */; text: string } & NoteExtras[K]
}[NoteKind]
