import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, link, lstat, mkdir, open, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, extname, isAbsolute, join, relative, resolve } from 'node:path'

/** Names tried when the one asked for is taken. */
const MAX_NAMES = 10_000

/**
 * Where a path leads: a relative one to below `folder`, also through links; an absolute one as it says.
 *
 * @throws Error when a relative path leads out of the folder
 */
export async function resolveBelow(folder: string, path: string): Promise<string> {
  if (path.includes('\0')) throw new Error('the name holds a NUL character')
  if (isAbsolute(path)) return path
  const target = resolve(folder, path)
  if (!isBelow(resolve(folder), target)) throw new Error(`the name leads out of ${folder}`)
  await mkdir(folder, { recursive: true })
  const realFolder = await realpath(folder)
  const check = (parent: string): string => {
    const real = join(parent, basename(target))
    if (!isBelow(realFolder, real)) throw new Error(`the name leads out of ${folder} through a link`)
    return real
  }
  // Before any folder is made: what is there already may be a link.
  check(await realAncestor(dirname(target)))
  await mkdir(dirname(target), { recursive: true })
  return check(await realpath(dirname(target)))
}

/** The real path of the nearest folder above that is there, or of this one. */
async function realAncestor(path: string): Promise<string> {
  for (let folder = path; ; folder = dirname(folder)) {
    // A link that leads nowhere is there: making what it names would lead out.
    if (await lstat(folder).catch(() => undefined)) return realpath(folder)
  }
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '' && !isAbsolute(way) && way.split(/[\\/]/)[0] !== '..'
}

/** What tells a file from another that took its name, or was written into since. */
export interface FileIdentity {
  dev: bigint
  ino: bigint
  size: bigint
  mtimeNs: bigint
}

export interface PlacedFile {
  path: string
  identity: FileIdentity
}

/** Whether a path still holds what was placed there. */
export async function isUnchanged({ path, identity }: PlacedFile): Promise<boolean> {
  const now = await lstat(path, { bigint: true }).catch(() => undefined)
  if (!now) return false
  const { dev, ino, size, mtimeNs } = identity
  return now.dev === dev && now.ino === ino && now.size === size && now.mtimeNs === mtimeNs
}

/**
 * Fills a new file and gives it its name only when it is whole; on failure nothing is left. A name that is taken gets
 * ` (1)`, unless `mayReplace` says that file is one's own.
 */
export async function placeFile(
  target: string,
  mayReplace: (path: string) => Promise<boolean>,
  fill: (write: (chunk: Uint8Array) => Promise<void>) => Promise<void>,
): Promise<PlacedFile> {
  const temporary = join(dirname(target), `.${randomBytes(8).toString('hex')}.part`)
  const file = await open(temporary, 'wx', 0o600)
  try {
    try {
      await fill(async (chunk) => {
        await file.writeFile(chunk)
      })
    } finally {
      await file.close()
    }
    const identity = await lstat(temporary, { bigint: true })
    for (const path of candidates(target)) {
      if (await mayReplace(path)) {
        await rename(temporary, path)
        return { path, identity }
      }
      const named = await nameIfFree(temporary, path)
      if (named) return { path, identity: named === 'copied' ? await lstat(path, { bigint: true }) : identity }
    }
    throw new Error('every name is taken')
  } finally {
    await rm(temporary, { force: true })
  }
}

function* candidates(target: string): Generator<string> {
  yield target
  const extension = extname(target)
  const stem = target.slice(0, target.length - extension.length)
  for (let n = 1; n < MAX_NAMES; n++) yield `${stem} (${n})${extension}`
}

/** A second name for the file, made only if nothing has it: a check and a rename would leave a gap between them. */
async function nameIfFree(temporary: string, path: string): Promise<'linked' | 'copied' | undefined> {
  try {
    await link(temporary, path)
    return 'linked'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return undefined
    // Some file systems know no second names.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error
  }
  try {
    await copyFile(temporary, path, constants.COPYFILE_EXCL)
    return 'copied'
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined
    throw error
  }
}
