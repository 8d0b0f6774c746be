import { memberNames } from '../util/case-alias.js'
import { Chatroom } from './chatroom.js'
import { describe, type FieldChange, fill } from './fields.js'
import { MassivePlatform } from './massive-platform.js'
import { User } from './user.js'

export { Chatroom, ChatroomMember } from './chatroom.js'
export { MassivePlatform } from './massive-platform.js'
export { User } from './user.js'

/** A contact of any kind. */
export type Contact = User | MassivePlatform | Chatroom

/** Names of class members that fields must not replace. A member of any contact class is reserved in all of them. */
const RESERVED = new Set([...memberNames(Chatroom), ...memberNames(User), ...memberNames(MassivePlatform)])

/** Sets the fields of a new contact. */
export function fillContact(contact: Contact, fields: object): void {
  fill(contact, fields, RESERVED)
}

/** Applies server data to a contact. Fields that were not sent keep their values. */
export function describeContact(contact: Contact, fields: object): FieldChange[] {
  return describe(contact, fields, RESERVED)
}

/** Read-only access to contacts. */
export interface ContactLookup {
  /** This account. */
  readonly self: User
  /** The contact with this UserName, if known. */
  get(userName: string): Contact | undefined
}
