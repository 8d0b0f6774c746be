import { COOKIE } from '../../transports/web/wire/constants.js'
import type { Session } from '../session/session.js'
import type { Subject } from './subject.js'

/** `safe` is the spelling of the parameter name that every server accepts. @see docs/protocol.md §7, §15 */
export function checkMessageId(subject: Subject, safe: 'MsgID' | 'msgid'): void {
  if (!subject.url.searchParams.has(safe)) subject.warn('15', `the message id parameter is not named ${safe}`)
}

/** @see docs/protocol.md §7, §15 */
export function checkGetMedia(subject: Subject, session: Session, cookies: ReadonlyMap<string, string>): void {
  const query = subject.url.searchParams
  if (query.get('encryfilename') === null) subject.warn('15', 'encryfilename is missing')
  if (query.get('fromuser') !== String(session.uin)) subject.warn('7', 'fromuser is not the uin of this account')
  if (query.get('webwx_data_ticket') !== session.dataTicket || cookies.get(COOKIE.dataTicket) !== session.dataTicket) {
    subject.warn('7', 'webwx_data_ticket is missing or wrong in the query or in the cookies')
  }
  if (query.get('pass_ticket') !== session.passTicket) {
    subject.warn('15', 'pass_ticket is not the received value, percent-encoded once')
  }
}
