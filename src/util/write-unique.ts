import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, link, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode } from './error-code.js'
import { type FileIdentity, identityOf, isSameFile } from './file-identity.js'
import { freeNames } from './free-name.js'
import type { PartFiles } from './part-files.js'

/** A written file. */
export interface UniqueFile {
  path: string
  identity: FileIdentity
  /** Lower-case hex. */
  md5: string
}

interface WriteUniqueOptions {
  parts: PartFiles
  /** Called after writing; returns the earlier file to replace, if it still exists. */
  former?(): UniqueFile | undefined
  /** Whether to replace an existing file with that name. Default false. */
  overwrite?: boolean
}

/**
 * Writes a new file that receives its name only once it is complete; after a failure, no file remains. Appends ` (1)`
 * to a name that is already taken. Unless `overwrite` is set, existing files are never overwritten, except `former` if
 * it is unchanged.
 *
 * @param fill writes the content; resolves to its md5
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

type PlacedFile = Omit<UniqueFile, 'md5'>

async function place(
  temporary: string,
  target: string,
  md5: string,
  { former, overwrite }: WriteUniqueOptions,
): Promise<PlacedFile> {
  if (overwrite) {
    const identity = await identityOf(temporary)
    await rename(temporary, target)
    return { path: target, identity }
  }
  const replaced = former?.()
  if (replaced && (await isUnchanged(replaced))) {
    // Same content: nothing to write.
    if (replaced.md5 === md5) return replaced
    const placed = await replace(replaced, temporary)
    if (placed) return placed
  }
  return placeUnderFreeName(temporary, target)
}

async function placeUnderFreeName(temporary: string, target: string): Promise<PlacedFile> {
  for await (const path of freeNames(target)) {
    const placed = await linkIfFree(temporary, path)
    if (placed) return placed
  }
  throw new Error('every name is taken')
}

/** Whether a path still contains the file that was placed there. */
async function isUnchanged({ path, identity }: PlacedFile): Promise<boolean> {
  return isSameFile(await identityOf(path).catch(() => undefined), identity)
}

/**
 * Replaces a file. The former file is moved away first and checked at its new path, where it can no longer be replaced:
 * checking before a rename would be a race.
 *
 * @returns `undefined` when the path contained another file, which is then moved back
 */
async function replace(former: PlacedFile, temporary: string): Promise<PlacedFile | undefined> {
  const moved = join(dirname(former.path), `.itchat-${randomBytes(8).toString('hex')}.moved`)
  try {
    await rename(former.path, moved)
  } catch {
    return undefined
  }
  if (await isUnchanged({ ...former, path: moved })) {
    await rm(moved)
    return linkIfFree(temporary, former.path)
  }
  try {
    await placeUnderFreeName(moved, former.path)
    await rm(moved)
  } catch {
    // Folders cannot have hard links.
    await rename(moved, former.path)
  }
  return undefined
}

/**
 * Hard-links the file to a path unless that path exists: checking before a rename would be a race.
 *
 * @returns `undefined` when the name is taken
 */
export async function linkIfFree(temporary: string, path: string): Promise<PlacedFile | undefined> {
  try {
    const identity = await identityOf(temporary)
    await link(temporary, path)
    // Identified before linking: later, another file may have the name.
    return { path, identity }
  } catch (error) {
    const code = errorCode(error)
    if (code === 'EEXIST') return undefined
    // Some file systems do not support hard links.
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
