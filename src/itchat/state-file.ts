import { readFile } from 'node:fs/promises'
import { FileError } from '../errors.js'
import { writeFileAtomic } from '../util/atomic-file.js'
import { type Dict, dict, list, text } from '../util/read.js'
import type { SavedSession } from '../web/session/saved-session.js'

const VERSION = 1

/** What hot reload keeps between two runs. */
export interface SavedLogin {
  session: SavedSession
  /** The own account, as the server described it. */
  user: Dict
  /** UserNames of the groups: those not saved to the address book would not be found again. */
  chatrooms: string[]
}

/**
 * Writes the file whole, readable by its owner only.
 *
 * @throws FileError
 */
export async function writeStateFile(path: string, login: SavedLogin): Promise<void> {
  try {
    await writeFileAtomic(path, `${JSON.stringify({ version: VERSION, ...login })}\n`)
  } catch (cause) {
    throw new FileError(`The login state could not be written to ${path}: ${reasonOf(cause)}`, { path, cause })
  }
}

/**
 * @returns `undefined` when there is no such file
 * @throws FileError when there is one that cannot be read as a saved login
 */
export async function readStateFile(path: string): Promise<SavedLogin | undefined> {
  let content: string
  try {
    content = await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new FileError(`The login state in ${path} could not be read: ${reasonOf(cause)}`, { path, cause })
  }
  try {
    return parse(content)
  } catch (error) {
    // Without a cause: a parser's message quotes the file, which is secret.
    throw new FileError(`The login state in ${path} is not used: ${reasonOf(error)}`, { path })
  }
}

function parse(content: string): SavedLogin {
  const saved = dict(JSON.parse(content))
  if (saved.version !== VERSION) throw new Error(`its version is not ${VERSION}`)
  const user = dict(saved.user)
  if (text(user.UserName) === '') throw new Error('it names no account')
  return {
    // Checked field by field where it is put in place.
    session: saved.session as SavedSession,
    user,
    chatrooms: list(saved.chatrooms).map(text).filter(Boolean),
  }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof SyntaxError) return 'it is not JSON.'
  return cause instanceof Error ? cause.message : String(cause)
}
