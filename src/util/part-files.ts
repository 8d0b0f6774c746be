import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { lstat, readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { systemClock } from './clock.js'
import { errorCode } from './error-code.js'
import { RecentSet } from './recent-set.js'

/** `.itchat-<machine>-<process>-<random>.part` */
const PART = /^\.itchat-([0-9a-f]{8})-(\d{1,10})-[0-9a-f]{16}\.part$/
/** Longer than any pause between two writes during a download. */
const MAX_AGE_MS = 24 * 60 * 60 * 1000

/** Names partially written files, and removes files whose writer has died. */
export class PartFiles {
  readonly #machine = machineId()
  /** Folders already searched. */
  readonly #cleared = new RecentSet(1_000)

  /** Returns a new hidden path in a folder. Its name identifies the machine and the process that write to it. */
  newPath(folder: string): string {
    return join(folder, `.itchat-${this.#machine}-${process.pid}-${randomBytes(8).toString('hex')}.part`)
  }

  /**
   * Removes partial files of dead writers from a folder: files from this machine whose process has ended, and all files
   * that have not been written to for a day. Runs once per folder; never rejects.
   */
  async clearDead(folder: string): Promise<void> {
    if (this.#cleared.has(folder)) return
    this.#cleared.add(folder)
    const names = await readdir(folder).catch(() => [])
    await Promise.all(names.map((name) => this.#clearIfDead(folder, name).catch(() => {})))
  }

  async #clearIfDead(folder: string, name: string): Promise<void> {
    const [, machine, pid] = PART.exec(name) ?? []
    if (machine === undefined) return
    const path = join(folder, name)
    const { mtimeMs } = await lstat(path)
    const isDead = machine === this.#machine && !isAlive(Number(pid))
    // File times are system times, not times of a custom clock.
    if (isDead || systemClock.now() - mtimeMs > MAX_AGE_MS) await rm(path)
  }
}

/** Identifies the scope of process ids: one boot of one machine, in one container. */
function machineId(): string {
  const scope = [hostname(), bootId(), processNamespace()].join('\n')
  return createHash('sha256').update(scope).digest('hex').slice(0, 8)
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')
  } catch {
    return ''
  }
}

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: the process exists but belongs to another user.
    return errorCode(error) !== 'ESRCH'
  }
}
