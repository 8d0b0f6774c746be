import { readlink, realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { errorCode } from './error-code.js'

/** As many as Linux follows. */
const MAX_LINKS = 40

/**
 * The absolute path of the file that a path leads to, through links of the file and of its folders. The file itself may be
 * missing: a link to a missing file leads to the place where it would be.
 *
 * @throws NodeJS.ErrnoException when the folder is missing, or links lead in a circle
 */
export async function resolveLinks(path: string): Promise<string> {
  let target = resolve(path)
  for (let followed = 0; followed <= MAX_LINKS; followed++) {
    const folder = await realpath(dirname(target))
    target = join(folder, basename(target))
    const next = await linkTarget(target)
    if (next === undefined) return target
    target = resolve(folder, next)
  }
  throw Object.assign(new Error(`ELOOP: too many symbolic links, '${path}'`), { code: 'ELOOP', path })
}

/** `undefined` for a file that is not a link, or is missing. */
async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return await readlink(path)
  } catch (error) {
    const code = errorCode(error)
    // Windows says UNKNOWN for a file that is not a link on some disks.
    if (code === 'EINVAL' || code === 'ENOENT' || code === 'UNKNOWN') return undefined
    throw error
  }
}
