import { type FileHandle, open, readFile, rm } from 'node:fs/promises'
import { writeFileAtomic } from './atomic-file.js'
import type { Clock } from './clock.js'
import { errorCode } from './error-code.js'
import { dict, text } from './read.js'

/** The holder of a lock. */
export interface LockHolder {
  /** Process and host, for display. */
  holder: string
  /** Namespace in which the holder's operating system lock is visible. */
  namespace: string
  /** Unique per acquisition. */
  token: string
}

/** A file that names the holder of a lock, with a heartbeat that changes as long as the holder is running. */
export class LockFile {
  readonly #path: string
  readonly #own: LockHolder
  readonly #clock: Clock
  #beats = 0
  /** Last known content of the file; `undefined` if it does not exist. */
  #lastContent: string | undefined

  constructor(path: string, own: LockHolder, clock: Clock) {
    this.#path = path
    this.#own = own
    this.#clock = clock
  }

  /** Reads the file. Resolves to `undefined` if it does not exist. */
  async read(): Promise<string | undefined> {
    this.#lastContent = await readIfPresent(this.#path)
    return this.#lastContent
  }

  /**
   * Writes this holder to the file if the content has not changed since it was last read.
   *
   * @returns `undefined` when the content has changed
   */
  async claim(): Promise<'created' | 'replaced' | undefined> {
    const before = this.#lastContent
    const content = this.#content()
    if (before === undefined) {
      if (!(await createFile(this.#path, content))) return undefined
    } else {
      if ((await readIfPresent(this.#path)) !== before) return undefined
      await writeFileAtomic(this.#path, content)
    }
    this.#lastContent = content
    return before === undefined ? 'created' : 'replaced'
  }

  /**
   * Updates the heartbeat.
   *
   * @returns the holder that has taken over the lock; `undefined` while this holder still has it
   */
  async beat(): Promise<Partial<LockHolder> | undefined> {
    const found = await this.#beatInPlace()
    if (found === 'beaten') return undefined
    // The file was removed manually, is damaged, or was not written because the disk was full.
    if (found === undefined || found === this.#lastContent || !parseHolder(found).token) {
      this.#lastContent = found
      if (await this.claim()) return undefined
    }
    return parseHolder((await readIfPresent(this.#path)) ?? '')
  }

  /** Removes the file if this holder still owns it. */
  async remove(): Promise<void> {
    const found = await readIfPresent(this.#path)
    if (found !== undefined && parseHolder(found).token === this.#own.token) await rm(this.#path, { force: true })
  }

  /**
   * Writes in place, so that the file of another holder is never replaced. Resolves to the content if the file belongs
   * to another holder.
   */
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

  /** Never shorter than the previous content, which it overwrites. */
  #content(): string {
    const at = new Date(this.#clock.now())
    const heartbeat = { count: ++this.#beats, at: Number.isNaN(at.getTime()) ? '' : at.toISOString() }
    return `${JSON.stringify({ ...this.#own, heartbeat })}\n`
  }
}

/** Parses the holder in a lock file. Returns an empty object for a malformed file. */
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

/** Creates a file. Resolves to false if it already exists. */
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
