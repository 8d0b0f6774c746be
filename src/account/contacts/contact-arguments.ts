import { Chatroom, type Contact, MassivePlatform, User } from '../../contact/contact.js'
import type { ContactReference, ContactReferences } from '../../contact/operations.js'
import type { ArgumentError } from '../../errors.js'
import { describeValue, invalidArgument } from '../../util/invalid-argument.js'
import type { ContactBook } from './contact-book.js'

/**
 * Returns the UserName of a reference.
 *
 * @throws ArgumentError for a value without a UserName
 */
export function userNameOf(reference: unknown, argument: string, at = argument): string {
  if (typeof reference === 'object' && reference !== null) {
    const { UserName, ChatRoomName }: { UserName?: unknown; ChatRoomName?: unknown } = reference
    const name = UserName ?? ChatRoomName
    if (typeof name === 'string' && name !== '') return name
  }
  if (typeof reference === 'string' && reference !== '') return reference
  throw invalidArgument(argument, { at, expected: 'a contact or a UserName', found: describeReference(reference) })
}

/** The UserNames of one or more references, without duplicates. @throws ArgumentError for an empty or sparse list */
export function userNamesOf(references: unknown, argument: string): string[] {
  if (!Array.isArray(references)) return [userNameOf(references, argument)]
  if (references.length === 0) {
    throw invalidArgument(argument, { expected: 'at least one contact', found: 'an empty list' })
  }
  // Unlike `map`, `Array.from` visits holes.
  const names = Array.from(references, (reference, index) => userNameOf(reference, argument, `${argument}[${index}]`))
  return [...new Set(names)]
}

/** The group that a reference refers to. @throws ArgumentError if the contact is unknown or not a group */
export function roomOf(book: ContactBook, reference: ContactReference, argument: string): Chatroom {
  const userName = userNameOf(reference, argument)
  const contact = book.get(userName)
  if (contact instanceof Chatroom) return contact
  if (contact) throw invalidArgument(argument, { expected: 'a group', found: kindOf(contact) })
  throw unknown(argument, 'getChatrooms({ update: true })')
}

/**
 * The friend that a reference refers to.
 *
 * @throws ArgumentError for a stranger, this account, a group or an official account
 */
export function friendOf(book: ContactBook, reference: ContactReference, argument: string): User {
  const contact = knownOf(book, reference, argument)
  if (!(contact instanceof User)) throw invalidArgument(argument, { expected: 'a friend', found: kindOf(contact) })
  if (contact === book.self) throw invalidArgument(argument, { expected: 'a friend', found: 'this account' })
  if (!book.isFriend(contact)) {
    throw invalidArgument(argument, { expected: 'a friend', found: 'a person who is not a friend of this account' })
  }
  return contact
}

/** The friend or group that a reference refers to; only these can be pinned. @throws ArgumentError */
export function chatOf(book: ContactBook, reference: ContactReference, argument: string): User | Chatroom {
  const contact = knownOf(book, reference, argument)
  if (contact instanceof MassivePlatform) {
    throw invalidArgument(argument, { expected: 'a friend or a group', found: 'an official account' })
  }
  return contact instanceof Chatroom ? contact : friendOf(book, reference, argument)
}

/**
 * The UserNames of users to add to a group.
 *
 * @throws ArgumentError for a group, an official account, this account, or an unknown user
 */
export function peopleOf(book: ContactBook, references: ContactReferences, argument: string): string[] {
  return userNamesOf(references, argument).map((userName) => personOf(book, userName, argument))
}

/** The UserName of any user except this account; the user need not be a friend. @throws ArgumentError */
export function personOf(book: ContactBook, reference: ContactReference, argument: string): string {
  const userName = userNameOf(reference, argument)
  const contact = book.get(userName)
  if (contact && !(contact instanceof User)) {
    throw invalidArgument(argument, { expected: 'a person', found: kindOf(contact) })
  }
  if (userName === book.self.UserName) {
    throw invalidArgument(argument, { expected: 'another person', found: 'this account' })
  }
  if (!book.isKnown(userName)) throw unknown(argument, 'getFriends({ update: true })')
  return userName
}

/** The UserNames of group members. @throws ArgumentError for a user who is not in the group */
export function membersOf(room: Chatroom, references: ContactReferences, argument: string): string[] {
  return userNamesOf(references, argument).map((userName) => {
    if (room.member(userName)) return userName
    throw notAMember(argument)
  })
}

export function notAMember(argument: string): ArgumentError {
  return invalidArgument(argument, { expected: 'a member of the group', found: 'the UserName of a non-member' })
}

function knownOf(book: ContactBook, reference: ContactReference, argument: string): Contact {
  const contact = book.get(userNameOf(reference, argument))
  if (!contact) throw unknown(argument, 'getContact({ update: true }) or getFriends({ update: true })')
  return contact
}

function unknown(argument: string, lookup: string): ArgumentError {
  return invalidArgument(argument, {
    expected: 'a UserName from this session',
    found: 'an unknown UserName',
    advice: `UserNames change at every login. Look up the current one with ${lookup}.`,
  })
}

function kindOf(contact: Contact): string {
  if (contact instanceof Chatroom) return 'a group'
  return contact instanceof MassivePlatform ? 'an official account' : 'a person'
}

function describeReference(value: unknown): string {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isRecord ? 'an object without a UserName' : describeValue(value)
}
