import { SYNC_SELECTOR, type SyncKey } from '../../transports/web/wire/sync.js'
import type { Session } from '../session/session.js'
import { checkDeviceId, checkPassTicket } from './base-request.js'
import type { Subject } from './subject.js'

const SPIN_MS = 1000

/** Checks a poll before it is held open. @see docs/protocol.md §5.1, §15 */
export function checkSyncCheck(subject: Subject, session: Session, nowMs: number, alreadyHeld: boolean): void {
  const query = subject.url.searchParams
  const { memory } = session
  checkDeviceId(subject, query.get('deviceid'), 'deviceid')
  if (memory.checkKey !== undefined && query.get('synckey') !== memory.checkKey) {
    subject.warn('15', 'synckey is not the latest SyncCheckKey')
  }
  if (memory.syncDue) subject.warn('5.1', 'the previous selector reported events, but webwxsync was not called')
  if (alreadyHeld) subject.warn('5.1', 'another synccheck is still pending')
  if (memory.idleCheckAt !== undefined && nowMs - memory.idleCheckAt < SPIN_MS) {
    subject.warn('5.1', 'busy polling: called again within a second of an empty reply')
  }
}

/**
 * Resets the polling state when the program calls `webwxinit`. It may then continue with its own key or with the one in
 * the reply, and does not have to fetch events that an earlier poll reported.
 */
export function resetPolling(session: Session): void {
  const { memory } = session
  delete memory.checkKey
  delete memory.idleCheckAt
  memory.syncDue = false
  session.polls = new Set()
}

/** Records a call to `webwxsync`. After a fault, the program may not have received the new key. */
export function recordSync({ memory }: Session, hadFault: boolean): void {
  memory.syncDue = false
  if (hadFault) delete memory.checkKey
}

/** Records the reply to a poll. `startedAt` is the Unix time in milliseconds at which the poll arrived. */
export function recordSyncCheck(session: Session, selector: number, startedAt: number): void {
  session.memory.syncDue = selector !== SYNC_SELECTOR.nothing
  if (selector === SYNC_SELECTOR.nothing) session.memory.idleCheckAt = startedAt
  else delete session.memory.idleCheckAt
}

/** @see docs/protocol.md §5.2, §15 */
export function checkSync(subject: Subject, session: Session, received: SyncKey, cursor: number): void {
  checkPassTicket(subject, session, true)
  const query = subject.url.searchParams
  if (query.get('sid') !== session.sid || query.get('skey') !== session.skey) {
    subject.warn('5.2', 'sid or skey is missing or wrongly encoded in the query')
  }
  const issued = [true, false].map((first) => JSON.stringify(session.keys.make(cursor, first).List))
  const echoed = received.List.map(({ Key, Val }) => ({ Key, Val }))
  const isEchoed = issued.includes(JSON.stringify(echoed)) || !session.keys.isOwn(received)
  if (!isEchoed) subject.warn('5.2', 'SyncKey was not sent back unchanged')
}
