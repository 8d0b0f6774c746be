import { mkdir, realpath, rmdir } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { errorCode } from './error-code.js'

/**
 * Resolves a path. A relative path must stay below `folder`, even through links; an absolute path is returned
 * unchanged. Creates missing folders.
 *
 * @throws Error when a relative path is outside the folder; folders created for it are removed
 */
export async function resolveBelow(folder: string, path: string): Promise<string> {
  if (path.includes('\0')) throw new Error('the path contains a NUL character')
  if (isAbsolute(path)) return path
  const target = resolve(folder, path)
  if (!isBelow(resolve(folder), target)) throw new Error(`the path is outside ${folder}`)
  await mkdir(folder, { recursive: true })
  const realFolder = await realpath(folder)
  const names = relative(resolve(folder), dirname(target)).split(sep).filter(Boolean)
  return join(await makeFolders(realFolder, names), basename(target))
}

/**
 * Creates folders one at a time, resolving each before creating the next, because a link may replace a folder at any
 * time.
 */
async function makeFolders(root: string, names: readonly string[]): Promise<string> {
  const created: string[] = []
  let folder = root
  try {
    for (const name of names) {
      const next = join(folder, name)
      if (await makeFolder(next)) created.push(next)
      folder = await realpath(next)
      if (!isBelow(root, folder)) throw new Error(`the path leads outside ${root} through a link`)
    }
    return folder
  } catch (error) {
    for (const path of created.reverse()) await rmdir(path).catch(() => {})
    throw error
  }
}

/** @returns whether the folder was created */
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
  const subpath = relative(folder, path)
  return subpath !== '' && !isAbsolute(subpath) && subpath.split(/[\\/]/)[0] !== '..'
}
