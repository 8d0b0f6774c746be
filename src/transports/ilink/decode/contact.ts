import type { ContactEntry } from '../../../transport/contacts.js'
import { dict, text } from '../../../util/read.js'

/** A contact of which only the id is known: the server sends no names. @see docs/ilink.md §1 */
export function contactEntry(userName: string): ContactEntry {
  const traits = { isListed: true, isBuiltIn: false }
  return { userName, kind: 'user', traits, fields: { UserName: userName, NickName: '' }, isStub: false }
}

/** @returns `undefined` when the UserName is missing */
export function readSavedContact(fields: unknown): ContactEntry | undefined {
  const userName = text(dict(fields).UserName)
  return userName === '' ? undefined : contactEntry(userName)
}
