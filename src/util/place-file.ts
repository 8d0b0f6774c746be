import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, link, mkdir, open, realpath, rename, rm } from 'node:fs/promises'
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
  await mkdir(dirname(target), { recursive: true })
  const [realFolder, realParent] = await Promise.all([realpath(folder), realpath(dirname(target))])
  const real = join(realParent, basename(target))
  if (!isBelow(realFolder, real)) throw new Error(`the name leads out of ${folder} through a link`)
  return real
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '' && !isAbsolute(way) && way.split(/[\\/]/)[0] !== '..'
}

/**
 * Fills a new file and gives it its name only when it is whole; on failure nothing is left. A name that is taken gets
 * ` (1)`, unless `mayReplace` says that file is one's own.
 *
 * @returns the path it got
 */
export async function placeFile(
  target: string,
  mayReplace: (path: string) => boolean,
  fill: (write: (chunk: Uint8Array) => Promise<void>) => Promise<void>,
): Promise<string> {
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
    for (const path of candidates(target)) {
      if (mayReplace(path)) {
        await rename(temporary, path)
        return path
      }
      if (await nameIfFree(temporary, path)) return path
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
async function nameIfFree(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    // Some file systems know no second names.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error
  }
  try {
    await copyFile(temporary, path, constants.COPYFILE_EXCL)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
