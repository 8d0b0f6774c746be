import { readlink, realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { errorCode } from './error-code.js'

/** The same limit as Linux. */
const MAX_LINKS = 40

/**
 * The absolute path of a file, with all links resolved, including the file itself. The file may be missing: a link to a
 * missing file resolves to the path that the file would have.
 *
 * @throws NodeJS.ErrnoException when the folder is missing, or links form a cycle
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

/** Resolves to the target of a link; to `undefined` for a file that is not a link or does not exist. */
async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return await readlink(path)
  } catch (error) {
    const code = errorCode(error)
    // On some disks, Windows reports UNKNOWN for a file that is not a link.
    if (code === 'EINVAL' || code === 'ENOENT' || code === 'UNKNOWN') return undefined
    throw error
  }
}
