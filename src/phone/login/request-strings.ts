import { ILINK_ENDPOINTS, type RequestView } from '../../sandbox/control/view.js'
import type { StringKey } from '../i18n/strings.js'
import type { Half } from '../store/state.js'

const ENDPOINTS: Readonly<Record<string, StringKey>> = {
  jslogin: 'reqNewQr',
  webwxpushloginurl: 'reqNewQr',
  webwxnewloginpage: 'reqSession',
  webwxinit: 'reqInit',
  webwxgetcontact: 'reqContacts',
  webwxbatchgetcontact: 'reqMembers',
  webwxstatusnotify: 'reqNotify',
  synccheck: 'reqPoll',
  webwxsync: 'reqSync',
  webwxsendmsg: 'reqSend',
  get_bot_qrcode: 'reqNewQr',
  get_qrcode_status: 'reqStatus',
  notifystart: 'reqStart',
  notifystop: 'reqStop',
  getupdates: 'reqPoll',
  sendmessage: 'reqSend',
  getconfig: 'reqTicket',
  sendtyping: 'reqTyping',
  getuploadurl: 'reqUploadUrl',
  cdnUpload: 'reqUpload',
  cdnDownload: 'reqDownload',
}

const LOGIN_CODES: Readonly<Record<string, StringKey>> = {
  200: 'reqConfirmed',
  201: 'reqScanned',
  400: 'reqExpired',
  408: 'reqNobody',
}

const STATUSES: Readonly<Record<string, StringKey>> = {
  wait: 'reqNobody',
  need_verifycode: 'reqVerify',
  verify_code_blocked: 'reqBlocked',
  scaned: 'reqStatusScanned',
  scaned_but_redirect: 'reqRedirect',
  expired: 'reqExpired',
  binded_redirect: 'reqAlready',
  confirmed: 'reqConfirmed',
}

const ILINK: ReadonlySet<string> = new Set(ILINK_ENDPOINTS)

/** Whether the request belongs to a half of the page. */
export function isOfHalf({ endpoint }: RequestView, half: Half): boolean {
  return ILINK.has(endpoint) === (half === 'clawbot')
}

/** Key of a short description of the request. */
export function requestString(request: RequestView, scanned: boolean): StringKey | undefined {
  if (request.endpoint === 'get_qrcode_status') return STATUSES[request.result ?? ''] ?? 'reqStatus'
  if (request.endpoint !== 'login') return ENDPOINTS[request.endpoint]
  if (request.status === undefined) return scanned ? 'reqWaitConfirm' : 'reqWaitScan'
  return LOGIN_CODES[request.result ?? '']
}

/** Whether the request is a long poll. */
export function isPoll({ endpoint }: RequestView): boolean {
  return ['login', 'synccheck', 'get_qrcode_status', 'getupdates'].includes(endpoint)
}
