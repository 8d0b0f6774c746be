import { constants, copyFile, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { temporaryNames, writeFileAtomic } from '../../util/atomic-file.js'
import type { Clock } from '../../util/clock.js'
import { errorCode } from '../../util/error-code.js'
import { type HeldLock, takeLock } from '../../util/process-lock.js'
import { resolveLinks } from '../../util/resolve-links.js'
import type { SessionStore, StoredDocument } from './session-store.js'

/** Default path of the saved login. */
export const DEFAULT_STATE_FILE = 'itchat.json'

const SUFFIX: Readonly<Record<StoredDocument, string>> = { session: '', identities: '.identities', queue: '.queue' }

/** Suffixes of the files that are replaced as a whole. */
const REPLACED = [...Object.values(SUFFIX), '.lock']

/** Options of a `FileSessionStore`. */
export interface FileSessionStoreOptions {
  /** Clock for the heartbeat of the lock. Default: the system clock. */
  clock?: Clock
}

/**
 * Stores an account in a file and in other files next to it, all readable only by their owner. If the path is a
 * symbolic link, the files are stored next to its target, and the link is preserved.
 *
 * @see docs/guide/sessions.md
 */
export class FileSessionStore implements SessionStore {
  /** The path as passed to the constructor. */
  readonly place: string
  readonly #options: FileSessionStoreOptions
  readonly #absolute: string
  /** Resolved once, so that changing a link later does not separate the lock from the files. */
  #target: string | undefined

  /** @param path path of the saved login, and prefix of the paths of the other files */
  constructor(path: string, options: FileSessionStoreOptions = {}) {
    this.place = path
    this.#options = options
    this.#absolute = resolve(path)
  }

  /** Path of the journal, next to the target of `place`. Links are resolved by the first call to any method. */
  get journalFile(): string {
    return `${this.#target ?? this.#absolute}.journal`
  }

  /** Path of the changes file, next to the target of `place` like the journal. */
  get identityChangesFile(): string {
    return `${this.#target ?? this.#absolute}${SUFFIX.identities}.changes`
  }

  async load(document: StoredDocument): Promise<string | undefined> {
    try {
      return await readFile(await this.#path(document), 'utf8')
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined
      throw error
    }
  }

  async save(document: StoredDocument, content: string): Promise<void> {
    await writeFileAtomic(await this.#path(document), content)
  }

  async setAside(document: StoredDocument): Promise<string> {
    const keptAs = await quarantineFile(await this.#path(document))
    // The changes belong to the file that was just moved. Links are resolved because a rename cannot cross disks.
    if (document === 'identities') await quarantineIfPresent(await resolveLinks(this.identityChangesFile))
    return keptAs
  }

  async lock({ signal }: { signal?: AbortSignal } = {}): Promise<HeldLock | undefined> {
    const lock = await takeLock(await this.#resolved(), { ...this.#options, signal })
    // A temporary file that cannot be removed is harmless.
    if (lock) await this.#removeTemporary().catch(() => {})
    return lock
  }

  async #resolved(): Promise<string> {
    this.#target ??= await resolveLinks(this.#absolute)
    return this.#target
  }

  /** Each file may itself be a symbolic link. */
  async #path(document: StoredDocument): Promise<string> {
    return resolveLinks((await this.#resolved()) + SUFFIX[document])
  }

  /** Removes temporary files left by processes that died while writing. */
  async #removeTemporary(): Promise<void> {
    const target = await this.#resolved()
    const folder = dirname(target)
    const names = await readdir(folder)
    const stale = REPLACED.flatMap((suffix) => temporaryNames(names, basename(target) + suffix))
    await Promise.all(stale.map((name) => rm(join(folder, name), { force: true })))
  }
}

async function quarantineIfPresent(path: string): Promise<void> {
  try {
    await quarantineFile(path)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
}

/** Renames a file to an unused quarantine name. Resolves to that name. */
async function quarantineFile(path: string): Promise<string> {
  const target = await freeName(path)
  await rename(path, target)
  return target
}

/** Copies a file to quarantine while the original stays in use. Resolves to the name of the copy. */
export async function quarantineCopy(path: string): Promise<string> {
  const target = await freeName(path)
  await copyFile(path, target, constants.COPYFILE_EXCL)
  return target
}

async function freeName(path: string): Promise<string> {
  const taken = new Set(await readdir(dirname(resolve(path))))
  const start = `${path}.${new Date().toISOString().slice(0, 10)}`
  let name = `${start}.aside`
  for (let n = 2; taken.has(basename(name)); n++) name = `${start}-${n}.aside`
  return name
}
