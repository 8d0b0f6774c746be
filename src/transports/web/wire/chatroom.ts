import type { BaseBody, BaseReply } from './base.js'
import type { WireMember } from './contact.js'

/** Body of `webwxcreatechatroom`; the own account is not listed. @see docs/protocol.md §4.6 */
export interface CreateChatroomRequest extends BaseBody {
  MemberCount: number
  MemberList: { UserName: string }[]
  Topic: string
}

/** Reply of `webwxcreatechatroom`. @see docs/protocol.md §4.6 */
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

/** Body field of `webwxupdatechatroom` for each `fun` of its query. @see docs/protocol.md §4.7 */
export const UPDATE_CHATROOM_FIELD = {
  addmember: 'AddMemberList',
  delmember: 'DelMemberList',
  invitemember: 'InviteMemberList',
  modtopic: 'NewTopic',
} as const

/** `fun` of `webwxupdatechatroom`. @see docs/protocol.md §4.7 */
export type UpdateChatroomFun = keyof typeof UPDATE_CHATROOM_FIELD

/** Body of `webwxupdatechatroom`; lists of UserNames are joined by commas. @see docs/protocol.md §4.7 */
export interface UpdateChatroomRequest extends BaseBody {
  ChatRoomName: string
  AddMemberList?: string
  DelMemberList?: string
  InviteMemberList?: string
  NewTopic?: string
}

/** Reply of `webwxupdatechatroom`. @see docs/protocol.md §4.7 */
export interface UpdateChatroomReply extends BaseReply {
  MemberCount: number
  MemberList: WireMember[]
}
