import type { BaseReply } from '../../transports/web/wire/base.js'
import type { CreateChatroomReply, UpdateChatroomReply } from '../../transports/web/wire/chatroom.js'
import type { BatchContactReply, GetContactReply, SearchContactReply } from '../../transports/web/wire/contact.js'
import type { ENDPOINTS, EndpointName } from '../../transports/web/wire/endpoints.js'
import type { SendReply } from '../../transports/web/wire/send.js'
import type { InitReply, SyncKey, SyncReply } from '../../transports/web/wire/sync.js'
import type { CheckUploadReply, UploadReply } from '../../transports/web/wire/upload.js'
import { EMPTY_USER } from './contact.js'
import { EMPTY_PROFILE } from './profile.js'

type JsonEndpoint = {
  [K in EndpointName]: (typeof ENDPOINTS)[K]['reply'] extends 'json' ? K : never
}[EndpointName]

/** Endpoints whose refusals are JSON with a `BaseResponse`. */
type RefusableEndpoint = Exclude<JsonEndpoint, 'webwxpushloginurl'>

/** Replies that contain more than a `BaseResponse`. */
interface Replies {
  webwxinit: InitReply
  webwxstatusnotify: BaseReply & { MsgID: string }
  webwxgetcontact: GetContactReply
  webwxbatchgetcontact: BatchContactReply
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
  webwxsearchcontact: SearchContactReply
}

type ReplyOf<K> = K extends keyof Replies ? Replies[K] : BaseReply

/** A SyncKey without a position: the program keeps its current one. */
export const EMPTY_SYNC_KEY: SyncKey = { Count: 0, List: [] }

const SENT: Omit<SendReply, 'BaseResponse'> = { MsgID: '', LocalID: '' }

/**
 * Empty values for all fields of a reply except `BaseResponse`. Refusals contain them, because programs read these
 * fields without checking `Ret`. @see docs/protocol.md §2.5
 */
const EMPTY_REPLIES: { [K in RefusableEndpoint]: Omit<ReplyOf<K>, 'BaseResponse'> } = {
  webwxinit: {
    Count: 0,
    ContactList: [],
    SyncKey: EMPTY_SYNC_KEY,
    User: EMPTY_USER,
    ChatSet: '',
    SKey: '',
    ClientVersion: 0,
    SystemTime: 0,
    GrayScale: 0,
    InviteStartCount: 0,
    MPSubscribeMsgCount: 0,
    MPSubscribeMsgList: [],
    ClickReportInterval: 0,
  },
  webwxstatusnotify: { MsgID: '' },
  webwxgetcontact: { MemberCount: 0, MemberList: [], Seq: 0 },
  webwxbatchgetcontact: { Count: 0, ContactList: [] },
  webwxverifyuser: {},
  webwxoplog: {},
  webwxcreatechatroom: {
    ChatRoomName: '',
    Topic: '',
    PYInitial: '',
    QuanPin: '',
    BlackList: '',
    MemberCount: 0,
    MemberList: [],
  },
  webwxupdatechatroom: { MemberCount: 0, MemberList: [] },
  webwxsync: {
    AddMsgCount: 0,
    AddMsgList: [],
    ModContactCount: 0,
    ModContactList: [],
    DelContactCount: 0,
    DelContactList: [],
    ModChatRoomMemberCount: 0,
    ModChatRoomMemberList: [],
    Profile: EMPTY_PROFILE,
    ContinueFlag: 0,
    SyncKey: EMPTY_SYNC_KEY,
    SyncCheckKey: EMPTY_SYNC_KEY,
    SKey: '',
  },
  webwxsendmsg: SENT,
  webwxsendmsgimg: SENT,
  webwxsendvideomsg: SENT,
  webwxsendemoticon: SENT,
  webwxsendappmsg: SENT,
  webwxuploadmedia: { MediaId: '', StartPos: 0, CDNThumbImgHeight: 0, CDNThumbImgWidth: 0, EncryFileName: '' },
  webwxcheckupload: { MediaId: '', AESKey: '', Signature: '', EncryFileName: '' },
  webwxrevokemsg: {},
  webwxstatreport: {},
  webwxsearchcontact: { List: [] },
  webwxsendfeedback: {},
}

/** The empty reply fields for an endpoint, or `{}` if its reply contains only a `BaseResponse`. */
export function emptyFields(endpoint: EndpointName): object {
  const emptyReplies: Readonly<Partial<Record<EndpointName, object>>> = EMPTY_REPLIES
  return emptyReplies[endpoint] ?? {}
}
