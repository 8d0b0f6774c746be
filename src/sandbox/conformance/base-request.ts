import { isObject } from '../read/fields.js'
import type { Session } from '../session/session.js'
import type { Subject } from './subject.js'

/** Checks every JSON request. @see docs/protocol.md §15 */
export function checkBaseRequest(subject: Subject, session: Session, base: unknown): void {
  checkIdentity(subject, base)
  const type = subject.request.headers.get('content-type') ?? ''
  if (!/^application\/json; ?charset=utf-8$/i.test(type)) {
    subject.warn('15', `Content-Type is ${type || 'missing'}; use application/json;charset=UTF-8`)
  }
  checkPassTicket(subject, session)
}

/** Checks a BaseRequest anywhere in a request. */
export function checkIdentity(subject: Subject, base: unknown): void {
  if (!isObject(base)) {
    subject.warn('2.5', 'BaseRequest is missing; every JSON POST requires it')
    return
  }
  const { Uin, DeviceID } = base
  if (typeof Uin !== 'number') subject.warn('2.5', 'BaseRequest.Uin is not a number')
  checkDeviceId(subject, DeviceID, 'BaseRequest.DeviceID')
}

/** It may differ between requests: the official page generates one per request. */
export function checkDeviceId(subject: Subject, value: unknown, field: string): void {
  if (typeof value !== 'string' || !/^e\d{15}$/.test(value)) {
    subject.warn('15', `${field} is not the letter e followed by 15 digits`)
  }
}

/** The ticket as received, percent-encoded once as a query value. */
export function checkPassTicket(subject: Subject, session: Session, required = false): void {
  const value = subject.url.searchParams.get('pass_ticket')
  if (value === null ? required : value !== session.passTicket) {
    subject.warn('15', 'pass_ticket is not the received value, encoded once as a query value')
  }
}
