import type { BaseBody, BaseReply } from './base.js'
import type { WireMember } from './contact.js'

/** Body of `webwxcreatechatroom`; this account is not included. @see docs/protocol.md §4.6 */
export interface CreateChatroomRequest extends BaseBody {
  MemberCount: number
  MemberList: { UserName: string }[]
  Topic: string
}

/** Reply to `webwxcreatechatroom`. @see docs/protocol.md §4.6 */
export interface CreateChatroomReply extends BaseReply {
  /** UserName of the new group. */
  ChatRoomName: string
  Topic: string
  PYInitial: string
  QuanPin: string
  BlackList: string
  MemberCount: number
  MemberList: WireMember[]
}

/** Body field of `webwxupdatechatroom` for each value of `fun` in its query. @see docs/protocol.md §4.7 */
export const UPDATE_CHATROOM_FIELD = {
  addmember: 'AddMemberList',
  delmember: 'DelMemberList',
  invitemember: 'InviteMemberList',
  modtopic: 'NewTopic',
} as const

/** Value of `fun` in the query of `webwxupdatechatroom`. @see docs/protocol.md §4.7 */
export type UpdateChatroomFun = keyof typeof UPDATE_CHATROOM_FIELD

/** Body of `webwxupdatechatroom`; lists of UserNames are joined by commas. @see docs/protocol.md §4.7 */
export interface UpdateChatroomRequest extends BaseBody {
  ChatRoomName: string
  AddMemberList?: string
  DelMemberList?: string
  InviteMemberList?: string
  NewTopic?: string
}

/** Reply to `webwxupdatechatroom`. @see docs/protocol.md §4.7 */
export interface UpdateChatroomReply extends BaseReply {
  MemberCount: number
  MemberList: WireMember[]
}
