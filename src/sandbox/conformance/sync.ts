import { SYNC_SELECTOR, type SyncKey } from '../../transports/web/wire/sync.js'
import type { Session } from '../session/session.js'
import { checkDeviceId, checkPassTicket } from './base-request.js'
import type { Subject } from './subject.js'

const SPIN_MS = 1000

/** Before the poll is held. @see docs/protocol.md §5.1, §15 */
export function checkSyncCheck(subject: Subject, session: Session, nowMs: number, alreadyHeld: boolean): void {
  const query = subject.url.searchParams
  const { memory } = session
  checkDeviceId(subject, query.get('deviceid'), 'deviceid')
  if (memory.checkKey !== undefined && query.get('synckey') !== memory.checkKey) {
    subject.warn('15', 'synckey is not the last SyncCheckKey')
  }
  if (memory.owesSync) subject.warn('5.1', 'the selector told of news, yet webwxsync was not called')
  if (alreadyHeld) subject.warn('5.1', 'polls while an earlier poll is open')
  if (memory.idleCheckAt !== undefined && nowMs - memory.idleCheckAt < SPIN_MS) {
    subject.warn('5.1', 'spinning: polls again within a second although there is nothing')
  }
}

/**
 * An init begins anew: its program may go on with the key it has or with the one of the reply, and need not fetch what
 * an earlier poll told of.
 */
export function forgetPolling(session: Session): void {
  const { memory } = session
  delete memory.checkKey
  delete memory.idleCheckAt
  memory.owesSync = false
  session.polls = new Set()
}

/** The program asked for the news it was told of. A fault may have kept the new key from it. */
export function rememberSync({ memory }: Session, struck: boolean): void {
  memory.owesSync = false
  if (struck) delete memory.checkKey
}

/** After an answer; `startedAt` is when the poll arrived, epoch ms. */
export function rememberSyncCheck(session: Session, selector: number, startedAt: number): void {
  session.memory.owesSync = selector !== SYNC_SELECTOR.nothing
  if (selector === SYNC_SELECTOR.nothing) session.memory.idleCheckAt = startedAt
  else delete session.memory.idleCheckAt
}

/** @see docs/protocol.md §5.2, §15 */
export function checkSync(subject: Subject, session: Session, given: SyncKey, cursor: number): void {
  checkPassTicket(subject, session, true)
  const query = subject.url.searchParams
  if (query.get('sid') !== session.sid || query.get('skey') !== session.skey) {
    subject.warn('5.2', 'sid or skey is missing in the query, or wrongly encoded')
  }
  const issued = [true, false].map((first) => JSON.stringify(session.keys.make(cursor, first).List))
  const echoed = given.List.map(({ Key, Val }) => ({ Key, Val }))
  const isEchoed = issued.includes(JSON.stringify(echoed)) || !session.keys.isOwn(given)
  if (!isEchoed) subject.warn('5.2', 'SyncKey is not echoed as it was received')
}
