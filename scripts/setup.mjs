// Prepares a fresh clone: installs the packages and builds dist. Uses Node built-ins only.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const OLDEST_NODE = [20, 19]

/** @param {string[]} args */
export function npm(...args) {
  // npm sets npm_execpath to its own script; on Windows npm is a .cmd file, which cannot be spawned without a shell.
  const script = process.env.npm_execpath
  const [command, rest] = script ? [process.execPath, [script, ...args]] : ['npm', args]
  try {
    execFileSync(command, rest, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', maxBuffer: 1 << 26 })
  } catch (error) {
    const { stdout = '', stderr = '' } = /** @type {{ stdout?: string, stderr?: string }} */ (error)
    process.stderr.write(`${stdout}${stderr}\nnpm ${args.join(' ')} failed: see the output above.\n`)
    process.exit(1)
  }
}

/** @param {string} path @returns {number} time of the latest modification below a path, in epoch ms */
function newest(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))))
}

/** @param {string} path */
const changedAt = (path) => (existsSync(join(ROOT, path)) ? newest(join(ROOT, path)) : 0)

/** @param {string} line */
function log(line) {
  process.stderr.write(`${line}\n`)
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return
  log(`itchat requires Node ${OLDEST_NODE.join('.')} or newer, but this is Node ${process.versions.node}.`)
  process.exit(1)
}

/** Installs the packages unless node_modules is up to date with the lock file. */
export function install() {
  checkNode()
  if (changedAt('node_modules/.package-lock.json') >= changedAt('package-lock.json')) return
  log('Installing packages (only once, takes about half a minute) …')
  npm('ci', '--no-audit', '--no-fund')
}

/** Whether dist is newer than every source file. */
export function isBuilt() {
  const sources = ['src', 'examples', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'vite.config.ts']
  return changedAt('dist/.built') > Math.max(...sources.map(changedAt))
}

/** Builds dist unless it is up to date. */
export function build() {
  if (isBuilt()) return
  log('Building …')
  npm('run', '--silent', 'build')
}
