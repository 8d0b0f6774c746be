import * as v from 'valibot'
import { type ArgumentError, StateError } from '../../../errors.js'
import { invalidArgument } from '../../../util/invalid-argument.js'
import { hostsAfterLogin } from '../hosts.js'
import type { HttpClient } from '../http/http-client.js'
import type { SyncKey } from '../wire/sync.js'
import type { Session } from './session.js'
import { readSyncKey } from './sync-key.js'

const Text = v.pipe(v.string(), v.nonEmpty())
const Key = v.pipe(
  v.unknown(),
  v.transform(readSyncKey),
  v.custom<SyncKey>((key) => key !== undefined),
)

const Saved = v.object({
  loginOrigin: Text,
  /** Origin of the base host; the others follow from it. */
  baseOrigin: v.pipe(Text, v.check(URL.canParse)),
  uin: Text,
  sid: Text,
  skey: Text,
  passTicket: Text,
  deviceId: Text,
  userName: Text,
  syncKey: Key,
  syncCheckKey: Key,
  /** Absent when the server did not say. */
  inviteStartCount: v.fallback(v.optional(v.pipe(v.number(), v.safeInteger())), undefined),
  /** The cookie jar, with domain and path of every cookie. */
  cookies: v.unknown(),
})

/** A session as it is written to disk. */
type SavedSession = v.InferOutput<typeof Saved>

/** @throws StateError before a login */
export function saveSession(session: Session, http: HttpClient): SavedSession {
  const { credentials, syncKey } = session
  if (!credentials || !syncKey) throw new StateError('There is no login to save yet: log in first.')
  return {
    loginOrigin: session.loginOrigin,
    baseOrigin: session.hosts.base,
    ...credentials,
    deviceId: session.deviceId,
    userName: session.userName,
    syncKey,
    syncCheckKey: session.syncCheckKey ?? syncKey,
    inviteStartCount: session.inviteStartCount,
    cookies: http.saveCookies(),
  }
}

/** @throws ArgumentError when something is missing or broken; it quotes nothing of what was saved */
export function readSavedSession(saved: unknown): SavedSession {
  const read = v.safeParse(Saved, saved)
  if (read.success) return read.output
  throw broken(String(read.issues[0].path?.[0]?.key ?? 'session'))
}

/**
 * Puts a saved session in place.
 *
 * @throws ArgumentError when it is of another server, or its cookies cannot be read
 */
export function restoreSession(session: Session, http: HttpClient, saved: SavedSession): void {
  const { loginOrigin, baseOrigin, uin, sid, skey, passTicket, cookies, inviteStartCount, ...fields } = saved
  if (loginOrigin !== session.loginOrigin) {
    throw invalidArgument('loginOrigin', {
      expected: `a saved login of ${session.loginOrigin}, which this program is set to`,
      found: `one of ${loginOrigin}`,
    })
  }
  const hosts = hostsAfterLogin(loginOrigin, new URL(baseOrigin))
  try {
    http.restoreCookies(cookies)
  } catch {
    throw broken('cookies')
  }
  // Named, as it may be absent: that of a session before must not stay.
  Object.assign(session, {
    ...fields,
    inviteStartCount,
    hosts,
    credentials: { uin, sid, skey, passTicket },
    isOver: false,
  })
}

function broken(key: string): ArgumentError {
  return invalidArgument(key, { expected: 'a complete saved login', found: 'a missing or damaged value' })
}
