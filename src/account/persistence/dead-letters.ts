import { appendFile, stat } from 'node:fs/promises'
import { attemptFile } from '../../util/file-error.js'
import type { Received } from './journal-record.js'
import { sealFor } from './state-key.js'

const MAX_BYTES = 16 * 1024 * 1024

/** Appends a message to a file for people to look at. Resolves to whether there was room. @throws FileError */
export async function appendDeadLetter(path: string, { id, sent }: Received): Promise<boolean> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  )
  const line = JSON.stringify({ id, sent })
  const sealed = sealFor('aside')?.close(line)
  const kept = sealed === undefined ? line : JSON.stringify({ document: 'aside', sealed })
  if (size + kept.length > MAX_BYTES) return false
  await attemptFile(path, 'written', () => appendFile(path, `${kept}\n`, { mode: 0o600 }))
  return true
}
