import { MassivePlatform } from '../../contact/contact.js'
import type { ContactReference, OperationOptions } from '../../contact/operations.js'
import type { FriendshipRequest } from '../../transport/contacts.js'
import { describeValue, invalidArgument } from '../../util/invalid-argument.js'
import { personOf, userNameOf } from './contact-arguments.js'
import type { ContactBook } from './contact-book.js'

export interface AddFriendOptions extends OperationOptions {
  userName?: ContactReference
  /** 1 follows an official account, 2 asks, 3 accepts. Default 2; 3 when a `ticket` is given. */
  status?: number
  /** The greeting of a request; with status 3 the ticket of the request to accept. Default `''`. */
  verifyContent?: string
  /** The ticket of the request to accept, as `msg.request` has it. */
  ticket?: string
  /** Ask for the person's details once it worked. Default true. */
  autoUpdate?: unknown
}

/** The tutorials' numbers. */
const ACTIONS: ReadonlyMap<number, FriendshipRequest['action']> = new Map([
  [1, 'follow'],
  [2, 'ask'],
  [3, 'accept'],
])

/** The options of a call, in whichever form they were given. @throws ArgumentError for an unknown status */
export function readAddFriend(
  given: ContactReference | AddFriendOptions,
  options: AddFriendOptions,
): AddFriendOptions & Pick<FriendshipRequest, 'action'> {
  const all = isOptions(given) ? { ...given, ...options } : { ...options, userName: given }
  const action = ACTIONS.get(all.status ?? (all.ticket ? 3 : 2))
  if (!action) {
    const expected = '1 (follow), 2 (ask) or 3 (accept)'
    throw invalidArgument('status', { expected, found: describeValue(all.status) })
  }
  return { ...all, action }
}

/**
 * The request to send.
 *
 * @throws ArgumentError for a missing contact, or a request to accept without its ticket
 */
export function friendshipRequest(
  book: ContactBook,
  { action, userName: given, verifyContent = '', ticket: givenTicket }: ReturnType<typeof readAddFriend>,
): FriendshipRequest {
  if (typeof verifyContent !== 'string') {
    throw invalidArgument('verifyContent', { expected: 'a string', found: describeValue(verifyContent) })
  }
  const name = userNameOf(given, 'userName')
  const isOfficial = action === 'follow' && book.get(name) instanceof MassivePlatform
  const userName = isOfficial ? name : personOf(book, name, 'userName')
  if (action !== 'accept') return { action, userName, greeting: verifyContent, ticket: '' }
  const ticket = givenTicket || verifyContent || book.ticketOf(userName)
  if (ticket === '') {
    throw invalidArgument('verifyContent', { expected: 'the ticket of the request to accept', found: 'no ticket' })
  }
  return { action, userName, greeting: '', ticket }
}

/** A contact has a UserName of its own; options name one. */
function isOptions(given: ContactReference | AddFriendOptions): given is AddFriendOptions {
  return typeof given === 'object' && given !== null && !('UserName' in given) && !('ChatRoomName' in given)
}
