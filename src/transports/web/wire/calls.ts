import type { BaseReply } from './base.js'
import type {
  CreateChatroomReply,
  CreateChatroomRequest,
  UpdateChatroomReply,
  UpdateChatroomRequest,
} from './chatroom.js'
import type {
  AvatarQuery,
  BatchContactReply,
  BatchContactRequest,
  GetContactQuery,
  GetContactReply,
  OplogRequest,
  VerifyUserRequest,
} from './contact.js'
import type { JsLoginQuery, LoginPollQuery, StatusNotifyRequest } from './login.js'
import type { GetImageQuery, GetMediaQuery, GetVoiceOrVideoQuery } from './media.js'
import type { RevokeRequest, SendReply, SendRequest } from './send.js'
import type { InitReply, SyncCheckQuery, SyncReply, SyncRequest } from './sync.js'
import type { CheckUploadReply, CheckUploadRequest, UploadReply } from './upload.js'

/** Queries with specific keys. All other queries contain only `lang`, `pass_ticket` and the like. */
export interface Queries {
  jslogin: JsLoginQuery
  login: LoginPollQuery
  synccheck: SyncCheckQuery
  webwxgetcontact: GetContactQuery
  webwxgeticon: AvatarQuery
  webwxgetheadimg: AvatarQuery
  webwxgetmsgimg: GetImageQuery
  webwxgetvoice: GetVoiceOrVideoQuery
  webwxgetvideo: GetVoiceOrVideoQuery
  webwxgetmedia: GetMediaQuery
}

/** JSON bodies. All other JSON endpoints require only `BaseRequest`. */
export interface Bodies {
  webwxstatusnotify: StatusNotifyRequest
  webwxbatchgetcontact: BatchContactRequest
  webwxverifyuser: VerifyUserRequest
  webwxoplog: OplogRequest
  webwxcreatechatroom: CreateChatroomRequest
  webwxupdatechatroom: UpdateChatroomRequest
  webwxsync: SyncRequest
  webwxsendmsg: SendRequest
  webwxsendmsgimg: SendRequest
  webwxsendvideomsg: SendRequest
  webwxsendemoticon: SendRequest
  webwxsendappmsg: SendRequest
  webwxcheckupload: CheckUploadRequest
  webwxrevokemsg: RevokeRequest
}

/** JSON replies from the endpoints that this client calls. */
export interface Replies {
  webwxinit: InitReply
  webwxstatusnotify: BaseReply
  webwxgetcontact: GetContactReply
  webwxbatchgetcontact: BatchContactReply
  webwxverifyuser: BaseReply
  webwxoplog: BaseReply
  webwxcreatechatroom: CreateChatroomReply
  webwxupdatechatroom: UpdateChatroomReply
  webwxsync: SyncReply
  webwxsendmsg: SendReply
  webwxsendmsgimg: SendReply
  webwxsendvideomsg: SendReply
  webwxsendemoticon: SendReply
  webwxsendappmsg: SendReply
  webwxuploadmedia: UploadReply
  webwxcheckupload: CheckUploadReply
  webwxrevokemsg: BaseReply
}
