import { randomBytes } from 'node:crypto'
import { lstat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { errorCode } from './error-code.js'

/** Maximum length of a file name on common file systems. */
const MAX_NAME_BYTES = 255
/** Number of numbered names to try, in case other writers take each free number first. */
const NUMBERS = 10
const MAX_NUMBER = 2 ** 40
const RANDOM = 10

/**
 * Yields names for a file: the requested one, then names with free numbers, such as ` (1)`. Finding a number takes only
 * a few disk lookups even among many files, because the search doubles its step until a number is free, then bisects.
 */
export async function* freeNames(target: string): AsyncGenerator<string> {
  yield target
  let taken = 0
  for (let n = 0; n < NUMBERS && taken < MAX_NUMBER; n++) {
    taken = await nextFree(target, taken)
    yield withSuffix(target, String(taken))
  }
  // Other writers are taking the numbers faster than they can be found.
  for (let n = 0; n < RANDOM; n++) yield withSuffix(target, randomBytes(8).toString('hex'))
}

/** A free number above a taken one; the lowest free number if the taken ones have no gaps. */
async function nextFree(target: string, from: number): Promise<number> {
  const isTaken = (n: number) => exists(withSuffix(target, String(n)))
  let taken = from
  let free = from + 1
  for (let step = 1; free < MAX_NUMBER && (await isTaken(free)); step *= 2) {
    taken = free
    free += step * 2
  }
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2)
    if (await isTaken(middle)) taken = middle
    else free = middle
  }
  return free
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}

/** `a (1).txt` for `a.txt`, truncated to fit. */
function withSuffix(target: string, text: string): string {
  const extension = extname(target)
  const suffix = ` (${text})${extension}`
  let stem = basename(target, extension)
  const room = MAX_NAME_BYTES - Buffer.byteLength(suffix)
  if (Buffer.byteLength(stem) > room) {
    const characters = [...stem]
    while (characters.length > 0 && Buffer.byteLength(characters.join('')) > room) characters.pop()
    stem = characters.join('')
  }
  return join(dirname(target), stem + suffix)
}
