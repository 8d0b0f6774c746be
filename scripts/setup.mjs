// Brings a fresh clone to the point where its programs run: packages installed, dist built. Plain Node, no packages.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const OLDEST_NODE = [20, 19]

/** @param {string[]} args */
export function npm(...args) {
  // npm sets this to its own script when it runs us; on Windows npm itself is a .cmd that cannot be spawned plainly.
  const script = process.env.npm_execpath
  const [command, rest] = script ? [process.execPath, [script, ...args]] : ['npm', args]
  try {
    execFileSync(command, rest, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', maxBuffer: 1 << 26 })
  } catch (error) {
    const { stdout = '', stderr = '' } = /** @type {{ stdout?: string, stderr?: string }} */ (error)
    process.stderr.write(`${stdout}${stderr}\nnpm ${args.join(' ')} failed, see above.\n`)
    process.exit(1)
  }
}

/** @param {string} path @returns {number} newest change below a path, epoch ms */
function newest(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))))
}

/** @param {string} path */
const changedAt = (path) => (existsSync(join(ROOT, path)) ? newest(join(ROOT, path)) : 0)

/** @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`)
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return
  say(`itchat needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`)
  process.exit(1)
}

/** Installs the packages unless they are as the lock file says. */
export function install() {
  checkNode()
  if (changedAt('node_modules/.package-lock.json') >= changedAt('package-lock.json')) return
  say('Installing packages (once, about half a minute) …')
  npm('ci', '--no-audit', '--no-fund')
}

/** Whether dist is newer than every source. */
export function isBuilt() {
  const sources = ['src', 'examples', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'vite.config.ts']
  return changedAt('dist/.built') > Math.max(...sources.map(changedAt))
}

/** Builds unless dist is newer than every source. */
export function build() {
  if (isBuilt()) return
  say('Building …')
  npm('run', '--silent', 'build')
}
