// `npm run bench`: prepares the benchmarks and runs them; with names, only those. See bench/run.mjs.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build, install } from './setup.mjs'

install()
build()
const program = join(import.meta.dirname, '../bench/run.mjs')
const { status } = spawnSync(process.execPath, [program, ...process.argv.slice(2)], { stdio: 'inherit' })
process.exit(status ?? 1)
