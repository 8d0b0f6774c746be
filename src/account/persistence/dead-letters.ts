import { appendFile, stat } from 'node:fs/promises'
import { attemptFile } from '../../util/file-error.js'
import type { Received } from './journal-record.js'
import { sealFor } from './state-key.js'

const MAX_BYTES = 16 * 1024 * 1024

/**
 * Appends a message to the dead-letter file, for manual inspection. Resolves to false if the file is full.
 *
 * @throws FileError
 */
export async function appendDeadLetter(path: string, { id, sent }: Received): Promise<boolean> {
  const size = await stat(path).then(
    (stats) => stats.size,
    () => 0,
  )
  const line = JSON.stringify({ id, sent })
  const sealed = sealFor('aside')?.close(line)
  const stored = sealed === undefined ? line : JSON.stringify({ document: 'aside', sealed })
  if (size + stored.length > MAX_BYTES) return false
  await attemptFile(path, 'written', () => appendFile(path, `${stored}\n`, { mode: 0o600 }))
  return true
}
