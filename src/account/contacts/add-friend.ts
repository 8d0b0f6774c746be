import { MassivePlatform } from '../../contact/contact.js'
import type { ContactReference, OperationOptions } from '../../contact/operations.js'
import { VERIFY_OPCODE } from '../../transports/web/wire/contact.js'
import { personOf, userNameOf, wrong } from './contact-arguments.js'
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

const STATUSES: readonly number[] = [VERIFY_OPCODE.add, VERIFY_OPCODE.request, VERIFY_OPCODE.accept]

/**
 * What is to be asked of the server.
 *
 * @throws ArgumentError for an unknown status, nobody to add, or a request without its ticket
 */
export function readAddFriend(
  book: ContactBook,
  given: ContactReference | AddFriendOptions,
  options: AddFriendOptions,
) {
  const all = isOptions(given) ? { ...given, ...options } : { ...options, userName: given }
  const { verifyContent = '', autoUpdate = true, signal } = all
  const status = all.status ?? (all.ticket ? VERIFY_OPCODE.accept : VERIFY_OPCODE.request)
  if (!STATUSES.includes(status)) throw wrong('status', 'none of 1 (follow), 2 (ask) and 3 (accept)')
  if (typeof verifyContent !== 'string') throw wrong('verifyContent', `a ${typeof verifyContent}, not a text`)
  const opcode = status as 1 | 2 | 3
  const name = userNameOf(all.userName, 'userName')
  const isOfficial = opcode === VERIFY_OPCODE.add && book.get(name) instanceof MassivePlatform
  const userName = isOfficial ? name : personOf(book, name, 'userName')
  if (opcode !== VERIFY_OPCODE.accept) {
    return { userName, opcode, ticket: '', content: verifyContent, autoUpdate: Boolean(autoUpdate), signal }
  }
  const ticket = all.ticket || verifyContent || book.ticketOf(userName)
  if (ticket === '') throw wrong('verifyContent', 'empty; to accept a request takes its ticket')
  return { userName, opcode, ticket, content: '', autoUpdate: Boolean(autoUpdate), signal }
}

/** A contact has a UserName of its own; options name one. */
function isOptions(given: ContactReference | AddFriendOptions): given is AddFriendOptions {
  return typeof given === 'object' && given !== null && !('UserName' in given) && !('ChatRoomName' in given)
}
