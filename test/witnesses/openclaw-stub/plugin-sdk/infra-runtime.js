import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** The plugin writes its log files here, already while it is imported. */
export function resolvePreferredOpenClawTmpDir() {
  const stateDir = process.env.OPENCLAW_STATE_DIR
  if (stateDir === undefined) throw new Error('OPENCLAW_STATE_DIR must be set before the plugin is imported.')
  const folder = join(stateDir, 'tmp')
  mkdirSync(folder, { recursive: true })
  return folder
}

/**
 * Each test has one process and one state folder, so a lock is unnecessary.
 *
 * @param {string} _path
 * @param {unknown} _options
 * @param {() => unknown} action
 */
export function withFileLock(_path, _options, action) {
  return action()
}
