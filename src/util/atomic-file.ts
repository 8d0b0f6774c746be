import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

const TEMPORARY = /^\.[0-9a-f]{12}\.tmp$/

/**
 * Writes a whole file, readable by its owner only: a reader sees the old content or the new one, never a part. Resolves when
 * it would survive a power cut.
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

/** Moves a file into the place of another, which is the old one or the new one at any moment. */
export async function replaceFile(from: string, path: string): Promise<void> {
  await rename(from, path)
  await syncFolder(path)
}

/** Resolves when the name of a file would survive a power cut: until then the file that had it before may be back. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(dirname(resolve(path)))
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Which of these names a process left that died while it wrote the file of this name. */
export function temporaryNames(names: readonly string[], of: string): string[] {
  return names.filter((name) => name.startsWith(of) && TEMPORARY.test(name.slice(of.length)))
}
