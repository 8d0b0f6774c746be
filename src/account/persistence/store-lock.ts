import { FileError, StateError } from '../../errors.js'
import { fileError } from '../../util/file-error.js'
import { raceSignal } from '../../util/race-signal.js'
import type { Unlock } from '../../util/system-lock.js'
import type { SessionStore, StoreLock } from './session-store.js'

/**
 * Takes a store for this instance. Resolves to `undefined` for a store without locks, and for one whose locks do not work on this
 * system: that is reported.
 *
 * @throws FileError when another program has it, the signal's reason
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
    // A store may throw before it returns a promise.
    const locking = (async () => asLock(await store.lock?.({ signal })))()
    lock = await raceSignal(locking, signal, (late) => late?.unlock())
  } catch (cause) {
    if (signal.aborted) throw signal.reason
    onError(fileError(`${path} could not be locked`, path, cause))
    return undefined
  }
  if (lock) return lock
  throw new FileError(
    `The login state ${path} is in use by another program, or another instance in this one. Close that one, or give this one a file of its own: autoLogin({ hotReload: true, statusStorageDir: 'other.json' }).`,
    { path },
  )
}

/** Calls `onLost` once, when another process has taken the store over. */
export function watchLock(place: string, { lost }: StoreLock, onLost: (error: FileError) => void): void {
  if (!lost) return
  const report = () =>
    onLost(
      new FileError(
        `The lock of the login state ${place} was lost: ${reasonOf(lost.reason)}. This instance stops without logging out, as only one program at a time can use it.`,
        { path: place, cause: lost.reason },
      ),
    )
  if (lost.aborted) report()
  else lost.addEventListener('abort', report, { once: true })
}

/** The lock does not allow requests now; it may again. */
export class LockLapsed extends StateError {}

/** The lock allows requests now. One that cannot say so does not. */
export function mayActWith(lock: StoreLock | undefined): boolean {
  if (lock?.lost?.aborted) return false
  try {
    return !lock?.mayAct || lock.mayAct() === true
  } catch {
    return false
  }
}

/** What a `lock` gives: an object, a bare function, or a false value when another has it. */
function asLock(lock: StoreLock | Unlock | undefined): StoreLock | undefined {
  if (typeof lock === 'function') return { unlock: lock }
  if (!lock) return undefined
  if (typeof lock.unlock === 'function') return lock
  throw new TypeError(`lock resolved to ${typeof lock}, expected { unlock }, a function or undefined`)
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
