// `npm run looks`: builds the page, checks every state of it in each window size and theme, and writes screenshots to
// build/looks. Arguments are passed to the test runner; `-t 390` checks only the narrow window.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { build, install } from './setup.mjs'

const ROOT = join(import.meta.dirname, '..')
const folder = join(ROOT, 'build/looks')

install()
build()
rmSync(folder, { recursive: true, force: true })
const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/page/looks.test.ts', ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, LOOKS_FOLDER: folder },
})
process.stdout.write(`The screenshots are in ${folder}.\n`)
process.exit(status ?? 1)
