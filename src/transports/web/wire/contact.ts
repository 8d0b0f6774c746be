import type { DescribedFields, ListedMemberFields } from '../../../contact/fields.js'
import type { BaseBody, BaseReply } from './base.js'

/** A friend, official account, group or built-in account. @see docs/protocol.md §9.2 */
export interface WireContact extends DescribedFields {
  /** 0 unless the contact is this account or the server has revealed the value. */
  Uin: number
  MemberList: WireMember[]
  OwnerUin: number
}

/** This account, as `webwxinit` sends it. @see docs/protocol.md §9.3 */
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

/** An entry in a group's `MemberList`. @see docs/protocol.md §9.4 */
export interface WireMember extends ListedMemberFields {
  Uin: number
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
  /** 0 for the first page, then the `Seq` of the previous page. */
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

/** One name in a batch. @see docs/protocol.md §4.2 */
export interface BatchContactEntry {
  UserName: string
  /** The group, when requesting a group member. */
  EncryChatRoomId?: string
  /** `""` when requesting a group. */
  ChatRoomId?: string
}

/** Body of `webwxbatchgetcontact`. @see docs/protocol.md §4.2 */
export interface BatchContactRequest extends BaseBody {
  Count: number
  List: BatchContactEntry[]
}

/** Reply with as many entries as the request, in the same order. @see docs/protocol.md §4.2 */
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
  /** 33 stands for the web client. */
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
  /** 1 to pin the chat, 0 to unpin it. */
  OP?: number
}

/** @see docs/protocol.md §8 */
export interface SearchContactReply extends BaseReply {
  List: { EncryUserName: string }[]
}
