import type { Contact, User } from './contact.js'

/** Who is who, for those that only look. */
export interface ContactLookup {
  /** The own account. */
  readonly self: User
  /** The contact with this UserName, when it is known. */
  get(userName: string): Contact | undefined
}
