import { randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, resolve } from 'node:path'
import { type Clock, systemClock } from './clock.js'
import { LockFile, type LockHolder, parseHolder } from './lock-file.js'
import { systemLockName, takeSystemLock, type Unlock } from './system-lock.js'

export type { Unlock } from './system-lock.js'

const BEAT_MS = 2_000

/**
 * Interval for checking the heartbeat of a holder in another namespace, and the number of checks without a change after
 * which the holder counts as dead.
 */
const CHECK_INTERVAL_MS = 1_000
const CHECKS_UNTIL_STALE = 10

/** A lock, from `takeLock` to `unlock`. */
export interface HeldLock {
  unlock: Unlock
  /** Aborts, with an `Error` as its reason, when another process has taken over the lock. */
  lost: AbortSignal
  /** Unique per acquisition. */
  token: string
}

interface LockOptions {
  /** Clock for heartbeats. */
  clock?: Clock
  /** Namespace in which the operating system lock is visible. Default: the network namespace. */
  namespace?: string
  /** Cancels the wait. */
  signal?: AbortSignal | undefined
}

/**
 * Takes the lock on a path: an operating system lock, which is released when its holder dies, and a file `….lock` for
 * processes that cannot see the operating system lock. A holder in another network namespace, such as another
 * container, counts as dead when its heartbeat has not changed for ten seconds; clocks are not compared.
 *
 * @returns `undefined` when it is held by this or another process
 */
export async function takeLock(path: string, options: LockOptions = {}): Promise<HeldLock | undefined> {
  const { clock = systemClock, namespace = networkNamespace(), signal } = options
  const absolute = resolve(path)
  const unlockSystem = await takeSystemLock(systemLockName(`${namespace}\n${await identityOf(absolute)}`, absolute))
  if (!unlockSystem) return undefined
  const own = { holder: `process ${process.pid} on ${hostname()}`, namespace, token: randomUUID() }
  const file = new LockFile(`${absolute}.lock`, own, clock)
  let isHeld = false
  try {
    isHeld = await isFree(file, own, clock, signal)
    return isHeld ? hold(file, own, clock, unlockSystem) : undefined
  } finally {
    if (!isHeld) await release(file, unlockSystem)
  }
}

async function isFree(
  file: LockFile,
  own: LockHolder,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const found = await file.read()
  // In the same namespace, the operating system lock decides, and this process holds it.
  const isForeign = found !== undefined && parseHolder(found).namespace !== own.namespace
  if (isForeign && (await isBeating(file, found, clock, signal))) return false
  let claimed: Awaited<ReturnType<LockFile['claim']>>
  try {
    claimed = await file.claim()
  } catch {
    // A full disk must not prevent the bot from starting. The heartbeat tries again.
    return true
  }
  if (!isForeign || claimed !== 'replaced') return claimed !== undefined
  // If two processes found the lock stale at the same time, the later one keeps it.
  await clock.sleep(CHECK_INTERVAL_MS, signal)
  return (await file.beat()) === undefined
}

async function isBeating(
  file: LockFile,
  first: string,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  for (let checks = 0; checks < CHECKS_UNTIL_STALE; checks++) {
    await clock.sleep(CHECK_INTERVAL_MS, signal)
    const now = await file.read()
    // The lock is free if it was released in the meantime.
    if (now !== first) return now !== undefined
  }
  return false
}

function hold(file: LockFile, own: LockHolder, clock: Clock, unlockSystem: Unlock): HeldLock {
  const lost = new AbortController()
  const stop = new AbortController()
  const beating = beat(file, clock, stop.signal, lost)
  let unlocked: Promise<void> | undefined
  const unlock = async () => {
    stop.abort()
    await beating
    await release(file, unlockSystem)
  }
  return {
    token: own.token,
    lost: lost.signal,
    unlock: () => {
      unlocked ??= unlock()
      return unlocked
    },
  }
}

/** Removes the file before releasing the operating system lock, so that the next holder finds no file. */
async function release(file: LockFile, unlockSystem: Unlock): Promise<void> {
  await file.remove().catch(() => {})
  await unlockSystem()
}

async function beat(file: LockFile, clock: Clock, stop: AbortSignal, lost: AbortController): Promise<void> {
  while (true) {
    try {
      await clock.sleep(BEAT_MS, stop, { ref: false })
    } catch {
      return
    }
    // After a read or write error, try again at the next beat: such an error does not mean that another process has the
    // lock.
    const successor = await file.beat().catch(() => undefined)
    if (!successor) continue
    lost.abort(new Error(`it was taken over by ${successor.holder || 'another program'}`))
    return
  }
}

/**
 * An identity shared by all paths to a file, even if two containers mount its folder at different paths. The file need
 * not exist. A copy of the folder has a different identity.
 */
async function identityOf(path: string): Promise<string> {
  const { dev, ino } = await stat(dirname(path), { bigint: true })
  // Some file systems have no inode numbers.
  const folder = ino === 0n ? await realpath(dirname(path)) : `${dev}:${ino}`
  return `${folder}/${basename(path)}`
}

/** The scope in which operating system locks of this process are visible. */
function networkNamespace(): string {
  if (process.platform !== 'linux') return hostname()
  try {
    // The first namespace has the same number on every machine.
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/net')}`
  } catch {
    return hostname()
  }
}
