// `npm test`: installs and builds, then runs all tests. Arguments are passed to the test runner.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build, install } from './setup.mjs'

install()
build()
const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs')
const { status } = spawnSync(process.execPath, [vitest, 'run', ...process.argv.slice(2)], { stdio: 'inherit' })
process.exit(status ?? 1)
