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

/** How often the heartbeat of a holder in another namespace is looked at, and after how many looks without a change it counts as gone. */
const CHECK_INTERVAL_MS = 1_000
const CHECKS_UNTIL_STALE = 10

/** A lock, from `takeLock` to `unlock`. */
export interface HeldLock {
  unlock: Unlock
  /** Aborts, with an `Error` as its reason, when another process has taken the lock over. */
  lost: AbortSignal
  /** Of this one holding. */
  token: string
}

interface LockOptions {
  /** For heartbeats. */
  clock?: Clock
  /** Within which the operating system's lock is visible to others. Default: the network namespace. */
  namespace?: string
  /** Gives up. */
  signal?: AbortSignal | undefined
}

/**
 * Takes the lock that stands for a path: the operating system's, which is gone with its holder however that dies, and a file
 * `….lock` for those who cannot see the former. A holder in another network namespace, such as another container, counts as
 * gone when its heartbeat has not changed for ten seconds; clocks are not compared.
 *
 * @returns `undefined` when it is held, in this process or another
 */
export async function takeLock(path: string, options: LockOptions = {}): Promise<HeldLock | undefined> {
  const { clock = systemClock, namespace = networkNamespace(), signal } = options
  const place = resolve(path)
  const unlockSystem = await takeSystemLock(systemLockName(`${namespace}\n${await identityOf(place)}`, place))
  if (!unlockSystem) return undefined
  const own = { holder: `process ${process.pid} on ${hostname()}`, namespace, token: randomUUID() }
  const file = new LockFile(`${place}.lock`, own, clock)
  let isHeld = false
  try {
    isHeld = await isFree(file, own, clock, signal)
    return isHeld ? hold(file, own, clock, unlockSystem) : undefined
  } finally {
    if (!isHeld) await giveBack(file, unlockSystem)
  }
}

async function isFree(
  file: LockFile,
  own: LockHolder,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const found = await file.read()
  // In the same namespace the operating system's lock has decided, and that is held here.
  const isFar = found !== undefined && parseHolder(found).namespace !== own.namespace
  if (isFar && (await isBeating(file, found, clock, signal))) return false
  let claimed: Awaited<ReturnType<LockFile['claim']>>
  try {
    claimed = await file.claim()
  } catch {
    // A full disk must not keep the bot from starting. The heartbeat tries again.
    return true
  }
  if (!isFar || claimed !== 'replaced') return claimed !== undefined
  // Two that found it stale at the same moment: the later one stays.
  await clock.sleep(CHECK_INTERVAL_MS, signal)
  return (await file.beat()) === undefined
}

async function isBeating(
  file: LockFile,
  first: string,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  for (let looks = 0; looks < CHECKS_UNTIL_STALE; looks++) {
    await clock.sleep(CHECK_INTERVAL_MS, signal)
    const now = await file.read()
    // Given back meanwhile, it is free.
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
    await giveBack(file, unlockSystem)
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

/** The file before the operating system's lock, so that the next holder finds no file. */
async function giveBack(file: LockFile, unlockSystem: Unlock): Promise<void> {
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
    // What cannot be read or written now may be at the next beat; nothing shows that another has the lock.
    const successor = await file.beat().catch(() => undefined)
    if (!successor) continue
    lost.abort(new Error(`it was taken over by ${successor.holder || 'another program'}`))
    return
  }
}

/**
 * What is the same for every path to a file that need not be there, also where two containers see the folder at different
 * places, and another for a copy of the folder.
 */
async function identityOf(path: string): Promise<string> {
  const { dev, ino } = await stat(dirname(path), { bigint: true })
  // Some file systems number nothing.
  const folder = ino === 0n ? await realpath(dirname(path)) : `${dev}:${ino}`
  return `${folder}/${basename(path)}`
}

/** What sees the same locks of the operating system as this process. */
function networkNamespace(): string {
  if (process.platform !== 'linux') return hostname()
  try {
    // The first namespace has the same number on every machine.
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/net')}`
  } catch {
    return hostname()
  }
}
