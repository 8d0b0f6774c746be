import { ArgumentError, StateError } from '../../../errors.js'
import { dict, int, text } from '../../../util/read.js'
import { hostsAfterLogin } from '../hosts.js'
import type { HttpClient } from '../http/http-client.js'
import type { SyncKey } from '../wire/sync.js'
import type { Session } from './session.js'
import { readSyncKey } from './sync-key.js'

/** A session as it is written to disk. */
export interface SavedSession {
  loginOrigin: string
  /** Origin of the base host; the others follow from it. */
  baseOrigin: string
  uin: string
  sid: string
  skey: string
  passTicket: string
  deviceId: string
  userName: string
  syncKey: SyncKey
  syncCheckKey: SyncKey
  /** Absent when the server did not say. */
  inviteStartCount?: number | undefined
  /** The cookie jar, with domain and path of every cookie. */
  cookies: unknown
}

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

/**
 * Puts a saved session in place.
 *
 * @throws ArgumentError when something is missing, or it belongs to another server
 */
export function readSavedSession(session: Session, http: HttpClient, saved: unknown): void {
  const given = dict(saved)
  const read = (key: keyof SavedSession) => {
    const value = text(given[key])
    if (value === '') throw broken(key)
    return value
  }
  if (read('loginOrigin') !== session.loginOrigin) {
    throw new ArgumentError(
      `The saved login belongs to ${read('loginOrigin')}, this program is set to ${session.loginOrigin}.`,
      {
        argument: 'loginOrigin',
      },
    )
  }
  const baseOrigin = read('baseOrigin')
  if (!URL.canParse(baseOrigin)) throw broken('baseOrigin')
  const syncKey = readSyncKey(given.syncKey)
  const syncCheckKey = readSyncKey(given.syncCheckKey)
  if (!syncKey || !syncCheckKey) throw broken('syncKey')
  const fields = {
    hosts: hostsAfterLogin(session.loginOrigin, new URL(baseOrigin)),
    credentials: { uin: read('uin'), sid: read('sid'), skey: read('skey'), passTicket: read('passTicket') },
    deviceId: read('deviceId'),
    userName: read('userName'),
    syncKey,
    syncCheckKey,
    inviteStartCount: int(given.inviteStartCount),
    isOver: false,
  }
  try {
    http.restoreCookies(given.cookies)
  } catch {
    throw broken('cookies')
  }
  Object.assign(session, fields)
}

function broken(key: keyof SavedSession): ArgumentError {
  return new ArgumentError(`The saved login is incomplete: ${key} is missing or broken.`, { argument: key })
}
