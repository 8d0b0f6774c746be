// Builds the library and the sandbox's page into dist, and the examples into build.
import { execFileSync } from 'node:child_process'
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { install } from './setup.mjs'

const ROOT = join(import.meta.dirname, '..')

/** @param {string} bin @param {string[]} args */
function run(bin, ...args) {
  execFileSync(process.execPath, [join(ROOT, 'node_modules', bin), ...args], { cwd: ROOT, stdio: 'inherit' })
}

install()
for (const folder of ['dist', 'build']) rmSync(join(ROOT, folder), { recursive: true, force: true })
run('typescript/bin/tsc', '-p', 'tsconfig.build.json')
run('vite/bin/vite.js', 'build', '--logLevel', 'warn')
run('vite/bin/vite.js', 'build', '--logLevel', 'warn', '--config', 'vite.vendor.config.ts')
run('typescript/bin/tsc', '-p', 'examples')
chmodSync(join(ROOT, 'dist/cli/main.js'), 0o755)
writeFileSync(join(ROOT, 'dist/.built'), '')
