import { FileError, StateError } from '../../errors.js'
import { fileError } from '../../util/file-error.js'
import { raceSignal } from '../../util/race-signal.js'
import type { Unlock } from '../../util/system-lock.js'
import type { SessionStore, StoreLock } from './session-store.js'

/**
 * Locks a store for this instance. Resolves to `undefined` if the store does not support locks. If locks do not work on
 * this system, reports an error and resolves to `undefined`.
 *
 * @throws FileError when another program holds the lock; the signal's reason
 */
export async function lockStore(
  store: SessionStore,
  signal: AbortSignal,
  onError: (error: FileError) => void,
): Promise<StoreLock | undefined> {
  const path = store.place
  if (!store.lock) return undefined
  let lock: StoreLock | undefined
  try {
    // A store may throw synchronously.
    const locking = (async () => toLock(await store.lock?.({ signal })))()
    lock = await raceSignal(locking, signal, (late) => late?.unlock())
  } catch (cause) {
    if (signal.aborted) throw signal.reason
    onError(fileError(`${path} could not be locked`, path, cause))
    return undefined
  }
  if (lock) return lock
  throw new FileError(
    `The login state ${path} is in use by another program, or by another instance in this program. Close it, or use another file: autoLogin({ hotReload: true, statusStorageDir: 'other.json' }).`,
    { path },
  )
}

/** Calls `onLost` once when another process has taken over the store. */
export function watchLock(place: string, { lost }: StoreLock, onLost: (error: FileError) => void): void {
  if (!lost) return
  const report = () =>
    onLost(
      new FileError(
        `The lock on the login state ${place} was lost: ${reasonOf(lost.reason)}. This instance stops without logging out, because only one program can use the login at a time.`,
        { path: place, cause: lost.reason },
      ),
    )
  if (lost.aborted) report()
  else lost.addEventListener('abort', report, { once: true })
}

/** The lock does not allow requests at the moment, but may allow them later. */
export class LockLapsed extends StateError {}

/** Whether the lock allows requests now. False when `mayAct` throws. */
export function mayActWith(lock: StoreLock | undefined): boolean {
  if (lock?.lost?.aborted) return false
  try {
    return !lock?.mayAct || lock.mayAct() === true
  } catch {
    return false
  }
}

/** Normalizes the result of `lock`: an object, a bare function, or a falsy value when another process holds the lock. */
function toLock(lock: StoreLock | Unlock | undefined): StoreLock | undefined {
  if (typeof lock === 'function') return { unlock: lock }
  if (!lock) return undefined
  if (typeof lock.unlock === 'function') return lock
  throw new TypeError(`lock: expected { unlock }, a function or undefined, got ${typeof lock}`)
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
