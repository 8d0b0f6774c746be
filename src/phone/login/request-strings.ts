import type { RequestView } from '../../sandbox/control/view.js'
import type { StringKey } from '../i18n/strings.js'

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
}

const LOGIN_CODES: Readonly<Record<string, StringKey>> = {
  200: 'reqConfirmed',
  201: 'reqScanned',
  400: 'reqExpired',
  408: 'reqNobody',
}

/** Key of a short description of the request. */
export function requestString(request: RequestView, scanned: boolean): StringKey | undefined {
  if (request.endpoint !== 'login') return ENDPOINTS[request.endpoint]
  if (request.status === undefined) return scanned ? 'reqWaitConfirm' : 'reqWaitScan'
  return LOGIN_CODES[request.result ?? '']
}

/** Whether the request is a long poll. */
export function isPoll(request: RequestView): boolean {
  return request.endpoint === 'login' || request.endpoint === 'synccheck'
}
