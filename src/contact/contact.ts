import { memberNames } from '../util/case-alias.js'
import { Chatroom } from './chatroom.js'
import { describe, type FieldChange, fill } from './fields.js'
import { MassivePlatform } from './massive-platform.js'
import { User } from './user.js'

export { Chatroom, ChatroomMember } from './chatroom.js'
export { MassivePlatform } from './massive-platform.js'
export { User } from './user.js'

/** Anybody an account can talk to. */
export type Contact = User | MassivePlatform | Chatroom

/** A group answers to more than the others; the same names are kept free for all. */
const CONTACT_MEMBERS = new Set([...memberNames(Chatroom), ...memberNames(User), ...memberNames(MassivePlatform)])

/** Puts what is known of a contact onto its new object. */
export function fillContact(contact: Contact, fields: object): void {
  fill(contact, fields, CONTACT_MEMBERS)
}

/** Applies what the server said of a contact; fields it did not send stay. */
export function describeContact(contact: Contact, fields: object): FieldChange[] {
  return describe(contact, fields, CONTACT_MEMBERS)
}

/** Who is who, for those that only look. */
export interface ContactLookup {
  /** The own account. */
  readonly self: User
  /** The contact with this UserName, when it is known. */
  get(userName: string): Contact | undefined
}
