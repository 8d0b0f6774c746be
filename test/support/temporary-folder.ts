import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Creates a temporary folder for the test run, and removes it with its contents at the end. */
export function setup(): () => void {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 't-'))
  // POSIX uses the first variable, and Windows uses the other two.
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}
