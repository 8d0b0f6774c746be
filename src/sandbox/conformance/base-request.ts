import type { Session } from '../session/session.js'
import type { Subject } from './subject.js'

/** What every JSON request should look like. @see docs/protocol.md §15 */
export function checkBaseRequest(subject: Subject, session: Session, base: Record<string, unknown>): void {
  checkIdentity(subject, session, base)
  const type = subject.request.headers.get('content-type') ?? ''
  if (!/^application\/json; ?charset=utf-8$/i.test(type)) {
    subject.warn('15', `Content-Type is ${type || 'missing'}; send application/json;charset=UTF-8`)
  }
  checkPassTicket(subject, session)
}

/** The part of it that does not depend on where it stands. */
export function checkIdentity(subject: Subject, session: Session, base: Record<string, unknown>): void {
  if (typeof base.Uin !== 'number') subject.warn('2.5', 'BaseRequest.Uin is not a number; send it as one')
  checkDeviceId(subject, session, base.DeviceID, 'BaseRequest.DeviceID')
}

/** One device id for the whole session, the same everywhere. */
export function checkDeviceId(subject: Subject, session: Session, value: unknown, where: string): void {
  if (typeof value !== 'string' || !/^e\d{15}$/.test(value)) {
    subject.warn('15', `${where} is not the letter e and 15 digits`)
    return
  }
  session.memory.deviceId ??= value
  if (session.memory.deviceId !== value) subject.warn('15', `${where} changes within the session; keep one`)
}

/** The ticket as received, percent-encoded once more as the value of a query. */
export function checkPassTicket(subject: Subject, session: Session, needed = false): void {
  const given = subject.url.searchParams.get('pass_ticket')
  if (given === null ? needed : given !== session.passTicket) {
    subject.warn('15', 'pass_ticket is not the value received, encoded once as a query value')
  }
}
