import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, link, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode } from './error-code.js'
import { type FileIdentity, identityOf, isSameFile } from './file-identity.js'
import { freeNames } from './free-name.js'
import type { PartFiles } from './part-files.js'

/** A file that was written. */
export interface UniqueFile {
  path: string
  identity: FileIdentity
  /** Lower-case hex. */
  md5: string
}

interface WriteUniqueOptions {
  parts: PartFiles
  /** Called once it is written: the file to replace, if it is still there. */
  former?(): UniqueFile | undefined
  /** Replace whatever has the name. Default false. */
  overwrite?: boolean
}

/**
 * Fills a new file and gives it its name only when it is whole; on failure nothing is left. A name that is taken gets ` (1)`; a file
 * is never written over, but for `former` while nobody touched it.
 *
 * @param fill resolves to what it wrote, with its md5
 */
export async function writeUnique<T extends { md5: string }>(
  target: string,
  options: WriteUniqueOptions,
  fill: (write: (chunk: Uint8Array) => Promise<void>) => Promise<T>,
): Promise<UniqueFile & { filled: T }> {
  await options.parts.clearDead(dirname(target))
  const temporary = options.parts.newPath(dirname(target))
  const file = await open(temporary, 'wx', 0o600)
  try {
    let filled: T
    try {
      filled = await fill(async (chunk) => {
        await file.writeFile(chunk)
      })
    } finally {
      await file.close()
    }
    const { md5 } = filled
    return { ...(await place(temporary, target, md5, options)), md5, filled }
  } finally {
    await rm(temporary, { force: true })
  }
}

type Place = Omit<UniqueFile, 'md5'>

async function place(
  temporary: string,
  target: string,
  md5: string,
  { former, overwrite }: WriteUniqueOptions,
): Promise<Place> {
  if (overwrite) {
    const identity = await identityOf(temporary)
    await rename(temporary, target)
    return { path: target, identity }
  }
  const replaced = former?.()
  if (replaced && (await isUnchanged(replaced))) {
    // The same again: there is nothing to write, and nothing of others that could be written over.
    if (replaced.md5 === md5) return replaced
    const placed = await replace(replaced, temporary)
    if (placed) return placed
  }
  return nameFreely(temporary, target)
}

async function nameFreely(temporary: string, target: string): Promise<Place> {
  for await (const path of freeNames(target)) {
    const placed = await nameIfFree(temporary, path)
    if (placed) return placed
  }
  throw new Error('every name is taken')
}

/** Whether a path still holds what was placed there. */
async function isUnchanged({ path, identity }: Place): Promise<boolean> {
  return isSameFile(await identityOf(path).catch(() => undefined), identity)
}

/**
 * Puts a file in the place of another. That is moved away first, and looked at where it cannot be replaced any more: a check and a
 * rename would leave a gap between them.
 *
 * @returns `undefined` when the other was not there any more; what was there is back then
 */
async function replace(former: Place, temporary: string): Promise<Place | undefined> {
  const moved = join(dirname(former.path), `.itchat-${randomBytes(8).toString('hex')}.moved`)
  try {
    await rename(former.path, moved)
  } catch {
    return undefined
  }
  if (await isUnchanged({ ...former, path: moved })) {
    await rm(moved)
    return nameIfFree(temporary, former.path)
  }
  try {
    await nameFreely(moved, former.path)
    await rm(moved)
  } catch {
    // A folder has no second name.
    await rename(moved, former.path)
  }
  return undefined
}

/**
 * A second name for the file, made only if nothing has it: a check and a rename would leave a gap between them.
 *
 * @returns `undefined` when the name is taken
 */
async function nameIfFree(temporary: string, path: string): Promise<Place | undefined> {
  try {
    const identity = await identityOf(temporary)
    await link(temporary, path)
    // What has the name a moment later may be another file.
    return { path, identity }
  } catch (error) {
    const code = errorCode(error)
    if (code === 'EEXIST') return undefined
    // Some file systems know no second names.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error
  }
  try {
    await copyFile(temporary, path, constants.COPYFILE_EXCL)
    return { path, identity: await identityOf(path) }
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return undefined
    throw error
  }
}
