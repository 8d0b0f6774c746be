import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, resolve } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')

/** What programs import: their exports are pinned by another test. */
const DOORS = ['src/index.ts', 'src/compat/index.ts', 'src/transport/index.ts', 'src/sandbox/index.ts']

const files = ['src', 'test', 'soak', 'scripts'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => /\.(tsx?|mjs)$/.test(name)),
)

const stemOf = (path: string) => path.replace(/\.(js|tsx?)$/, '')
const byStem = new Map(files.map((file) => [stemOf(file), file]))

/** The file of the repository that a specifier means. */
function targetOf(file: string, specifier: string): string {
  const path = posix.join(dirname(file), specifier).replace(/^dist\//, 'src/')
  return byStem.get(stemOf(path)) ?? path
}

const DECLARED = /^export (?:abstract |async )?(?:const|function\*?|class|interface|type) (\w+)/gm
/** Of one line or many: `import a, { b, type c as d } from './e.js'`, `export { b }`. */
const LISTED = /^(import|export) (?:type )?(?:(\w+)(?:, )?)?(?:\{([^}]*)\}|(\*)(?: as \w+)?)?(?: from '([^']+)')?/gm
/** `import('./e.js')` in code and in types, and calls that load or replace a module by its path: for all its exports. */
const CALLED = /\w\(\s*'(\.[^']+)'/g

/** What a module exports; what it imports from which others, where `*` stands for everything. */
function read(file: string): { exported: string[]; imported: [target: string, name: string][] } {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const exported = [...text.matchAll(DECLARED)].map(([, name = '']) => name)
  const imported = [...text.matchAll(CALLED)].map(([, from = '']): [string, string] => [targetOf(file, from), '*'])
  for (const [, keyword, name, list = '', all, from] of text.matchAll(LISTED)) {
    const inner = list.split(',').flatMap((one) => /^\s*(?:type )?(\w+)/.exec(one)?.[1] ?? [])
    const outer = list.split(',').flatMap((one) => /(\w+)\s*$/.exec(one)?.[1] ?? [])
    if (keyword === 'export') exported.push(...outer)
    if (from === undefined) continue
    for (const one of [...inner, all, keyword === 'import' && name ? 'default' : undefined]) {
      if (one) imported.push([targetOf(file, from), one])
    }
  }
  return { exported, imported }
}

test('no export is without an importer', () => {
  const modules = new Map(files.map((file) => [file, read(file)]))
  const used = new Set(
    [...modules.values()].flatMap(({ imported }) => imported.map(([file, name]) => `${file}: ${name}`)),
  )
  const exported = [...modules]
    .filter(([file]) => file.startsWith('src/') && !DOORS.includes(file))
    .flatMap(([file, module]) => (used.has(`${file}: *`) ? [] : module.exported.map((name) => `${file}: ${name}`)))
  expect(exported.length).toBeGreaterThan(1_000)
  expect(exported.filter((name) => !used.has(name))).toEqual([])
})
