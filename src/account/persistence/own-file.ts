import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { ForeignFileError } from '../../errors.js'
import { errorCode } from '../../util/error-code.js'
import { attemptFile } from '../../util/file-error.js'
import { raceSignal } from '../../util/race-signal.js'
import { resolveLinks } from '../../util/resolve-links.js'
import { DEFAULT_STATE_FILE, FileSessionStore } from './file-session-store.js'
import type { SessionStore } from './session-store.js'
import { originOf } from './state-files.js'

/** A saved login takes a few kilobytes, and about a hundred bytes for each group. */
const MAX_BYTES = 16 * 1024 * 1024

/** Files that exist only next to a saved login. */
const COMPANIONS = ['.identities', '.identities.changes', '.journal'] as const

/** The first bytes of Python's pickles: protocol 0, or a later one. */
const PICKLE = /^(?:\(dp\d|\x80[\x02-\x05])/

/**
 * Refuses a file that this library did not write, because it would be quarantined or replaced. Accepts a missing file and
 * a damaged saved login. Other stores than files are not checked.
 *
 * @param argument the option or parameter that names the file
 * @throws ForeignFileError; FileError if the file cannot be read; the signal's reason
 */
export async function requireOwnFile(store: SessionStore, argument: string, signal?: AbortSignal): Promise<void> {
  if (!(store instanceof FileSessionStore)) return
  const { place } = store
  const found = await raceSignal(
    attemptFile(place, 'read', () => describeForeign(place)),
    signal,
  )
  if (found !== undefined) throw new ForeignFileError(argument, { path: place, found })
}

async function describeForeign(path: string): Promise<ForeignFileError['found'] | undefined> {
  let sizeBytes: number
  try {
    const stats = await stat(path)
    if (stats.isDirectory()) return 'folder'
    // Reading a pipe or a device could take forever.
    if (!stats.isFile()) return 'device'
    sizeBytes = stats.size
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
  if (sizeBytes > MAX_BYTES) return 'file'
  const content = await readFile(path)
  const origin = originOf(content)
  if (origin === 'login') return undefined
  const target = await resolveLinks(path)
  const isKnown = basename(target) === DEFAULT_STATE_FILE || COMPANIONS.some((suffix) => existsSync(target + suffix))
  if (origin === 'unknown' && isKnown) return undefined
  return PICKLE.test(content.toString('latin1', 0, 8)) ? 'python' : 'file'
}
