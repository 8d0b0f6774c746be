import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

const TEMPORARY = /^\.[0-9a-f]{12}\.tmp$/

/**
 * Writes a file atomically, readable only by its owner. Readers see either the old or the new content. Resolves when
 * the content is durable (synced to disk).
 */
export async function writeFileAtomic(path: string, content: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await replaceFile(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** Atomically replaces a file with another one. */
export async function replaceFile(from: string, path: string): Promise<void> {
  await rename(from, path)
  await syncFolder(path)
}

/** Resolves when a rename is durable. Until then, a power failure may restore the previous file. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(dirname(resolve(path)))
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Selects the names of temporary files left by a process that died while writing the file `of`. */
export function temporaryNames(names: readonly string[], of: string): string[] {
  return names.filter((name) => name.startsWith(of) && TEMPORARY.test(name.slice(of.length)))
}
