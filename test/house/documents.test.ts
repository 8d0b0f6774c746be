import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test, vi } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')
const READMES = ['README.md', 'README.zh-CN.md']
/** Other documents with a program that prints a message from the sandbox. */
const GUIDES = ['docs/guide/transports.md', 'docs/guide/transports.zh-CN.md']
const TRANSCRIPT_GUIDES = ['docs/guide/transcripts.md', 'docs/guide/transcripts.zh-CN.md']
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

test.each(['protocol.md', 'ilink.md'])('every section of %s cited in code exists', (document) => {
  const sections = new Set([...read(`docs/${document}`).matchAll(/^#+ (\d+(?:\.\d+)?)\b/gm)].map((match) => match[1]))
  const citation = new RegExp(`${document.replace('.', '\\.')} §(\\d+(?:\\.\\d+)?)`, 'g')
  const cited = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [...read(`src/${name}`).matchAll(citation)].map((match) => `${match[1]} in ${name}`))
  expect(cited.length).toBeGreaterThan(40)
  expect(cited.filter((cite) => !sections.has(cite.split(' ')[0]))).toEqual([])
})

describe.each([...READMES, ...GUIDES])('%s', (name) => {
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

test.each([READMES, GUIDES, TRANSCRIPT_GUIDES])(
  '%s and %s have the same sections, tables and programs',
  (english = '', chinese = '') => {
    const shape = (text: string) => ({
      headings: [...text.matchAll(/^#+ /gm)].length,
      rows: [...text.matchAll(/^\|/gm)].length,
      blocks: [...text.matchAll(/^```/gm)].length,
      names: [...text.matchAll(/`([A-Za-z.()]{3,})`/g)].map((match) => match[1]).sort(),
    })
    expect(shape(read(chinese))).toEqual(shape(read(english)))
  },
)

/** The tests that a document cites as `[title](../path)`. */
function citedTests(name: string) {
  const links = read(name).matchAll(/\[([^\]]+)\]\(\.\.\/((?:test|src)\/[^)]+\.test\.ts)\)/g)
  return [...links].map(([, title = '', file = '']) => ({ title, file }))
}

test.each([
  ['docs/threat-model.md', 40],
  ['docs/ilink.md', 20],
])('%s cites only tests that exist', (name, atLeast) => {
  const cited = citedTests(name)
  expect(cited.length).toBeGreaterThan(atLeast)
  const missing = cited.filter(({ title, file }) => {
    const code = existsSync(join(ROOT, file)) ? read(file) : ''
    return !["'", '"', '`'].some((quote) => code.includes(`${quote}${title}${quote}`))
  })
  expect(missing).toEqual([])
})

describe('the threat model', () => {
  test('cites every file with security tests', () => {
    const files = readdirSync(join(ROOT, 'test/security')).map((name) => `test/security/${name}`)
    const cited = citedTests('docs/threat-model.md')
    expect(files.filter((file) => !cited.some((test) => test.file === file))).toEqual([])
  })
})
