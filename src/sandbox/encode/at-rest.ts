import type { BaseReply } from '../../transports/web/wire/base.js'
import type { CreateChatroomReply, UpdateChatroomReply } from '../../transports/web/wire/chatroom.js'
import type { BatchContactReply, GetContactReply, SearchContactReply } from '../../transports/web/wire/contact.js'
import type { ENDPOINTS, EndpointName } from '../../transports/web/wire/endpoints.js'
import type { SendReply } from '../../transports/web/wire/send.js'
import type { InitReply, SyncKey, SyncReply } from '../../transports/web/wire/sync.js'
import type { CheckUploadReply, UploadReply } from '../../transports/web/wire/upload.js'
import { USER_AT_REST } from './contact.js'
import { PROFILE_AT_REST } from './profile.js'

type JsonEndpoint = {
  [K in EndpointName]: (typeof ENDPOINTS)[K]['reply'] extends 'json' ? K : never
}[EndpointName]

/** Endpoints whose refusal is JSON with a `BaseResponse`. */
type RefusableEndpoint = Exclude<JsonEndpoint, 'webwxpushloginurl'>

/** Replies that hold more than a `BaseResponse`. */
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

/** No position: a program keeps the one it has. */
export const SYNC_KEY_AT_REST: SyncKey = { Count: 0, List: [] }

const SENT: Omit<SendReply, 'BaseResponse'> = { MsgID: '', LocalID: '' }

/**
 * The fields beside `BaseResponse` of every reply at rest, as a refusal shows them: programs read them without asking
 * for `Ret`. @see docs/protocol.md §2.5
 */
const AT_REST: { [K in RefusableEndpoint]: Omit<ReplyOf<K>, 'BaseResponse'> } = {
  webwxinit: {
    Count: 0,
    ContactList: [],
    SyncKey: SYNC_KEY_AT_REST,
    User: USER_AT_REST,
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
    Profile: PROFILE_AT_REST,
    ContinueFlag: 0,
    SyncKey: SYNC_KEY_AT_REST,
    SyncCheckKey: SYNC_KEY_AT_REST,
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

/** The fields at rest of any endpoint; none where the reply has no more than a `BaseResponse`. */
export function fieldsAtRest(endpoint: EndpointName): object {
  const atRest: Readonly<Partial<Record<EndpointName, object>>> = AT_REST
  return atRest[endpoint] ?? {}
}
