import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Gives each test run its own temporary folder and removes it, with its contents, at the end. */
export function setup(): () => void {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 't-'))
  // POSIX reads the first, Windows the other two.
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}
