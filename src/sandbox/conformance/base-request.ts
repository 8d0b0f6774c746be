import { isObject } from '../read/fields.js'
import type { Session } from '../session/session.js'
import type { Subject } from './subject.js'

/** Runs the checks that apply to every JSON request. @see docs/protocol.md §15 */
export function checkBaseRequest(subject: Subject, session: Session, base: unknown): void {
  checkIdentity(subject, base)
  const type = subject.request.headers.get('content-type') ?? ''
  if (!/^application\/json; ?charset=utf-8$/i.test(type)) {
    subject.warn('15', `Content-Type is ${type || 'missing'}; use application/json;charset=UTF-8`)
  }
  checkPassTicket(subject, session)
}

/** Checks a BaseRequest, which may be in the body or in a form field. */
export function checkIdentity(subject: Subject, base: unknown): void {
  if (!isObject(base)) {
    subject.warn('2.5', 'BaseRequest is missing; every JSON POST requires it')
    return
  }
  const { Uin, DeviceID } = base
  if (typeof Uin !== 'number') subject.warn('2.5', 'BaseRequest.Uin is not a number')
  checkDeviceId(subject, DeviceID, 'BaseRequest.DeviceID')
}

/** Checks the format only: the official page generates a new device id for every request. */
export function checkDeviceId(subject: Subject, value: unknown, field: string): void {
  if (typeof value !== 'string' || !/^e\d{15}$/.test(value)) {
    subject.warn('15', `${field} is not the letter e followed by 15 digits`)
  }
}

/** The ticket must be sent exactly as received, percent-encoded once like any query value. */
export function checkPassTicket(subject: Subject, session: Session, required = false): void {
  const value = subject.url.searchParams.get('pass_ticket')
  if (value === null ? required : value !== session.passTicket) {
    subject.warn('15', 'pass_ticket is not the received value, percent-encoded once')
  }
}
