import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

const DOCUMENTS = [
  'README.md',
  'README.zh-CN.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.md')),
]

/** The programs that documents show: `<!-- program: path -->` names the file of the block after it. */
const SHOWN = DOCUMENTS.flatMap((document) =>
  read(document)
    .split(/^<!-- program: /m)
    .slice(1)
    .map((text) => ({
      document,
      path: /^(\S+) -->\n/.exec(text)?.[1] ?? '',
      block: /^\S+ -->\n+```ts\n([\s\S]*?)^```$/m.exec(text)?.[1],
    })),
)

test.each(SHOWN)('the block in $document equals $path', ({ path, block }) => {
  expect(block).toBe(read(path))
})

test('every recipe is shown on its page, in both languages', () => {
  const names = readdirSync(join(ROOT, 'examples/recipes')).map((file) => file.slice(0, -'.ts'.length))
  const expected = names.flatMap((name) =>
    ['.md', '.zh-CN.md'].map((end) => `docs/recipes/${name}${end}: examples/recipes/${name}.ts`),
  )
  expect(SHOWN.map(({ document, path }) => `${document}: ${path}`)).toEqual(expect.arrayContaining(expected))
  expect(expected).toHaveLength(18)
})
