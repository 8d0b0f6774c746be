import { BATCH_CONTACT_LIMIT, COOKIE } from '../../transports/web/wire/constants.js'
import type { Session } from '../session/session.js'
import type { Subject } from './subject.js'

/** @see docs/protocol.md §4.1 */
export function checkGetContact(subject: Subject, session: Session, cookies: ReadonlyMap<string, string>): void {
  const seq = Number(subject.url.searchParams.get('seq'))
  if (seq !== 0 && seq !== session.memory.nextSeq) {
    subject.warn('4.1', 'seq is neither 0 nor the Seq of the previous page')
  }
  if (cookies.get(COOKIE.sid) !== session.sid || subject.url.searchParams.get('skey') !== session.skey) {
    subject.warn('4.1', 'skey in the query and the session cookies are both required')
  }
}

/** `entries` are the requested UserNames. @see docs/protocol.md §4.2, §15 */
export function checkBatchGetContact(
  subject: Subject,
  session: Session,
  count: unknown,
  entries: { userName: string }[],
): void {
  if (entries.length > BATCH_CONTACT_LIMIT)
    subject.warn('15', `more than ${BATCH_CONTACT_LIMIT} UserNames in one request`)
  if (entries.length === 0) subject.warn('4.2', 'List is empty; do not send the request')
  if (count !== entries.length) subject.warn('4.2', 'Count is not the length of List')
  if (subject.url.searchParams.get('type') !== 'ex') subject.warn('4.2', 'type is not ex')
  for (const { userName } of entries) {
    if (session.names.idOf(userName) === undefined) subject.warn('4.2', 'a UserName in List is unknown to this session')
  }
}
