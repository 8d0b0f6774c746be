import { mkdir, realpath, rmdir } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { errorCode } from './error-code.js'

/**
 * Where a path leads: a relative one to below `folder`, also through links; an absolute one as it says. Folders that are missing are
 * made.
 *
 * @throws Error when a relative path leads out of the folder; then no folder is left that was not there
 */
export async function resolveBelow(folder: string, path: string): Promise<string> {
  if (path.includes('\0')) throw new Error('the name holds a NUL character')
  if (isAbsolute(path)) return path
  const target = resolve(folder, path)
  if (!isBelow(resolve(folder), target)) throw new Error(`the name leads out of ${folder}`)
  await mkdir(folder, { recursive: true })
  const realFolder = await realpath(folder)
  const names = relative(resolve(folder), dirname(target)).split(sep).filter(Boolean)
  return join(await makeFolders(realFolder, names), basename(target))
}

/** One folder after another, each only when it is known where the one above it is: a link may take its place at any moment. */
async function makeFolders(root: string, names: readonly string[]): Promise<string> {
  const made: string[] = []
  let folder = root
  try {
    for (const name of names) {
      const next = join(folder, name)
      if (await makeFolder(next)) made.push(next)
      folder = await realpath(next)
      if (!isBelow(root, folder)) throw new Error(`the name leads out of ${root} through a link`)
    }
    return folder
  } catch (error) {
    for (const path of made.reverse()) await rmdir(path).catch(() => {})
    throw error
  }
}

/** @returns whether it was not there */
async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '' && !isAbsolute(way) && way.split(/[\\/]/)[0] !== '..'
}
