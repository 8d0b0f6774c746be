import { scalarText } from '../read/fields.js'
import type { Session } from '../session/session.js'
import type { Subject } from './subject.js'

const LIMIT = 10_000

/** @see docs/protocol.md §2.3, §6.1, §15 */
export function checkSend(subject: Subject, session: Session, message: Record<string, unknown>, scene: unknown): void {
  const { LocalID, ClientMsgId } = message
  if (typeof LocalID !== 'string' || !/^\d{17}$/.test(LocalID)) {
    subject.warn('15', 'LocalID is not a string of 17 digits')
  }
  if (LocalID !== ClientMsgId) subject.warn('6.1', 'LocalID and ClientMsgId differ')
  const id = scalarText(LocalID)
  if (session.memory.localIds.has(id)) subject.warn('6.1', 'LocalID is reused; use a new one for each message')
  session.memory.localIds.add(id)
  if (session.memory.localIds.size > LIMIT) session.memory.localIds.clear()
  if (scene !== 0 && scene !== 2) subject.warn('6.1', 'Scene is neither 0 nor 2')
}
