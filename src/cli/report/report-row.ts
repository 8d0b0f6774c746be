import type { Contact, User } from '../../index.js'
import { type ContactRecord, contactRecord } from '../contact-record.js'

const SEXES = ['unknown', 'male', 'female'] as const

/** A contact as shown in a report. */
export interface ReportRow extends ContactRecord {
  sex: (typeof SEXES)[number]
  isStarred: boolean
}

/** @param self this account */
export function reportRow(contact: Contact, self: User): ReportRow {
  const { Sex, StarFriend } = contact
  return { ...contactRecord(contact, self), sex: SEXES[Sex] ?? 'unknown', isStarred: StarFriend === 1 }
}
