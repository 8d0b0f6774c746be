import * as v from 'valibot'
import { type ArgumentError, OtherServerError, StateError } from '../../../errors.js'
import { invalidArgument } from '../../../util/invalid-argument.js'
import { hostsAfterLogin } from '../hosts.js'
import type { Cookies } from '../http/cookies.js'
import type { SyncKey } from '../wire/sync.js'
import type { Session } from './session.js'
import { readSyncKey } from './sync-key.js'

const NonEmptyString = v.pipe(v.string(), v.nonEmpty())
const SyncKeySchema = v.pipe(
  v.unknown(),
  v.transform(readSyncKey),
  v.custom<SyncKey>((key) => key !== undefined),
)

const SavedSessionSchema = v.object({
  loginOrigin: NonEmptyString,
  /** Origin of the base host; the other hosts are derived from it. */
  baseOrigin: v.pipe(NonEmptyString, v.check(URL.canParse)),
  uin: NonEmptyString,
  sid: NonEmptyString,
  skey: NonEmptyString,
  passTicket: NonEmptyString,
  deviceId: NonEmptyString,
  userName: NonEmptyString,
  syncKey: SyncKeySchema,
  syncCheckKey: SyncKeySchema,
  /** Absent when the server did not send it. */
  inviteStartCount: v.fallback(v.optional(v.pipe(v.number(), v.safeInteger())), undefined),
  /** The cookie jar, with the domain and path of every cookie. */
  cookies: v.unknown(),
})

/** A session as written to disk. */
type SavedSession = v.InferOutput<typeof SavedSessionSchema>

/** @throws StateError when there is no login to save */
export function saveSession(session: Session, jar: Cookies): SavedSession {
  const { credentials, syncKey } = session
  if (!credentials || !syncKey) throw new StateError('There is no login to save. Log in first.')
  return {
    loginOrigin: session.loginOrigin,
    baseOrigin: session.hosts.base,
    ...credentials,
    deviceId: session.deviceId,
    userName: session.userName,
    syncKey,
    syncCheckKey: session.syncCheckKey ?? syncKey,
    inviteStartCount: session.inviteStartCount,
    cookies: jar.save(),
  }
}

/** @throws ArgumentError for a missing or invalid value; the message does not quote it */
export function readSavedSession(saved: unknown): SavedSession {
  const read = v.safeParse(SavedSessionSchema, saved)
  if (read.success) return read.output
  throw invalidSavedLogin(String(read.issues[0].path?.[0]?.key ?? 'session'))
}

/**
 * Restores a saved session.
 *
 * @throws ArgumentError when it belongs to another server, or its cookies are unreadable
 */
export function restoreSession(session: Session, jar: Cookies, saved: SavedSession): void {
  const { loginOrigin, baseOrigin, uin, sid, skey, passTicket, cookies, inviteStartCount, ...fields } = saved
  if (loginOrigin !== session.loginOrigin) {
    throw new OtherServerError({ server: loginOrigin, configured: session.loginOrigin })
  }
  const hosts = hostsAfterLogin(loginOrigin, new URL(baseOrigin))
  try {
    jar.restore(cookies)
  } catch {
    throw invalidSavedLogin('cookies')
  }
  // `inviteStartCount` is assigned by name: when absent, it must clear the value of the previous session.
  Object.assign(session, {
    ...fields,
    inviteStartCount,
    hosts,
    credentials: { uin, sid, skey, passTicket },
    hasEnded: false,
  })
}

function invalidSavedLogin(key: string): ArgumentError {
  return invalidArgument(key, { expected: 'a complete saved login', found: 'a missing or damaged value' })
}
