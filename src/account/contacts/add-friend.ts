import { MassivePlatform } from '../../contact/contact.js'
import type { ContactReference, OperationOptions } from '../../contact/operations.js'
import type { FriendRequest } from '../../message/payload.js'
import type { FriendshipRequest } from '../../transport/contacts.js'
import { checkOptions, type NamesOf } from '../../util/check-options.js'
import { describeValue, invalidArgument } from '../../util/invalid-argument.js'
import { personOf, userNameOf } from './contact-arguments.js'
import type { ContactBook } from './contact-book.js'

/** Options of `addFriend()`. */
export interface AddFriendOptions extends OperationOptions {
  /** The person, or the official account. */
  userName?: ContactReference
  /**
   * 1 follows an official account, 2 sends a friend request, 3 accepts one. Default: 3 if `ticket` is set, otherwise 2.
   */
  status?: number
  /** The greeting in the request; with status 3, the ticket of the request to accept. Default `''`. */
  verifyContent?: string
  /** The ticket of the request to accept, from `msg.request`. */
  ticket?: string
  /** Whether to fetch the contact's details afterwards. Default true. */
  autoUpdate?: unknown
}

/** A received friend request can be passed as options, which accepts it. */
const ADD_FRIEND_OPTIONS: NamesOf<AddFriendOptions & FriendRequest> = {
  userName: true,
  status: true,
  verifyContent: true,
  ticket: true,
  autoUpdate: true,
  signal: true,
  nickName: true,
  content: true,
}

/** The status numbers used in the tutorials. */
const ACTIONS: ReadonlyMap<number, FriendshipRequest['action']> = new Map([
  [1, 'follow'],
  [2, 'ask'],
  [3, 'accept'],
])

/** Normalizes the arguments to `addFriend`. @throws ArgumentError for an unknown option or status */
export function readAddFriend(
  target: ContactReference | AddFriendOptions,
  options: AddFriendOptions,
): AddFriendOptions & Pick<FriendshipRequest, 'action'> {
  const merged = isOptions(target) ? { ...target, ...options } : { ...options, userName: target }
  checkOptions(merged, ADD_FRIEND_OPTIONS)
  const action = ACTIONS.get(merged.status ?? (merged.ticket ? 3 : 2))
  if (!action) {
    const expected = '1 (follow), 2 (request) or 3 (accept)'
    throw invalidArgument('status', { expected, found: describeValue(merged.status) })
  }
  return { ...merged, action }
}

/**
 * Builds the request to send.
 *
 * @throws ArgumentError for a missing or unknown contact, or for accepting a request without a ticket
 */
export function friendshipRequest(
  book: ContactBook,
  { action, userName: target, verifyContent = '', ticket: explicitTicket }: ReturnType<typeof readAddFriend>,
): FriendshipRequest {
  if (typeof verifyContent !== 'string') {
    throw invalidArgument('verifyContent', { expected: 'a string', found: describeValue(verifyContent) })
  }
  const name = userNameOf(target, 'userName')
  const isOfficial = action === 'follow' && book.get(name) instanceof MassivePlatform
  const userName = isOfficial ? name : personOf(book, name, 'userName')
  if (action !== 'accept') return { action, userName, greeting: verifyContent, ticket: '' }
  const ticket = explicitTicket || verifyContent || book.ticketOf(userName)
  if (ticket === '') {
    throw invalidArgument('verifyContent', { expected: 'the ticket of the request to accept', found: 'no ticket' })
  }
  return { action, userName, greeting: '', ticket }
}

/** References have a `UserName` or `ChatRoomName`; options have neither. */
function isOptions(target: ContactReference | AddFriendOptions): target is AddFriendOptions {
  return typeof target === 'object' && target !== null && !('UserName' in target) && !('ChatRoomName' in target)
}
