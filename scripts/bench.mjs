// `npm run bench`: prepares the benchmarks and runs them, and then measures the parsers; with arguments, runs only bench/run.mjs.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build, install } from './setup.mjs'

install()
build()
const args = process.argv.slice(2)
for (const name of ['run.mjs', ...(args.length === 0 ? ['hostile-input.mjs'] : [])]) {
  const program = join(import.meta.dirname, '../bench', name)
  const { status } = spawnSync(process.execPath, [program, ...args], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = status ?? 1
}
