import type { Chatroom, User } from '../../contact/contact.js'
import { ArgumentError } from '../../errors.js'
import type { SessionIdentity, Transport } from '../../transport/transport.js'
import { type Dict, dict, list, text } from '../../util/read.js'
import { describeError } from '../describe-error.js'

/** Logins that were saved before there was another transport name none. */
const FIRST_TRANSPORT = 'web'

/** What hot reload keeps of a login between two runs. */
interface SavedLogin {
  /** Name of the transport that can resume the session. */
  transport: string
  /** Opaque to everything but the transport. */
  session: Dict
  /** The own account, as the server described it. */
  user: Dict
  /** UserNames of the groups: those not saved to the address book would not be found again. */
  chatrooms: string[]
  /**
   * Cursor of the journal when it was saved, `''` before the first: the session is as far. Absent when it was saved without the journal,
   * which then says nothing of how far the session is.
   */
  cursor?: string | undefined
}

/** A login, and whose it is. */
export interface KnownLogin extends SavedLogin {
  identity: SessionIdentity
}

/** The login of the session that was started last, even if it is over; `undefined` before the first. */
export function loginOf(
  transport: Pick<Transport, 'name' | 'identity' | 'save'>,
  book: { readonly hasSelf: boolean; readonly self: User; chatrooms(): Chatroom[] },
): KnownLogin | undefined {
  const { name, identity } = transport
  if (!book.hasSelf || !identity) return undefined
  const chatrooms = book.chatrooms().map((room) => room.UserName)
  return { transport: name, identity, session: transport.save(), user: { ...book.self }, chatrooms }
}

/** What stands in the document. */
export function toSavedLogin({ identity: _, ...saved }: KnownLogin): SavedLogin {
  return saved
}

/** A saved login from its document, or why this transport cannot use it. */
export function readSavedLogin(saved: Dict, transport: Pick<Transport, 'name' | 'identify'>): KnownLogin | string {
  const name = saved.transport === undefined ? FIRST_TRANSPORT : text(saved.transport)
  if (name !== transport.name) {
    const other = /^[a-z][a-z\d]{0,19}$/i.test(name) ? `the transport ${name}` : 'another transport'
    return `it belongs to ${other}, and this program uses ${transport.name}`
  }
  const user = dict(saved.user)
  if (text(user.UserName) === '') return 'it names no account'
  const session = dict(saved.session)
  const chatrooms = list(saved.chatrooms).map(text).filter(Boolean)
  const cursor = typeof saved.cursor === 'string' ? { cursor: saved.cursor } : {}
  try {
    return { transport: name, session, user, chatrooms, ...cursor, identity: transport.identify(session) }
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error
    return describeError(error).replace(/\.$/, '')
  }
}
