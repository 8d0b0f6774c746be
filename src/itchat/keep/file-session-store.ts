import { constants, copyFile, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { temporaryNames, writeFileAtomic } from '../../util/atomic-file.js'
import { takeLock, type Unlock } from '../../util/process-lock.js'
import type { SessionStore, StoredDocument } from './session-store.js'

const SUFFIX: Readonly<Record<StoredDocument, string>> = { session: '', identities: '.identities' }

/** Keeps an account in a file and others beside it, all readable by their owner only. */
export class FileSessionStore implements SessionStore {
  readonly place: string
  readonly journalFile: string
  readonly identityChangesFile: string

  /** @param path of the session; the others start with the same name */
  constructor(path: string) {
    this.place = path
    this.journalFile = `${path}.journal`
    this.identityChangesFile = `${path}${SUFFIX.identities}.changes`
  }

  async load(document: StoredDocument): Promise<string | undefined> {
    try {
      return await readFile(this.#path(document), 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  save(document: StoredDocument, content: string): Promise<void> {
    return writeFileAtomic(this.#path(document), content)
  }

  async setAside(document: StoredDocument): Promise<string> {
    const keptAs = await setFileAside(this.#path(document))
    // Changes of what is gone.
    if (document === 'identities') await moveIfThere(this.identityChangesFile, `${keptAs}.changes`)
    return keptAs
  }

  async lock(): Promise<Unlock | undefined> {
    const unlock = await takeLock(this.place)
    // What cannot be cleared away is in nobody's way.
    if (unlock) await this.#removeTemporary().catch(() => {})
    return unlock
  }

  #path(document: StoredDocument): string {
    return this.place + SUFFIX[document]
  }

  /** What a process left that died while it wrote. */
  async #removeTemporary(): Promise<void> {
    const folder = dirname(resolve(this.place))
    const names = await readdir(folder)
    const left = Object.values(SUFFIX).flatMap((suffix) => temporaryNames(names, basename(this.place) + suffix))
    await Promise.all(left.map((name) => rm(join(folder, name), { force: true })))
  }
}

async function moveIfThere(path: string, to: string): Promise<void> {
  try {
    await rename(path, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** Renames a file to a name nobody has; resolves to it. */
async function setFileAside(path: string): Promise<string> {
  const kept = await freeName(path)
  await rename(path, kept)
  return kept
}

/** Copies a file that goes on under its name; resolves to the copy's. */
export async function copyFileAside(path: string): Promise<string> {
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
