import { isObject } from '../read/fields.js'
import type { Session } from '../session/session.js'
import type { Subject } from './subject.js'

/** What every JSON request should look like. @see docs/protocol.md §15 */
export function checkBaseRequest(subject: Subject, session: Session, base: unknown): void {
  checkIdentity(subject, base)
  const type = subject.request.headers.get('content-type') ?? ''
  if (!/^application\/json; ?charset=utf-8$/i.test(type)) {
    subject.warn('15', `Content-Type is ${type || 'missing'}; send application/json;charset=UTF-8`)
  }
  checkPassTicket(subject, session)
}

/** The part of it that does not depend on where it stands. */
export function checkIdentity(subject: Subject, base: unknown): void {
  if (!isObject(base)) {
    subject.warn('2.5', 'BaseRequest is missing; every JSON post carries one')
    return
  }
  const { Uin, DeviceID } = base
  if (typeof Uin !== 'number') subject.warn('2.5', 'BaseRequest.Uin is not a number; send it as one')
  checkDeviceId(subject, DeviceID, 'BaseRequest.DeviceID')
}

/** Another one in each request is fine: the official page draws one each time. */
export function checkDeviceId(subject: Subject, value: unknown, where: string): void {
  if (typeof value !== 'string' || !/^e\d{15}$/.test(value)) {
    subject.warn('15', `${where} is not the letter e and 15 digits`)
  }
}

/** The ticket as received, percent-encoded once more as the value of a query. */
export function checkPassTicket(subject: Subject, session: Session, needed = false): void {
  const given = subject.url.searchParams.get('pass_ticket')
  if (given === null ? needed : given !== session.passTicket) {
    subject.warn('15', 'pass_ticket is not the value received, encoded once as a query value')
  }
}
