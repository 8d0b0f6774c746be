import { constants, copyFile, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { temporaryNames, writeFileAtomic } from '../../util/atomic-file.js'
import type { Clock } from '../../util/clock.js'
import { errorCode } from '../../util/error-code.js'
import { type HeldLock, takeLock } from '../../util/process-lock.js'
import { resolveLinks } from '../../util/resolve-links.js'
import type { SessionStore, StoredDocument } from './session-store.js'

const SUFFIX: Readonly<Record<StoredDocument, string>> = { session: '', identities: '.identities' }

/** Files beside the session that are replaced whole. */
const REPLACED = [...Object.values(SUFFIX), '.lock']

export interface FileSessionStoreOptions {
  /** For the heartbeat of the lock. Default: the machine's time. */
  clock?: Clock
}

/**
 * Keeps an account in a file and others beside it, all readable by their owner only. Where the path is a symbolic link, the
 * files lie beside the file it leads to, and the link stays.
 *
 * @see docs/guide/sessions.md
 */
export class FileSessionStore implements SessionStore {
  /** As given. */
  readonly place: string
  readonly #options: FileSessionStoreOptions
  readonly #given: string
  /** Resolved once: a link that is changed later does not part the lock from the files. */
  #target: string | undefined

  /** @param path of the session; the others start with the same name */
  constructor(path: string, options: FileSessionStoreOptions = {}) {
    this.place = path
    this.#options = options
    this.#given = resolve(path)
  }

  /** Beside the file that `place` leads to: links are resolved by the first call of any method. */
  get journalFile(): string {
    return `${this.#target ?? this.#given}.journal`
  }

  /** Beside the file that `place` leads to, like the journal. */
  get identityChangesFile(): string {
    return `${this.#target ?? this.#given}${SUFFIX.identities}.changes`
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
    // Changes of what is gone. Where links lead, that may be another disk: a rename stays on its own.
    if (document === 'identities') await quarantineIfPresent(await resolveLinks(this.identityChangesFile))
    return keptAs
  }

  async lock({ signal }: { signal?: AbortSignal } = {}): Promise<HeldLock | undefined> {
    const lock = await takeLock(await this.#resolved(), { ...this.#options, signal })
    // A leftover that cannot be removed does no harm.
    if (lock) await this.#removeTemporary().catch(() => {})
    return lock
  }

  async #resolved(): Promise<string> {
    this.#target ??= await resolveLinks(this.#given)
    return this.#target
  }

  /** One of the files beside the session may be a link of its own. */
  async #path(document: StoredDocument): Promise<string> {
    return resolveLinks((await this.#resolved()) + SUFFIX[document])
  }

  /** What a process left that died while it wrote. */
  async #removeTemporary(): Promise<void> {
    const target = await this.#resolved()
    const folder = dirname(target)
    const names = await readdir(folder)
    const left = REPLACED.flatMap((suffix) => temporaryNames(names, basename(target) + suffix))
    await Promise.all(left.map((name) => rm(join(folder, name), { force: true })))
  }
}

async function quarantineIfPresent(path: string): Promise<void> {
  try {
    await quarantineFile(path)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
}

/** Renames a file to an unused name; resolves to it. */
async function quarantineFile(path: string): Promise<string> {
  const kept = await freeName(path)
  await rename(path, kept)
  return kept
}

/** Copies a file that goes on under its name; resolves to the copy's. */
export async function quarantineCopy(path: string): Promise<string> {
  const kept = await freeName(path)
  await copyFile(path, kept, constants.COPYFILE_EXCL)
  return kept
}

async function freeName(path: string): Promise<string> {
  const taken = new Set(await readdir(dirname(resolve(path))))
  const start = `${path}.${new Date().toISOString().slice(0, 10)}`
  let name = `${start}.aside`
  for (let n = 2; taken.has(basename(name)); n++) name = `${start}-${n}.aside`
  return name
}
