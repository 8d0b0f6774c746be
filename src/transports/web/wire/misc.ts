import type { BaseBody, BaseReply } from './base.js'

/** Body of `webwxstatreport`. @see docs/protocol.md §8 */
export interface StatReportRequest extends BaseBody {
  Count: number
  /** `Text` is JSON about the use of the page. */
  List: { Text: string; Type: number }[]
}

/** Query of `webwxcheckurl`. @see docs/protocol.md §8 */
export interface CheckUrlQuery {
  requrl: string
  skey: string
  deviceid: string
  pass_ticket: string
  opcode: number
  scene: number
  username: string
}

/** Query of `webwxpreview`. @see docs/protocol.md §8 */
export interface PreviewQuery {
  fun: 'preview' | 'upload'
  mediaid?: string
}

/** Body of `webwxsearchcontact`. @see docs/protocol.md §8 */
export interface SearchContactRequest extends BaseBody {
  KeyWord: string
}

/** @see docs/protocol.md §8 */
export interface SearchContactReply extends BaseReply {
  List: { EncryUserName: string }[]
}
