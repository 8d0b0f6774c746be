import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, resolve } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')

/** Public entry points; another test pins their exports. */
const ENTRY_POINTS = [
  'src/index.ts',
  'src/compat/index.ts',
  'src/transport/index.ts',
  'src/transports/ilink/index.ts',
  'src/sandbox/index.ts',
  'src/test-kit/index.ts',
  'src/test-kit/vitest.ts',
]

const files = ['src', 'test', 'soak', 'scripts'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => /\.(tsx?|mjs)$/.test(name)),
)

const stemOf = (path: string) => path.replace(/\.(js|tsx?)$/, '')
const byStem = new Map(files.map((file) => [stemOf(file), file]))

/** The file that a module specifier refers to. */
function targetOf(file: string, specifier: string): string {
  const path = posix.join(dirname(file), specifier).replace(/^dist\//, 'src/')
  return byStem.get(stemOf(path)) ?? path
}

const DECLARED = /^export (?:abstract |async )?(?:const|function\*?|class|interface|type) (\w+)/gm
/** Matches, on one or more lines: `import a, { b, type c as d } from './e.js'`, `export { b }`. */
const LISTED = /^(import|export) (?:type )?(?:(\w+)(?:, )?)?(?:\{([^}]*)\}|(\*)(?: as \w+)?)?(?: from '([^']+)')?/gm
/**
 * Matches `import('./e.js')` in code and types, and calls that load or replace a module by path. All exports of that
 * module count as used.
 */
const CALLED = /\w\(\s*'(\.[^']+)'/g

/** Returns a module's exports, and its imports by target; `*` means all exports. */
function read(file: string): { exported: string[]; imported: [target: string, name: string][] } {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const exported = [...text.matchAll(DECLARED)].map(([, name = '']) => name)
  const imported = [...text.matchAll(CALLED)].map(([, from = '']): [string, string] => [targetOf(file, from), '*'])
  for (const [, keyword, name, list = '', all, from] of text.matchAll(LISTED)) {
    const inner = list.split(',').flatMap((item) => /^\s*(?:type )?(\w+)/.exec(item)?.[1] ?? [])
    const outer = list.split(',').flatMap((item) => /(\w+)\s*$/.exec(item)?.[1] ?? [])
    if (keyword === 'export') exported.push(...outer)
    if (from === undefined) continue
    for (const importedName of [...inner, all, keyword === 'import' && name ? 'default' : undefined]) {
      if (importedName) imported.push([targetOf(file, from), importedName])
    }
  }
  return { exported, imported }
}

test('every export is imported somewhere', () => {
  const modules = new Map(files.map((file) => [file, read(file)]))
  const used = new Set(
    [...modules.values()].flatMap(({ imported }) => imported.map(([file, name]) => `${file}: ${name}`)),
  )
  const exported = [...modules]
    .filter(([file]) => file.startsWith('src/') && !ENTRY_POINTS.includes(file))
    .flatMap(([file, module]) => (used.has(`${file}: *`) ? [] : module.exported.map((name) => `${file}: ${name}`)))
  expect(exported.length).toBeGreaterThan(1_000)
  expect(exported.filter((name) => !used.has(name))).toEqual([])
})
