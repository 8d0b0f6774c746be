import type { BaseBody, BaseReply } from './base.js'

/** A friend, official account, room or built-in account. @see docs/protocol.md §9.2 */
export interface WireContact {
  /** 0 unless it is oneself or the server revealed it. */
  Uin: number
  /** `@…` a person or official account, `@@…` a room, else a built-in account; new at every login. */
  UserName: string
  NickName: string
  RemarkName: string
  DisplayName: string
  /** Path on the base host. */
  HeadImgUrl: string
  /** Bits of `CONTACT_FLAG`. */
  ContactFlag: number
  /** Bits of `VERIFY_FLAG`. */
  VerifyFlag: number
  MemberCount: number
  MemberList: WireMember[]
  /** 0 unset, 1 male, 2 female; 0 for rooms. */
  Sex: number
  Province: string
  City: string
  Signature: string
  Alias: string
  PYInitial: string
  PYQuanPin: string
  RemarkPYInitial: string
  RemarkPYQuanPin: string
  StarFriend: number
  AppAccountFlag: number
  /** Rooms: 1 notifications on, 0 muted. */
  Statues: number
  AttrStatus: number
  SnsFlag: number
  UniFriend: number
  ChatRoomId: number
  KeyWord: string
  /** Rooms after a batch fetch; `""` or `"0"` otherwise. */
  EncryChatRoomId: string
  HideInputBarFlag: number
  OwnerUin: number
  /** Rooms: 1 when oneself owns it. */
  IsOwner: number
  /** Rooms, only in `ModContactList`: UserName of the owner. */
  ChatRoomOwner?: string
  HeadImgUpdateFlag?: number
  ContactType?: number
}

/** The own account, as `webwxinit` sends it. @see docs/protocol.md §9.3 */
export interface WireUser {
  Uin: number
  UserName: string
  NickName: string
  HeadImgUrl: string
  RemarkName: string
  PYInitial: string
  PYQuanPin: string
  RemarkPYInitial: string
  RemarkPYQuanPin: string
  HideInputBarFlag: number
  StarFriend: number
  Sex: number
  Signature: string
  AppAccountFlag: number
  VerifyFlag: number
  ContactFlag: number
  WebWxPluginSwitch: number
  HeadImgFlag: number
  SnsFlag: number
}

/** A member inside a room's `MemberList`. @see docs/protocol.md §9.4 */
export interface WireMember {
  Uin: number
  UserName: string
  NickName: string
  AttrStatus: number
  PYInitial: string
  PYQuanPin: string
  RemarkPYInitial: string
  RemarkPYQuanPin: string
  /** In the reply of an update: 0 ok, 3 has blocked you, 4 has deleted you. */
  MemberStatus: number
  /** The name this member chose for the room. */
  DisplayName: string
  KeyWord: string
}

/** Bits of `ContactFlag`. @see docs/protocol.md §9.5 */
export const CONTACT_FLAG = {
  contact: 0x1,
  chatContact: 0x2,
  chatroomContact: 0x4,
  blacklist: 0x8,
  domain: 0x10,
  hidden: 0x20,
  starred: 0x40,
  thirdPartyApp: 0x80,
  momentsBlocked: 0x100,
  muted: 0x200,
  pinned: 0x800,
} as const

/** Bits of `VerifyFlag`. @see docs/protocol.md §9.6 */
export const VERIFY_FLAG = { business: 1, famous: 2, bigBusiness: 4, official: 8, verified: 16 } as const

/** Query of `webwxgetcontact`. @see docs/protocol.md §4.1 */
export interface GetContactQuery {
  r: number
  /** 0 first, then the `Seq` of the page before. */
  seq: number
  skey: string
}

/** A page of the address book. @see docs/protocol.md §4.1 */
export interface GetContactReply extends BaseReply {
  MemberCount: number
  MemberList: WireContact[]
  /** 0 on the last page. */
  Seq: number
}

/** One name of a batch. @see docs/protocol.md §4.2 */
export interface BatchContactEntry {
  UserName: string
  /** A member of this room is asked for. */
  EncryChatRoomId?: string
  /** `""` for rooms. */
  ChatRoomId?: string
}

/** Body of `webwxbatchgetcontact`. @see docs/protocol.md §4.2 */
export interface BatchContactRequest extends BaseBody {
  Count: number
  List: BatchContactEntry[]
}

/** Same length and order as the request. @see docs/protocol.md §4.2 */
export interface BatchContactReply extends BaseReply {
  Count: number
  ContactList: WireContact[]
}

/** Query of `webwxgeticon` and `webwxgetheadimg`. @see docs/protocol.md §4.3 */
export interface AvatarQuery {
  username: string
  skey: string
  seq?: number
  type?: 'big'
  chatroomid?: string
}

/** `Opcode` of `webwxverifyuser`. @see docs/protocol.md §4.4 */
export const VERIFY_OPCODE = { add: 1, request: 2, accept: 3, reject: 4, senderReply: 5, receiverReply: 6 } as const

/** Body of `webwxverifyuser`. @see docs/protocol.md §4.4 */
export interface VerifyUserRequest extends BaseBody {
  Opcode: number
  VerifyUserListSize: number
  VerifyUserList: { Value: string; VerifyUserTicket: string }[]
  VerifyContent: string
  SceneListCount: number
  /** 33 is the web. */
  SceneList: number[]
  skey: string
}

/** `CmdId` of `webwxoplog`. @see docs/protocol.md §4.5 */
export const OPLOG_COMMAND = { remark: 2, pin: 3 } as const

/** Body of `webwxoplog`. @see docs/protocol.md §4.5 */
export interface OplogRequest extends BaseBody {
  CmdId: number
  UserName: string
  RemarkName: string
  /** Pinning: 1 on, 0 off. */
  OP?: number
}
