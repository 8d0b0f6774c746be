// Builds the library and the sandbox's page into dist, and the examples into build.
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { install } from './setup.mjs'

const ROOT = join(import.meta.dirname, '..')

/** @param {string} bin @param {string[]} args */
function run(bin, ...args) {
  execFileSync(process.execPath, [join(ROOT, 'node_modules', bin), ...args], { cwd: ROOT, stdio: 'inherit' })
}

/** @param {string} path below src @param {string} [without] end of the names that are left out */
function copy(path, without = '\0') {
  fs.cpSync(join(ROOT, 'src', path), join(DIST, path), { recursive: true, filter: (name) => !name.endsWith(without) })
}

/** Replaces a folder file by file, so that programs can read it meanwhile. @param {string} from @param {string} to */
function replace(from, to) {
  const names = fs.readdirSync(from, { recursive: true, encoding: 'utf8' })
  for (const name of ['', ...names]) {
    if (fs.statSync(join(from, name)).isDirectory()) fs.mkdirSync(join(to, name), { recursive: true })
    else fs.renameSync(join(from, name), join(to, name))
  }
  const stale = fs.readdirSync(to, { recursive: true, encoding: 'utf8' }).filter((name) => !names.includes(name))
  for (const name of stale) fs.rmSync(join(to, name), { recursive: true, force: true })
}

install()
fs.mkdirSync(join(ROOT, 'build'), { recursive: true })
const folder = fs.mkdtempSync(join(ROOT, 'build/new-'))
const DIST = join(folder, 'dist')
try {
  run('typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', DIST)
  copy('sandbox/samples/files', '.md')
  const vite = ['vite/bin/vite.js', 'build', '--logLevel', 'warn', '--outDir']
  run(...vite, join(DIST, 'phone'))
  run(...vite, join(DIST, 'sandbox/vendor'), '--config', 'vite.vendor.config.ts')
  run(...vite, join(DIST, 'cli/report/vendor'), '--config', 'vite.report.config.ts')
  copy('cli/report/page', '.json')
  copy('cli/template')
  fs.chmodSync(join(DIST, 'cli/main.js'), 0o755)
  replace(DIST, join(ROOT, 'dist'))
  // The examples are compiled against dist.
  run('typescript/bin/tsc', '-p', 'examples', '--outDir', join(folder, 'examples'))
  replace(join(folder, 'examples'), join(ROOT, 'build/examples'))
  fs.writeFileSync(join(ROOT, 'dist/.built'), '')
} finally {
  fs.rmSync(folder, { recursive: true, force: true })
}
