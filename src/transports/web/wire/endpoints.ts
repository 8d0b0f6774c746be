import { API_PATH } from './constants.js'

/** Which of an account's hosts serves an endpoint. @see docs/protocol.md §2.1 */
export type HostRole = 'login' | 'base' | 'file' | 'push'

interface Endpoint {
  /** The path; `/qrcode/` and `/l/` are followed by the uuid. */
  readonly path: string
  /** The method that this client uses; §0.3 lists the methods used by other clients. */
  readonly method: 'GET' | 'POST'
  readonly host: HostRole
  readonly reply: 'script' | 'json' | 'xml' | 'media' | 'any'
}

/** Every endpoint of the protocol. @see docs/protocol.md §0.3 */
export const ENDPOINTS = {
  /** §3.1 request a QR uuid */
  jslogin: { path: '/jslogin', method: 'GET', host: 'login', reply: 'script' },
  /** §3.2 image of the QR code */
  qrcode: { path: '/qrcode/', method: 'GET', host: 'login', reply: 'media' },
  /** §3.2 the link inside the QR code, opened by the phone */
  scan: { path: '/l/', method: 'GET', host: 'login', reply: 'any' },
  /** §3.3 login poll, held open for about 25 s */
  login: { path: `${API_PATH}login`, method: 'GET', host: 'login', reply: 'script' },
  /** §3.4 exchange the ticket for credentials */
  webwxnewloginpage: { path: `${API_PATH}webwxnewloginpage`, method: 'GET', host: 'base', reply: 'xml' },
  /** §3.5 request confirmation on the phone, without a QR code */
  webwxpushloginurl: { path: `${API_PATH}webwxpushloginurl`, method: 'GET', host: 'base', reply: 'json' },
  /** §3.6 initial state */
  webwxinit: { path: `${API_PATH}webwxinit`, method: 'POST', host: 'base', reply: 'json' },
  /** §3.7 notify the phone that the web client is online or that a chat has been read */
  webwxstatusnotify: { path: `${API_PATH}webwxstatusnotify`, method: 'POST', host: 'base', reply: 'json' },
  /** §3.8 end the session */
  webwxlogout: { path: `${API_PATH}webwxlogout`, method: 'POST', host: 'base', reply: 'any' },
  /** §4.1 address book, paged */
  webwxgetcontact: { path: `${API_PATH}webwxgetcontact`, method: 'GET', host: 'base', reply: 'json' },
  /** §4.2 details of contacts, groups and members */
  webwxbatchgetcontact: { path: `${API_PATH}webwxbatchgetcontact`, method: 'POST', host: 'base', reply: 'json' },
  /** §4.3 avatar of a contact or member */
  webwxgeticon: { path: `${API_PATH}webwxgeticon`, method: 'GET', host: 'base', reply: 'media' },
  /** §4.3 avatar of a group */
  webwxgetheadimg: { path: `${API_PATH}webwxgetheadimg`, method: 'GET', host: 'base', reply: 'media' },
  /** §4.4 send or accept a friend request */
  webwxverifyuser: { path: `${API_PATH}webwxverifyuser`, method: 'POST', host: 'base', reply: 'json' },
  /** §4.5 set a remark, pin a chat */
  webwxoplog: { path: `${API_PATH}webwxoplog`, method: 'POST', host: 'base', reply: 'json' },
  /** §4.6 create a group */
  webwxcreatechatroom: { path: `${API_PATH}webwxcreatechatroom`, method: 'POST', host: 'base', reply: 'json' },
  /** §4.7 rename a group; add, invite or remove members */
  webwxupdatechatroom: { path: `${API_PATH}webwxupdatechatroom`, method: 'POST', host: 'base', reply: 'json' },
  /** §5.1 poll for sync events, held open for about 25 s */
  synccheck: { path: `${API_PATH}synccheck`, method: 'GET', host: 'push', reply: 'script' },
  /** §5.2 fetch sync events */
  webwxsync: { path: `${API_PATH}webwxsync`, method: 'POST', host: 'base', reply: 'json' },
  /** §6.2 text and other inline types */
  webwxsendmsg: { path: `${API_PATH}webwxsendmsg`, method: 'POST', host: 'base', reply: 'json' },
  /** §6.3 image */
  webwxsendmsgimg: { path: `${API_PATH}webwxsendmsgimg`, method: 'POST', host: 'base', reply: 'json' },
  /** §6.4 video */
  webwxsendvideomsg: { path: `${API_PATH}webwxsendvideomsg`, method: 'POST', host: 'base', reply: 'json' },
  /** §6.5 gif or sticker */
  webwxsendemoticon: { path: `${API_PATH}webwxsendemoticon`, method: 'POST', host: 'base', reply: 'json' },
  /** §6.6 file or app message */
  webwxsendappmsg: { path: `${API_PATH}webwxsendappmsg`, method: 'POST', host: 'base', reply: 'json' },
  /** §6.7 upload a chunk, multipart */
  webwxuploadmedia: { path: `${API_PATH}webwxuploadmedia`, method: 'POST', host: 'file', reply: 'json' },
  /** §6.8 check whether the server already has a large file */
  webwxcheckupload: { path: `${API_PATH}webwxcheckupload`, method: 'POST', host: 'base', reply: 'json' },
  /** §6.10 recall a message */
  webwxrevokemsg: { path: `${API_PATH}webwxrevokemsg`, method: 'POST', host: 'base', reply: 'json' },
  /** §7 image or sticker */
  webwxgetmsgimg: { path: `${API_PATH}webwxgetmsgimg`, method: 'GET', host: 'base', reply: 'media' },
  /** §7 voice, mp3 */
  webwxgetvoice: { path: `${API_PATH}webwxgetvoice`, method: 'GET', host: 'base', reply: 'media' },
  /** §7 video, requires a Range header */
  webwxgetvideo: { path: `${API_PATH}webwxgetvideo`, method: 'GET', host: 'base', reply: 'media' },
  /** §7 attachment */
  webwxgetmedia: { path: `${API_PATH}webwxgetmedia`, method: 'GET', host: 'file', reply: 'media' },
  /** §8 usage report */
  webwxstatreport: { path: `${API_PATH}webwxstatreport`, method: 'POST', host: 'base', reply: 'json' },
  /** §8 link interstitial */
  webwxcheckurl: { path: `${API_PATH}webwxcheckurl`, method: 'GET', host: 'base', reply: 'any' },
  /** §8 image preview */
  webwxpreview: { path: `${API_PATH}webwxpreview`, method: 'GET', host: 'base', reply: 'media' },
  /** §8 search users */
  webwxsearchcontact: { path: `${API_PATH}webwxsearchcontact`, method: 'POST', host: 'base', reply: 'json' },
  /** §8 feedback form */
  webwxsendfeedback: { path: `${API_PATH}webwxsendfeedback`, method: 'POST', host: 'base', reply: 'json' },
} as const satisfies Record<string, Endpoint>

/** Name of an endpoint: the last part of its path. @see docs/protocol.md §0.3 */
export type EndpointName = keyof typeof ENDPOINTS
