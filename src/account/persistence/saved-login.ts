import type { Chatroom, User } from '../../contact/contact.js'
import { ArgumentError, OtherServerError } from '../../errors.js'
import type { SessionIdentity, Transport } from '../../transport/transport.js'
import { oneLine } from '../../util/one-line.js'
import { type Dict, dict, list, text } from '../../util/read.js'
import { redact } from '../../util/redact.js'

/** The transport of logins saved by versions that did not store the name of the transport. */
const FIRST_TRANSPORT = 'web'

/** The saved login, as stored by hot reload. */
interface SavedLogin {
  /** Name of the transport that can resume the session. */
  transport: string
  /** Opaque to all code except the transport. */
  session: Dict
  /** This account, as sent by the server. */
  user: Dict
  /** UserNames of the groups. Without them, groups not saved to the address book could not be loaded again. */
  chatrooms: string[]
  /**
   * Cursor of the journal at the time of saving, `''` before the first batch; the session is at the same position.
   * Absent when the login was saved without the journal; in that case the journal's cursor does not apply.
   */
  cursor?: string | undefined
}

/** A saved login with its account and session. */
export interface KnownLogin extends SavedLogin {
  identity: SessionIdentity
}

/** The login of the last session, even if that session has ended; `undefined` before the first session. */
export function loginOf(
  transport: Pick<Transport, 'name' | 'identity' | 'save'>,
  book: { readonly hasSelf: boolean; readonly self: User; chatrooms(): Chatroom[] },
): KnownLogin | undefined {
  const { name, identity } = transport
  if (!book.hasSelf || !identity) return undefined
  const chatrooms = book.chatrooms().map((room) => room.UserName)
  return { transport: name, identity, session: transport.save(), user: { ...book.self }, chatrooms }
}

/** The content of the saved document. */
export function toSavedLogin({ identity: _, ...saved }: KnownLogin): SavedLogin {
  return saved
}

/** Parses a saved login. Returns the reason if this transport cannot use it. */
export function readSavedLogin(saved: Dict, transport: Pick<Transport, 'name' | 'identify'>): KnownLogin | string {
  const name = saved.transport === undefined ? FIRST_TRANSPORT : text(saved.transport)
  if (name !== transport.name) {
    const other = /^[a-z][a-z\d]{0,19}$/i.test(name) ? `the transport ${name}` : 'another transport'
    return `it belongs to ${other}, but this program uses ${transport.name}`
  }
  const user = dict(saved.user)
  if (text(user.UserName) === '') return 'the account is missing'
  const session = dict(saved.session)
  const chatrooms = list(saved.chatrooms).map(text).filter(Boolean)
  const cursor = typeof saved.cursor === 'string' ? { cursor: saved.cursor } : {}
  try {
    return { transport: name, session, user, chatrooms, ...cursor, identity: transport.identify(session) }
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error
    return reasonOf(error)
  }
}

/** Why a transport cannot use a saved login, as the end of a sentence. */
export function reasonOf(error: ArgumentError): string {
  if (!(error instanceof OtherServerError)) return oneLine(redact(error.message)).replace(/\.+$/, '')
  const { server, configured } = error
  return `it is for the server ${oneLine(server)}, and this program connects to ${configured}; set ITCHAT_BASE_URL or use another file`
}
