import { COOKIE } from '../../transports/web/wire/constants.js'
import { RET } from '../../transports/web/wire/ret.js'
import { checkBaseRequest } from '../conformance/base-request.js'
import { fieldsOf } from '../read/fields.js'
import type { Session } from '../session/session.js'
import type { Exchange } from './exchange.js'
import { Refusal } from './refusal.js'

/** What a request says of its session in one place; values that are missing or empty are not compared. */
interface Credentials {
  uin?: unknown
  sid?: unknown
  skey?: unknown
  dataTicket?: unknown
}

/**
 * The places that name a session, any one of which suffices. The first that holds a value decides, so that a wrong sid
 * or skey is refused whatever the cookies say. @see docs/protocol.md §16.5
 */
const PLACES: Record<'body' | 'query' | 'cookie', (exchange: Exchange, base: unknown) => Credentials> = {
  body: (_, base) => {
    const { Uin, Sid, Skey } = fieldsOf(base)
    return { uin: Uin, sid: Sid, skey: Skey }
  },
  query: (exchange) => ({ uin: exchange.query('uin'), sid: exchange.query('sid'), skey: exchange.query('skey') }),
  cookie: ({ cookies }) => ({ sid: cookies.get(COOKIE.sid) }),
}

/** The living session a POST of JSON belongs to; throws 1, 1100, 1101 or 1102. @see docs/protocol.md §13.3 */
export function sessionOfBody(exchange: Exchange): Session {
  const base = exchange.body.BaseRequest
  const session = sessionOfBase(exchange, base)
  checkBaseRequest(exchange, session, base)
  return session
}

/** The same with a BaseRequest that stands elsewhere. */
export function sessionOfBase(exchange: Exchange, base: unknown): Session {
  const session = findSession(exchange, base)
  if (session === 'unnamed') {
    throw new Refusal(RET.badParameter, 'neither BaseRequest nor query nor cookie names a session')
  }
  return alive(exchange, session)
}

/** The living session of a GET. */
export function sessionOfQuery(exchange: Exchange): Session {
  const session = findSession(exchange)
  return alive(exchange, session === 'unnamed' ? undefined : session)
}

/** The living session of a request to the file host, which also knows it by its data ticket. */
export function sessionOfTicket(exchange: Exchange): Session {
  const ticket = exchange.query(COOKIE.dataTicket) || exchange.cookies.get(COOKIE.dataTicket)
  const byTicket = isGiven(ticket) && matching(exchange, { dataTicket: ticket })
  return byTicket ? alive(exchange, byTicket) : sessionOfQuery(exchange)
}

/** The session a request names, alive or not; `undefined` for an unknown one. */
export function findSession(exchange: Exchange, base?: unknown): Session | 'unnamed' | undefined {
  const named = Object.values(PLACES)
    .map((read) => read(exchange, base))
    .find(({ sid, skey }) => isGiven(sid) || isGiven(skey))
  return named ? matching(exchange, named) : 'unnamed'
}

/** The code a dead session's `synccheck` and other endpoints tell. @see docs/protocol.md §13.3 */
export function endRet(exchange: Exchange, session: Session): number {
  const code = session.endCode ?? 0
  if (code === 0) return RET.badCookie
  // One client notices a logout on the phone only by this code of init and sync.
  const noticed = exchange.endpoint === 'webwxinit' || exchange.endpoint === 'webwxsync'
  return code === RET.loggedOutOnPhone && noticed ? RET.loggedInElsewhere : code
}

function matching(exchange: Exchange, { uin, sid, skey, dataTicket }: Credentials): Session | undefined {
  const fits = (given: unknown, own: string) => !isGiven(given) || given === own
  return exchange.core.sessions.find(
    (one) =>
      fits(sid, one.sid) &&
      fits(skey, one.skey) &&
      fits(dataTicket, one.dataTicket) &&
      fits(isGiven(uin) ? String(uin) : uin, String(one.uin)),
  )
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

function alive(exchange: Exchange, session: Session | undefined): Session {
  if (!session) throw new Refusal(RET.badCookie, 'no session has this sid and skey')
  if (session.endCode !== undefined) throw new Refusal(endRet(exchange, session), 'the session is over')
  return session
}
