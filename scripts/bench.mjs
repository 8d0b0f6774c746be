// `npm run bench`: installs and builds, then runs all benchmarks; with arguments, only the named ones.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build, install } from './setup.mjs'

const ALL = ['latency', 'media', 'contacts', 'hostile-input']

const names = process.argv.length > 2 ? process.argv.slice(2) : ALL
const unknown = names.filter((name) => !ALL.includes(name))
if (unknown.length > 0) {
  process.stderr.write(`Unknown benchmark: ${unknown.join(', ')}. Choose from ${ALL.join(', ')}.\n`)
  process.exit(2)
}
install()
build()
for (const name of names) {
  const program = join(import.meta.dirname, '../bench', `${name}.mjs`)
  const { status } = spawnSync(process.execPath, ['--expose-gc', program], { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
