// `npm start`: installs and builds, then runs the sandbox with the demo bot; `npm start -- NAME` runs another example, and
// `npm start -- --ilink` uses the iLink transport. Recipes are named without their folder.
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, install } from './setup.mjs'

const EXAMPLES = join(import.meta.dirname, '../build/examples')
const ilink = process.argv.includes('--ilink')
const [name = 'demo', ...rest] = process.argv.slice(2).filter((argument) => argument !== '--ilink')

install()
build()
const files = new Map(
  readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js'))
    .map((file) => [
      file
        .slice(0, -'.js'.length)
        .replaceAll('\\', '/')
        .replace(/^recipes\//, ''),
      file,
    ]),
)
const names = [...files.keys()].sort()
const usage = `npm start -- NAME [--ilink] runs one of:\n  ${names.join('\n  ')}\n`
if (/^(-h|(--)?help)$/.test(name)) {
  process.stdout.write(usage)
  process.exit(0)
}
const file = files.get(name)
if (file === undefined || rest.length > 0) {
  process.stderr.write(`${usage}Unknown example "${[name, ...rest].join(' ')}": choose one of the names above.\n`)
  process.exit(2)
}
if (file.startsWith('recipes')) {
  // Recipes save their login and files in the working directory. A login to an earlier sandbox is of no use.
  const folder = join(EXAMPLES, '../run', name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  process.chdir(folder)
}
const { runDemo } = await import('../dist/cli/demo.js')
await runDemo(() => import(pathToFileURL(join(EXAMPLES, file)).href), {
  name: name === 'demo' ? '' : name,
  ilink,
})
