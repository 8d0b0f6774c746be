import { COOKIE } from '../../web/wire/constants.js'
import { RET } from '../../web/wire/ret.js'
import { checkBaseRequest } from '../conformance/base-request.js'
import type { Session } from '../session/session.js'
import type { Exchange } from './exchange.js'
import { Refusal } from './refusal.js'

/** The living session a JSON body belongs to; throws 1100, 1101 or 1102. @see docs/protocol.md §13.3, §16.5 */
export function sessionOfBody(exchange: Exchange): Session {
  const base = exchange.body.BaseRequest
  const session = sessionOfBase(exchange, base)
  checkBaseRequest(exchange, session, base as Record<string, unknown>)
  return session
}

/** The living session a BaseRequest belongs to, wherever it stands. */
export function sessionOfBase(exchange: Exchange, base: unknown): Session {
  if (typeof base !== 'object' || base === null) throw new Refusal(RET.badParameter, 'BaseRequest is missing')
  const { Uin, Sid, Skey } = base as Record<string, unknown>
  const session = exchange.core.sessions.find((one) => one.sid === Sid && one.skey === Skey)
  const uinGiven = Uin !== undefined && Uin !== null && Uin !== ''
  if (!session || (uinGiven && String(Uin) !== String(session.uin))) throw unknownSession()
  alive(exchange, session)
  return session
}

/** The living session of a GET: by `skey` of the query, or by cookie. */
export function sessionOfQuery(exchange: Exchange): Session {
  const skey = exchange.query('skey')
  const sid = exchange.cookies.get(COOKIE.sid) ?? exchange.query('sid')
  if (skey === '' && sid === '') throw unknownSession()
  const session = exchange.core.sessions.find(
    (one) => (skey === '' || one.skey === skey) && (sid === '' || one.sid === sid),
  )
  if (!session) throw unknownSession()
  alive(exchange, session)
  return session
}

/** The living session of a download from the file host, which is told no `skey`: by cookie or data ticket. */
export function sessionOfTicket(exchange: Exchange): Session {
  const ticket = exchange.query(COOKIE.dataTicket) || (exchange.cookies.get(COOKIE.dataTicket) ?? '')
  const byTicket = exchange.core.sessions.find((one) => one.dataTicket === ticket)
  if (!byTicket) return sessionOfQuery(exchange)
  alive(exchange, byTicket)
  return byTicket
}

/** The code a dead session's `synccheck` and other endpoints tell. @see docs/protocol.md §13.3 */
export function endRet(exchange: Exchange, session: Session): number {
  const code = session.endCode ?? 0
  if (code === 0) return RET.badCookie
  // One client notices a logout on the phone only by this code of init and sync.
  const noticed = exchange.endpoint === 'webwxinit' || exchange.endpoint === 'webwxsync'
  return code === RET.loggedOutOnPhone && noticed ? RET.loggedInElsewhere : code
}

function alive(exchange: Exchange, session: Session): void {
  if (session.endCode !== undefined) throw new Refusal(endRet(exchange, session), 'the session is over')
}

function unknownSession(): Refusal {
  return new Refusal(RET.badCookie, 'no session has this sid and skey')
}
