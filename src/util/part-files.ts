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
/** No download is written to so rarely. */
const MAX_AGE_MS = 24 * 60 * 60 * 1000

/** Files that are being written: their names, and what is left of those whose writer died. */
export class PartFiles {
  readonly #machine = machine()
  /** Folders that were looked through. */
  readonly #cleared = new RecentSet(1_000)

  /** A hidden name in a folder, which says who writes. */
  newPath(folder: string): string {
    return join(folder, `.itchat-${this.#machine}-${process.pid}-${randomBytes(8).toString('hex')}.part`)
  }

  /**
   * Removes what processes left in a folder that died while they wrote: of this machine when the process is gone, of another when
   * nothing was written to it for a day. Once for each folder; never rejects.
   */
  async clearDead(folder: string): Promise<void> {
    if (this.#cleared.has(folder)) return
    this.#cleared.add(folder)
    const names = await readdir(folder).catch(() => [])
    await Promise.all(names.map((name) => this.#clearIfDead(folder, name).catch(() => {})))
  }

  async #clearIfDead(folder: string, name: string): Promise<void> {
    const [, by, pid] = PART.exec(name) ?? []
    if (by === undefined) return
    const path = join(folder, name)
    const { mtimeMs } = await lstat(path)
    const isDead = by === this.#machine && !isAlive(Number(pid))
    // The time of files is the machine's, whatever clock a program gave.
    if (isDead || systemClock.now() - mtimeMs > MAX_AGE_MS) await rm(path)
  }
}

/** Process numbers mean something on one machine, since it was started, and in one container. */
function machine(): string {
  const place = [hostname(), bootId(), processNamespace()].join('\n')
  return createHash('sha256').update(place).digest('hex').slice(0, 8)
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
    // Somebody else's process is one, too.
    return errorCode(error) !== 'ESRCH'
  }
}
