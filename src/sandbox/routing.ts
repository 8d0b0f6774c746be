import { COOKIE } from '../transports/web/wire/constants.js'
import type { Accounts } from './accounts.js'
import type { Core } from './core.js'
import type { WebEndpoint } from './faults/fault-table.js'
import { readBytes } from './read/bytes.js'
import { fieldsOf } from './read/fields.js'
import { parseMultipart } from './read/multipart.js'
import { parseCookies } from './routes/cookies.js'

const BODY_LIMIT_BYTES = 8 * 1024 * 1024

/** What in a part of a request identifies a session or an account. */
interface Marks {
  sid?: unknown
  skey?: unknown
  dataTicket?: unknown
  uin?: unknown
}

/**
 * Returns the account to which a request of the web protocol belongs. A login belongs to the account whose phone has
 * scanned its QR code, every other request to the account of its session or its uin. The body is read only if the
 * address and the cookies identify no account. A request that identifies none belongs to the account that logs in next.
 */
export async function accountOfWeb(accounts: Accounts, endpoint: WebEndpoint, request: Request): Promise<Core> {
  const { cores, first } = accounts
  if (cores.length === 1) return first
  const { pathname, searchParams: query } = new URL(request.url)
  const uuid = endpoint === 'qrcode' ? (pathname.split('/').at(-1) ?? '').replaceAll(/%3d/gi, '=') : query.get('uuid')
  const attempt = accounts.attempts.find(uuid ?? '') ?? accounts.attempts.findTicket(query.get('ticket') ?? '')
  const claimed = accounts.find(attempt?.account)
  if (claimed) return claimed
  const places = [marksOfQuery(query), marksOfCookies(request)]
  const found = find(cores, places)
  if (found) return found
  const isPost = request.method === 'POST'
  return (isPost ? find(cores, [await marksOfBody(request)]) : undefined) ?? accounts.next()
}

/** Returns the account to which a request of an iLink program belongs: by its token, its QR code or its file. */
export function accountOfIlink(accounts: Accounts, request: Request): Core {
  const { cores } = accounts
  const { searchParams: query } = new URL(request.url)
  const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? ''
  const file = query.get('encrypted_query_param') ?? ''
  return (
    cores.find(({ ilink }) => ilink.findToken(token)) ??
    accounts.find(accounts.qrCodes.find(query.get('qrcode') ?? '')?.account) ??
    cores.find(({ ilink }) => ilink.cdn.ticket(file) ?? ilink.cdn.download(file)) ??
    accounts.nextIlink()
  )
}

/** The session is compared in all places before the uin, which outlives a session. */
function find(cores: readonly Core[], places: readonly Marks[]): Core | undefined {
  for (const matches of [hasSession, hasUin]) {
    for (const marks of places) {
      const core = cores.find((candidate) => matches(candidate, marks))
      if (core) return core
    }
  }
  return undefined
}

function hasSession({ sessions }: Core, { sid, skey, dataTicket }: Marks): boolean {
  const found = sessions.find(
    (session) => session.sid === sid || session.skey === skey || session.dataTicket === dataTicket,
  )
  return found !== undefined
}

function hasUin({ world }: Core, { uin }: Marks): boolean {
  return String(uin) === String(world.owner.uin)
}

function marksOfQuery(query: URLSearchParams): Marks {
  const [sid, skey, uin, dataTicket] = ['sid', 'skey', 'uin', COOKIE.dataTicket].map((name) => query.get(name))
  return { sid, skey, uin, dataTicket }
}

function marksOfCookies(request: Request): Marks {
  const cookies = parseCookies(request.headers.get('cookie') ?? '')
  return { sid: cookies.get(COOKIE.sid), uin: cookies.get(COOKIE.uin), dataTicket: cookies.get(COOKIE.dataTicket) }
}

async function marksOfBody(request: Request): Promise<Marks> {
  const bytes = await readBytes(request.clone(), BODY_LIMIT_BYTES).catch(() => undefined)
  if (bytes === undefined) return {}
  const form = parseMultipart(bytes, request.headers.get('content-type') ?? '')
  const { Sid, Skey, Uin } = fieldsOf(fieldsOf(parse(form?.get('uploadmediarequest')?.bytes ?? bytes)).BaseRequest)
  return { sid: Sid, skey: Skey, uin: Uin, dataTicket: form?.get(COOKIE.dataTicket)?.bytes.toString() }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}
