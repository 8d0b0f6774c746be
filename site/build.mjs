// `npm run build`: builds the site into `dist`; `npm run dev` serves it and does not watch the documents.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { checkLinks } from './check-links.mjs'
import { CONTENT, copyDocuments, copyReference } from './content.mjs'

const ROOT = join(import.meta.dirname, '..')

/** @param {string} bin @param {string[]} args */
function run(bin, ...args) {
  const path = join(import.meta.dirname, 'node_modules', bin)
  execFileSync(process.execPath, [path, ...args], { cwd: import.meta.dirname, stdio: 'inherit' })
}

if (!existsSync(join(ROOT, 'node_modules'))) {
  process.stderr.write('The API reference needs the packages of the repository: run npm ci in its root folder first.\n')
  process.exit(1)
}
copyDocuments()
run('typedoc/bin/typedoc', '--options', 'typedoc.json', '--out', join(CONTENT, 'api'))
copyReference()
const isDev = process.argv[2] === 'dev'
run('vitepress/bin/vitepress.js', isDev ? 'dev' : 'build', '.')
if (!isDev) checkLinks()
