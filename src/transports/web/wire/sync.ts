import type { BaseBody, BaseReply } from './base.js'
import type { WireContact, WireMember, WireUser } from './contact.js'
import type { WireMessage } from './message.js'

/** A position in the account's sync events. Values are opaque and only increase. @see docs/protocol.md §3.6, §5.2 */
export interface SyncKey {
  /** Equals the length of `List`. */
  Count: number
  List: { Key: number; Val: number }[]
}

/** Reply to `webwxinit`. @see docs/protocol.md §3.6 */
export interface InitReply extends BaseReply {
  Count: number
  /** Recent chats; groups may list members without names, or no members. */
  ContactList: WireContact[]
  SyncKey: SyncKey
  User: WireUser
  /** Recent UserNames joined by commas, with a trailing comma. */
  ChatSet: string
  /** Replaces the skey when it is not empty. */
  SKey: string
  ClientVersion: number
  /** Seconds since the epoch. */
  SystemTime: number
  GrayScale: number
  InviteStartCount: number
  MPSubscribeMsgCount: number
  MPSubscribeMsgList: SubscribedArticles[]
  ClickReportInterval: number
}

/** Recent articles of one official account. @see docs/protocol.md §3.6 */
interface SubscribedArticles {
  UserName: string
  NickName: string
  /** Seconds since the epoch. */
  Time: number
  MPArticleCount: number
  MPArticleList: { Title: string; Digest: string; Cover: string; Url: string }[]
}

/** Query of `synccheck`. @see docs/protocol.md §5.1 */
export interface SyncCheckQuery {
  r: number
  skey: string
  sid: string
  uin: string
  deviceid: string
  /** `Key_Val` pairs joined by `|`. */
  synckey: string
  _: number
}

/** `retcode` in the reply to `synccheck`. @see docs/protocol.md §5.1 */
export const SYNC_RETCODE = { alive: 0, loggedOutOnPhone: 1100, loggedInElsewhere: 1101, badCookie: 1102 } as const

/**
 * `selector` in the reply to `synccheck`. For any value except `nothing`, call `webwxsync`.
 *
 * @see docs/protocol.md §5.1
 */
export const SYNC_SELECTOR = {
  nothing: 0,
  message: 2,
  contactModified: 4,
  contactAddedOrDeleted: 6,
  chatOpened: 7,
} as const

/** Body of `webwxsync`. @see docs/protocol.md §5.2 */
export interface SyncRequest extends BaseBody {
  /** The last `SyncKey`, verbatim; never the `SyncCheckKey`. */
  SyncKey: SyncKey
  rr: number | string
}

/** A change to this account's profile. @see docs/protocol.md §9.7 */
export interface WireProfile {
  /** 190 when something has changed. */
  BitFlag: number
  UserName: { Buff: string }
  NickName: { Buff: string }
  BindUin: number
  BindEmail: { Buff: string }
  BindMobile: { Buff: string }
  Status: number
  Sex: number
  PersonalCard: number
  Alias: string
  HeadImgUpdateFlag: number
  HeadImgUrl: string
  Signature: string
}

/** Reply to `webwxsync`. @see docs/protocol.md §5.2 */
export interface SyncReply extends BaseReply {
  AddMsgCount: number
  AddMsgList: WireMessage[]
  ModContactCount: number
  /** New and changed contacts and groups. */
  ModContactList: WireContact[]
  DelContactCount: number
  DelContactList: { UserName: string; ContactFlag: number }[]
  ModChatRoomMemberCount: number
  ModChatRoomMemberList: (WireMember | WireUser)[]
  Profile: WireProfile
  /** Not 0 when there are more sync events: call `webwxsync` again at once. */
  ContinueFlag: number
  /** Cursor for the next `webwxsync`. */
  SyncKey: SyncKey
  /** Cursor for the next `synccheck`. */
  SyncCheckKey: SyncKey
  SKey: string
}
