import type { BaseBody } from './base.js'

/** Query of `jslogin`. @see docs/protocol.md §3.1 */
export interface JsLoginQuery {
  appid: string
  fun: 'new'
  /** `https://wx.qq.com/cgi-bin/mmwebwx-bin/webwxnewloginpage?mod=desktop` requests UOS mode. */
  redirect_uri: string
  lang: string
  /** Milliseconds since the epoch, to bypass caches; the server ignores it. */
  _: number
}

/** Query of the login poll. @see docs/protocol.md §3.3 */
export interface LoginPollQuery {
  loginicon: 'true'
  uuid: string
  /** 1 for the first poll of a uuid, then 0; the server ignores it. */
  tip: 0 | 1
  r: number
}

/** `window.code` in the reply to a login poll. @see docs/protocol.md §3.3 */
export const LOGIN_CODE = {
  /** Confirmed on the phone; `window.redirect_uri` follows. */
  confirmed: 200,
  /** Scanned, not confirmed; `window.userAvatar` follows. */
  scanned: 201,
  /** Cancelled on the phone. */
  cancelled: 202,
  /** The uuid has expired or is unknown. */
  expired: 400,
  /** The poll ended without a change. */
  timeout: 408,
  serverError: 500,
} as const

/**
 * Children of `<error>` on the ticket page; after a failure, only the first two are present.
 *
 * @see docs/protocol.md §3.4
 */
export interface TicketPage {
  ret: string
  message: string
  skey: string
  wxsid: string
  wxuin: string
  /** Already percent-encoded. @see docs/protocol.md §2.4 */
  pass_ticket: string
  isgrayscale: string
}

/** Reply to `webwxpushloginurl`. @see docs/protocol.md §3.5 */
export interface PushLoginReply {
  /** `"0"` means success; some servers send a number. */
  ret: string
  msg: string
  uuid?: string
}

/** `Code` of `webwxstatusnotify`, and `StatusNotifyCode` of MsgType 51. @see docs/protocol.md §3.7 */
export const STATUS_NOTIFY = {
  read: 1,
  enterSession: 2,
  initialised: 3,
  syncConversations: 4,
  quitSession: 5,
} as const

/** Body of `webwxstatusnotify`. @see docs/protocol.md §3.7 */
export interface StatusNotifyRequest extends BaseBody {
  Code: number
  FromUserName: string
  /** This account for code 3, the chat for code 1. */
  ToUserName: string
  ClientMsgId: number
}
