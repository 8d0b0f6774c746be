import { Chatroom, type Contact, MassivePlatform, User } from '../../contact/contact.js'
import type { ContactReference, ContactReferences } from '../../contact/operations.js'
import { ArgumentError } from '../../errors.js'
import type { ContactBook } from './contact-book.js'

/**
 * The UserName that was meant.
 *
 * @throws ArgumentError for an argument without a UserName
 */
export function userNameOf(reference: unknown, argument: string, place = argument): string {
  if (typeof reference === 'object' && reference !== null) {
    const { UserName, ChatRoomName }: { UserName?: unknown; ChatRoomName?: unknown } = reference
    const name = UserName ?? ChatRoomName
    if (typeof name === 'string' && name !== '') return name
  }
  if (typeof reference === 'string' && reference !== '') return reference
  throw wrong(argument, `${found(reference)}; it has to be a contact or a UserName`, place)
}

/** The UserNames of one or several, each once. @throws ArgumentError for an empty list, or one with a hole */
export function userNamesOf(references: unknown, argument: string): string[] {
  if (!Array.isArray(references)) return [userNameOf(references, argument)]
  if (references.length === 0) throw wrong(argument, 'an empty list')
  // By position, so that holes count too.
  const names = Array.from(references, (one, index) => userNameOf(one, argument, `${argument}[${index}]`))
  return [...new Set(names)]
}

/** The group of an argument. @throws ArgumentError when it is unknown, or not a group */
export function roomOf(book: ContactBook, reference: ContactReference, argument: string): Chatroom {
  const userName = userNameOf(reference, argument)
  const contact = book.get(userName)
  if (contact instanceof Chatroom) return contact
  if (contact) throw wrong(argument, `${kindOf(contact)}, not a group`)
  throw unknown(argument, 'getChatrooms({ update: true })')
}

/** The friend that was meant. @throws ArgumentError for a stranger, oneself, a group or an official account */
export function friendOf(book: ContactBook, reference: ContactReference, argument: string): User {
  const contact = knownOf(book, reference, argument)
  if (!(contact instanceof User)) throw wrong(argument, `${kindOf(contact)}, not a friend`)
  if (contact === book.self) throw wrong(argument, 'the own account, not a friend')
  if (!book.isFriend(contact)) throw wrong(argument, 'somebody who is no friend of this account')
  return contact
}

/** A friend or a group: what can be pinned. @throws ArgumentError */
export function chatOf(book: ContactBook, reference: ContactReference, argument: string): User | Chatroom {
  const contact = knownOf(book, reference, argument)
  if (contact instanceof MassivePlatform) throw wrong(argument, 'an official account, not a friend or group')
  return contact instanceof Chatroom ? contact : friendOf(book, reference, argument)
}

/**
 * People to be put into a group.
 *
 * @throws ArgumentError for a group, an official account, oneself, or somebody this account never met
 */
export function peopleOf(book: ContactBook, references: ContactReferences, argument: string): string[] {
  return userNamesOf(references, argument).map((userName) => personOf(book, userName, argument))
}

/** UserName of a person, friend or not. @throws ArgumentError */
export function personOf(book: ContactBook, reference: ContactReference, argument: string): string {
  const userName = userNameOf(reference, argument)
  const contact = book.get(userName)
  if (contact && !(contact instanceof User)) throw wrong(argument, `${kindOf(contact)}, not a person`)
  if (userName === book.self.UserName) throw wrong(argument, 'the own account, not somebody else')
  if (!book.hasMet(userName)) throw unknown(argument, 'getFriends({ update: true })')
  return userName
}

/** Members of a group. @throws ArgumentError for somebody who is not in it */
export function membersOf(room: Chatroom, references: ContactReferences, argument: string): string[] {
  return userNamesOf(references, argument).map((userName) => {
    if (room.member(userName)) return userName
    throw wrong(argument, 'somebody who is not in this group')
  })
}

/** @param place more exact than the argument's name */
export function wrong(argument: string, what: string, place = argument): ArgumentError {
  return new ArgumentError(`${place} is ${what}.`, { argument })
}

function knownOf(book: ContactBook, reference: ContactReference, argument: string): Contact {
  const contact = book.get(userNameOf(reference, argument))
  if (!contact) throw unknown(argument, 'getContact({ update: true }) or getFriends({ update: true })')
  return contact
}

function unknown(argument: string, how: string): ArgumentError {
  return wrong(
    argument,
    `a UserName that nobody has in this session; they change at every login. Look it up with ${how}`,
  )
}

function kindOf(contact: Contact): string {
  if (contact instanceof Chatroom) return 'a group'
  return contact instanceof MassivePlatform ? 'an official account' : 'a person'
}

function found(value: unknown): string {
  if (value === '') return 'empty'
  if (value === undefined || value === null) return 'missing'
  return typeof value === 'object' ? 'an object without a UserName' : `a ${typeof value}`
}
