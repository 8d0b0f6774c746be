import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test, vi } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')
const READMES = ['README.md', 'README.zh-CN.md']
const read = (name: string) => readFileSync(join(ROOT, name), 'utf8')
const documents = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((name) => `docs/${name}`)
    .filter((name) => name.endsWith('.md')),
]

test('relative links resolve', () => {
  const broken = documents.flatMap((name) =>
    [...read(name).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map((match) => match[1] ?? '')
      .filter((target) => !existsSync(resolve(ROOT, dirname(name), target)))
      .map((target) => `${name}: ${target}`),
  )
  expect(broken).toEqual([])
})

/** Returns the anchors of the headings in a document. */
function anchorsOf(name: string): string[] {
  return [...read(name).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

test('link anchors match headings', () => {
  const broken = documents.flatMap((name) =>
    [...read(name).matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)]
      .filter(([, file = '', anchor = '']) => {
        const target = relative(ROOT, file === '' ? join(ROOT, name) : resolve(ROOT, dirname(name), file))
        return !anchorsOf(target).includes(decodeURIComponent(anchor))
      })
      .map(([link]) => `${name}: ${link}`),
  )
  expect(broken).toEqual([])
})

/**
 * Returns the paths in code spans. A bare file name belongs to the folder of the preceding path; `src/<topic>.ts`
 * counts as its folder.
 */
function sourcesIn(text: string): string[] {
  let folder = ''
  return [...text.matchAll(/`([\w./<>*-]+)`/g)].flatMap(([, quoted = '']) => {
    if (/^(?:src|test)\//.test(quoted)) {
      folder = quoted.endsWith('/') ? quoted : `${dirname(quoted)}/`
      return [quoted.replace(/[^/]*[<*].*$/, '')]
    }
    return folder !== '' && /^[\w-]+\.tsx?$/.test(quoted) ? [folder + quoted] : []
  })
}

test('source files named in architecture.md, CONTRIBUTING.md and the decisions exist', () => {
  const names = documents.filter((name) => /^(?:CONTRIBUTING|docs\/architecture|docs\/decisions\/.*)\.md$/.test(name))
  const named = names.flatMap((name) => sourcesIn(read(name)).map((path) => ({ name, path })))
  expect(named.length).toBeGreaterThan(300)
  expect(named.filter(({ path }) => !existsSync(join(ROOT, path)))).toEqual([])
})

test('decisions are numbered without gaps, in file names and titles', () => {
  const names = readdirSync(join(ROOT, 'docs/decisions')).sort()
  const numbers = names.map((_, index) => String(index + 1).padStart(4, '0'))
  expect(names.map((name) => name.slice(0, 4))).toEqual(numbers)
  expect(names.map((name) => read(`docs/decisions/${name}`).slice(2, 6))).toEqual(numbers)
})

test('every protocol section cited in code exists', () => {
  const sections = new Set([...read('docs/protocol.md').matchAll(/^#+ (\d+(?:\.\d+)?)\b/gm)].map((match) => match[1]))
  const cited = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) =>
      [...read(`src/${name}`).matchAll(/protocol\.md §(\d+(?:\.\d+)?)/g)].map((match) => `${match[1]} in ${name}`),
    )
  expect(cited.length).toBeGreaterThan(50)
  expect(cited.filter((cite) => !sections.has(cite.split(' ')[0]))).toEqual([])
})

describe.each(READMES)('%s', (name) => {
  test('its sandbox program prints the documented output', async () => {
    const program = [...read(name).matchAll(/```ts\n([\s\S]*?)```/g)]
      .map((match) => match[1] ?? '')
      .find((code) => code.includes('startSandbox'))
    const expected = /\/\/ (.+)\n*$/.exec(program ?? '')?.[1]
    const file = join(ROOT, 'build/readme', `${name}.ts`)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, program ?? '')
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    try {
      await import(/* @vite-ignore */ `${file}?${Date.now()}`)
      expect(log.mock.calls).toEqual([[expected]])
    } finally {
      log.mockRestore()
    }
  })
})

test('the two READMEs have the same sections, tables and programs', () => {
  const shape = (text: string) => ({
    headings: [...text.matchAll(/^#+ /gm)].length,
    rows: [...text.matchAll(/^\|/gm)].length,
    blocks: [...text.matchAll(/^```/gm)].length,
    names: [...text.matchAll(/`([A-Za-z.()]{3,})`/g)].map((match) => match[1]).sort(),
  })
  expect(shape(read('README.zh-CN.md'))).toEqual(shape(read('README.md')))
})

describe('the threat model', () => {
  const NAME = 'docs/threat-model.md'
  const named = [...read(NAME).matchAll(/\[([^\]]+)\]\(\.\.\/((?:test|src)\/[^)]+)\)/g)].map(
    ([, title = '', file = '']) => ({
      title,
      file,
    }),
  )

  test('cites only tests that exist', () => {
    expect(named.length).toBeGreaterThan(40)
    const missing = named.filter(({ title, file }) => {
      const code = existsSync(join(ROOT, file)) ? read(file) : ''
      return !["'", '"', '`'].some((quote) => code.includes(`${quote}${title}${quote}`))
    })
    expect(missing).toEqual([])
  })

  test('cites every file with security tests', () => {
    const files = readdirSync(join(ROOT, 'test/security')).map((name) => `test/security/${name}`)
    expect(files.filter((file) => !named.some((test) => test.file === file))).toEqual([])
  })
})
