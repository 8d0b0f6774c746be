// Builds the library and the sandbox's page into dist, and the examples into build.
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { install } from './setup.mjs'

const ROOT = join(import.meta.dirname, '..')

/** @param {string} bin @param {string[]} args */
function run(bin, ...args) {
  execFileSync(process.execPath, [join(ROOT, 'node_modules', bin), ...args], { cwd: ROOT, stdio: 'inherit' })
}

install()
for (const folder of ['dist', 'build/examples']) rmSync(join(ROOT, folder), { recursive: true, force: true })
run('typescript/bin/tsc', '-p', 'tsconfig.build.json')
const SAMPLES = 'sandbox/samples/files'
cpSync(join(ROOT, 'src', SAMPLES), join(ROOT, 'dist', SAMPLES), {
  recursive: true,
  filter: (path) => !path.endsWith('.md'),
})
run('vite/bin/vite.js', 'build', '--logLevel', 'warn')
run('vite/bin/vite.js', 'build', '--logLevel', 'warn', '--config', 'vite.vendor.config.ts')
run('vite/bin/vite.js', 'build', '--logLevel', 'warn', '--config', 'vite.report.config.ts')
const REPORT_PAGE = 'cli/report/page'
cpSync(join(ROOT, 'src', REPORT_PAGE), join(ROOT, 'dist', REPORT_PAGE), {
  recursive: true,
  filter: (path) => !path.endsWith('.json'),
})
run('typescript/bin/tsc', '-p', 'examples')
cpSync(join(ROOT, 'src/cli/template'), join(ROOT, 'dist/cli/template'), { recursive: true })
chmodSync(join(ROOT, 'dist/cli/main.js'), 0o755)
writeFileSync(join(ROOT, 'dist/.built'), '')
