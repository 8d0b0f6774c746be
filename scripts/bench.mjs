// `npm run bench`: sets up what the benchmarks need, then runs each; with names, only those.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build, install } from './setup.mjs'

const ALL = ['latency', 'media', 'contacts', 'hostile-input']

const names = process.argv.length > 2 ? process.argv.slice(2) : ALL
const unknown = names.filter((name) => !ALL.includes(name))
if (unknown.length > 0) {
  process.stderr.write(`No such benchmark: ${unknown.join(', ')}. There are ${ALL.join(', ')}.\n`)
  process.exit(2)
}
install()
build()
for (const name of names) {
  const program = join(import.meta.dirname, '../bench', `${name}.mjs`)
  const { status } = spawnSync(process.execPath, ['--expose-gc', program], { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
