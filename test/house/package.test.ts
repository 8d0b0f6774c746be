import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { beforeAll, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { needsBuild } from '../support/needs-build.js'

const ROOT = join(import.meta.dirname, '../..')

beforeAll(needsBuild)

const filesBelow = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(ROOT.length + 1)
        .replaceAll('\\', '/'),
    )

test('the package contains the built files, the READMEs, the changelog and the license, and nothing else', () => {
  const packed = JSON.parse(
    execFileSync('npm pack --dry-run --json --ignore-scripts', {
      cwd: ROOT,
      shell: true,
      stdio: 'pipe',
      encoding: 'utf8',
    }),
  )[0].files.map(({ path }: { path: string }) => path)
  // The command is not imported by programs, so its types are of no use.
  const built = filesBelow('dist').filter((path) => path !== 'dist/.built' && !/^dist\/cli\/.*\.d\.ts$/.test(path))
  const documents = ['README.md', 'README.zh-CN.md', 'CHANGELOG.md', 'LICENSE', 'package.json']
  expect(packed.sort()).toEqual([...built, ...documents].sort())
})

test('dist contains no tests, except the one in the template of a new project', () => {
  expect(filesBelow('dist').filter((path) => /\.test\.|\.map$|\.tsbuildinfo$/.test(path))).toEqual([
    'dist/cli/template/bot.test.ts',
  ])
})

/** Whether a module waits while it is loaded, so that CommonJS cannot load it. */
function hasTopLevelAwait(code: string): boolean {
  const waits = (node: ts.Node): boolean => {
    if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node)) return false
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) return true
    if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing)
      return true
    return ts.forEachChild(node, (child) => waits(child) || undefined) ?? false
  }
  return waits(ts.createSourceFile('module.js', code, ts.ScriptTarget.ESNext))
}

test.each([
  ['await load()', true],
  ['if (x) for await (const y of z) print(y)', true],
  ['await using file = open()', true],
  ['const f = async () => { await load() }\nclass A { async b() { for await (const y of z) {} } }', false],
])('top-level await in %j: %j', (code, expected) => {
  expect(hasTopLevelAwait(code)).toBe(expected)
})

test('no module has a top-level await', () => {
  const modules = filesBelow('dist').filter((path) => path.endsWith('.js'))
  expect(modules.length).toBeGreaterThan(300)
  expect(modules.filter((path) => hasTopLevelAwait(readFileSync(join(ROOT, path), 'utf8')))).toEqual([])
})

test('CommonJS can require every entry point', () => {
  const names = Object.keys(manifest.exports).map((path) => `itchat${path.slice(1)}`)
  const code = `for (const name of ${JSON.stringify(names)}) console.log(name, Object.keys(require(name)).length > 0)`
  const shown = execFileSync(process.execPath, ['--input-type=commonjs', '-e', code], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: 'pipe',
  })
  expect(shown.trim().split('\n')).toEqual(names.map((name) => `${name} true`))
})
