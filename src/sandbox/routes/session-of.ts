import { COOKIE } from '../../transports/web/wire/constants.js'
import { RET } from '../../transports/web/wire/ret.js'
import { checkBaseRequest } from '../conformance/base-request.js'
import { fieldsOf, scalarText } from '../read/fields.js'
import type { Session } from '../session/session.js'
import type { Exchange } from './exchange.js'
import { Refusal } from './refusal.js'

/** Session credentials from one place in a request. Missing and empty values are not compared. */
interface Credentials {
  uin?: unknown
  sid?: unknown
  skey?: unknown
  dataTicket?: unknown
}

/**
 * The places in which a request may identify its session; one is sufficient. The first place with a value is used, so
 * that a wrong sid or skey is refused regardless of the cookies. @see docs/protocol.md §16.5
 */
const PLACES: Record<'body' | 'query' | 'cookie', (exchange: Exchange, base: unknown) => Credentials> = {
  body: (_, base) => {
    const { Uin, Sid, Skey } = fieldsOf(base)
    return { uin: Uin, sid: Sid, skey: Skey }
  },
  query: (exchange) => ({ uin: exchange.query('uin'), sid: exchange.query('sid'), skey: exchange.query('skey') }),
  cookie: ({ cookies }) => ({ sid: cookies.get(COOKIE.sid) }),
}

/** Returns the live session of a JSON POST request. Refuses with 1, 1100, 1101 or 1102. @see docs/protocol.md §13.3 */
export function sessionOfBody(exchange: Exchange): Session {
  const base = exchange.body.BaseRequest
  const session = sessionOfBase(exchange, base)
  checkBaseRequest(exchange, session, base)
  return session
}

/** Like `sessionOfBody`, but with a BaseRequest from elsewhere in the request. */
export function sessionOfBase(exchange: Exchange, base: unknown): Session {
  const session = findSession(exchange, base)
  if (session === 'unnamed') {
    throw new Refusal(RET.badParameter, 'BaseRequest, query and cookies contain neither sid nor skey')
  }
  return requireLive(exchange, session)
}

/** Returns the live session of a GET request. */
export function sessionOfQuery(exchange: Exchange): Session {
  const session = findSession(exchange)
  return requireLive(exchange, session === 'unnamed' ? undefined : session)
}

/** Returns the live session of a request to the file host, which may also be identified by the data ticket. */
export function sessionOfTicket(exchange: Exchange): Session {
  const ticket = exchange.query(COOKIE.dataTicket) || exchange.cookies.get(COOKIE.dataTicket)
  const byTicket = isPresent(ticket) && findMatching(exchange, { dataTicket: ticket })
  return byTicket ? requireLive(exchange, byTicket) : sessionOfQuery(exchange)
}

/**
 * Returns the live or ended session of a request, `undefined` if the credentials match no session, or `'unnamed'` for
 * a request without credentials.
 */
export function findSession(exchange: Exchange, base?: unknown): Session | 'unnamed' | undefined {
  const named = Object.values(PLACES)
    .map((read) => read(exchange, base))
    .find(({ sid, skey }) => isPresent(sid) || isPresent(skey))
  return named ? findMatching(exchange, named) : 'unnamed'
}

/** Returns the code that is sent for an ended session. @see docs/protocol.md §13.3 */
export function endRet(exchange: Exchange, session: Session): number {
  const code = session.endCode ?? 0
  if (code === 0) return RET.badCookie
  // One client detects a logout on the phone only if init and sync return this code.
  const isInitOrSync = exchange.endpoint === 'webwxinit' || exchange.endpoint === 'webwxsync'
  return code === RET.loggedOutOnPhone && isInitOrSync ? RET.loggedInElsewhere : code
}

function findMatching(exchange: Exchange, { uin, sid, skey, dataTicket }: Credentials): Session | undefined {
  const matches = (value: unknown, expected: string) => !isPresent(value) || value === expected
  return exchange.core.sessions.find(
    (session) =>
      matches(sid, session.sid) &&
      matches(skey, session.skey) &&
      matches(dataTicket, session.dataTicket) &&
      (!isPresent(uin) || scalarText(uin) === String(session.uin)),
  )
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

function requireLive(exchange: Exchange, session: Session | undefined): Session {
  if (!session) throw new Refusal(RET.badCookie, 'unknown sid or skey')
  if (session.endCode !== undefined) throw new Refusal(endRet(exchange, session), 'the session has ended')
  return session
}
