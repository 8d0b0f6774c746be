import { type FileHandle, open, readFile, rm } from 'node:fs/promises'
import { writeFileAtomic } from './atomic-file.js'
import type { Clock } from './clock.js'
import { errorCode } from './error-code.js'
import { dict, text } from './read.js'

/** Who holds a lock. */
export interface LockHolder {
  /** Process and host, for people. */
  holder: string
  /** Within which the operating system's lock of the holder is visible. */
  namespace: string
  /** Of this one holding. */
  token: string
}

/** A file that names the holder of a lock, with a heartbeat that changes as long as the holder runs. */
export class LockFile {
  readonly #path: string
  readonly #own: LockHolder
  readonly #clock: Clock
  #beats = 0
  /** What the file is known to hold; `undefined`: no file. */
  #seen: string | undefined

  constructor(path: string, own: LockHolder, clock: Clock) {
    this.#path = path
    this.#own = own
    this.#clock = clock
  }

  /** Reads the file. Resolves to the content; `undefined` when there is no file. */
  async read(): Promise<string | undefined> {
    this.#seen = await readIfPresent(this.#path)
    return this.#seen
  }

  /**
   * Writes the own name, in place of what was read last.
   *
   * @returns `undefined` when the file has changed since
   */
  async claim(): Promise<'created' | 'replaced' | undefined> {
    const before = this.#seen
    const content = this.#content()
    if (before === undefined) {
      if (!(await createFile(this.#path, content))) return undefined
    } else {
      if ((await readIfPresent(this.#path)) !== before) return undefined
      await writeFileAtomic(this.#path, content)
    }
    this.#seen = content
    return before === undefined ? 'created' : 'replaced'
  }

  /**
   * Changes the heartbeat.
   *
   * @returns the holder that has taken the lock over; `undefined` while it is still held
   */
  async beat(): Promise<Partial<LockHolder> | undefined> {
    const found = await this.#beatInPlace()
    if (found === 'beaten') return undefined
    // Removed by hand, damaged, or never written as the disk was full.
    if (found === undefined || found === this.#seen || !parseHolder(found).token) {
      this.#seen = found
      if (await this.claim()) return undefined
    }
    return parseHolder((await readIfPresent(this.#path)) ?? '')
  }

  /** Removes the file if it is still the own one. */
  async remove(): Promise<void> {
    const found = await readIfPresent(this.#path)
    if (found !== undefined && parseHolder(found).token === this.#own.token) await rm(this.#path, { force: true })
  }

  /** In place: a file that another program has put there meanwhile is not this one. Resolves to the content of a foreign file. */
  async #beatInPlace(): Promise<string | undefined> {
    const file = await openIfPresent(this.#path)
    if (!file) return undefined
    try {
      const found = await file.readFile('utf8')
      if (parseHolder(found).token !== this.#own.token) return found
      await file.write(this.#content(), 0, 'utf8')
      return 'beaten'
    } finally {
      await file.close()
    }
  }

  /** Never shorter than the one before, as it is written over that. */
  #content(): string {
    const at = new Date(this.#clock.now())
    const heartbeat = { count: ++this.#beats, at: Number.isNaN(at.getTime()) ? '' : at.toISOString() }
    return `${JSON.stringify({ ...this.#own, heartbeat })}\n`
  }
}

/** What a lock file says about its holder; a file that cannot be read says nothing. */
export function parseHolder(content: string): Partial<LockHolder> {
  try {
    const { holder, namespace, token } = dict(JSON.parse(content))
    return { holder: text(holder), namespace: text(namespace), token: text(token) }
  } catch {
    return {}
  }
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

async function openIfPresent(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r+')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Resolves to false when the file exists. */
async function createFile(path: string, content: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(content)
    } catch (error) {
      await rm(path, { force: true })
      throw error
    } finally {
      await file.close()
    }
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}
