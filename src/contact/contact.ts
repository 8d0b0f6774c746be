import { memberNames } from '../util/spelling.js'
import { Chatroom } from './chatroom.js'
import { describe, type FieldChange } from './fields.js'
import { MassivePlatform } from './massive-platform.js'
import { User } from './user.js'

export { Chatroom, ChatroomMember } from './chatroom.js'
export { MassivePlatform } from './massive-platform.js'
export { User } from './user.js'

/** Anybody an account can talk to. */
export type Contact = User | MassivePlatform | Chatroom

/** A group answers to more than the others; the same names are kept free for all. */
const CONTACT_MEMBERS = new Set([...memberNames(Chatroom), ...memberNames(User), ...memberNames(MassivePlatform)])

/** Applies what the server said of a contact; fields it did not send stay. */
export function describeContact(contact: Contact, fields: object): FieldChange[] {
  return describe(contact, fields, CONTACT_MEMBERS)
}
