// `npm start`: installs and builds, then runs the sandbox with the demo bot; `npm start -- NAME` runs another example,
// and `npm start -- --ilink` uses the iLink transport.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, install } from './setup.mjs'

const EXAMPLES = join(import.meta.dirname, '../build/examples')
const ilink = process.argv.includes('--ilink')
const [name = 'demo', ...rest] = process.argv.slice(2).filter((argument) => argument !== '--ilink')

install()
build()
const names = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.js'))
  .map((file) => file.slice(0, -'.js'.length).replaceAll('\\', '/'))
  .sort()
const usage = `npm start -- NAME [--ilink] runs one of:\n  ${names.join('\n  ')}\n`
if (/^(-h|(--)?help)$/.test(name)) {
  process.stdout.write(usage)
  process.exit(0)
}
if (!names.includes(name) || rest.length > 0) {
  process.stderr.write(`${usage}Unknown example "${[name, ...rest].join(' ')}": choose one of the names above.\n`)
  process.exit(2)
}
const { runDemo } = await import('../dist/cli/demo.js')
await runDemo(() => import(pathToFileURL(join(EXAMPLES, `${name}.js`)).href), {
  name: name === 'demo' ? '' : name,
  ilink,
})
