import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test, vi } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')
const READMES = ['README.md', 'README.zh-CN.md']
/** Documents with a program that prints a message from the sandbox. */
const GUIDES = ['docs/guide/transports.md', 'docs/guide/transports.zh-CN.md']
const TEST_GUIDES = ['docs/guide/testing.md', 'docs/guide/testing.zh-CN.md']
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

/** Writes the first program of a document that contains this call to a file and returns it. */
function programWith(call: string, name: string): { program: string; file: string } {
  const program = [...read(name).matchAll(/```ts\n([\s\S]*?)```/g)]
    .map((match) => match[1] ?? '')
    .find((code) => code.includes(call))
  const file = join(ROOT, 'build/readme', `${name}.${call}.ts`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, program ?? `throw new Error('${name} contains no program with ${call}.')`)
  return { program: program ?? '', file }
}

test.each(READMES)('the test of a bot in %s passes, and fails with another answer', async (name) => {
  const { program, file } = programWith('testBot', name)
  await import(/* @vite-ignore */ `${file}?${Date.now()}`)
  const other = file.replace(/\.ts$/, '.other.ts')
  writeFileSync(other, program.replace('expects(', "expects('not ' + "))
  await expect(import(/* @vite-ignore */ `${other}?${Date.now()}`)).rejects.toThrow('not ')
})

describe.each(GUIDES)('%s', (name) => {
  test('its sandbox program prints the documented output', async () => {
    const { program, file } = programWith('startSandbox', name)
    const expected = /\/\/ (.+)\n*$/.exec(program)?.[1]
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    try {
      await import(/* @vite-ignore */ `${file}?${Date.now()}`)
      expect(log.mock.calls).toEqual([[expected]])
    } finally {
      log.mockRestore()
    }
  })
})

/** Documents in both languages, by the English one. */
const TRANSLATED = documents.filter((name) => documents.includes(chinese(name)))

function chinese(name: string): string {
  return name.replace(/\.md$/, '.zh-CN.md')
}

test.each(TRANSLATED)('%s and its Chinese version link to each other', (english) => {
  const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)
  expect(read(english)).toContain(`[中文](${nameOf(chinese(english))})`)
  expect(read(chinese(english))).toContain(`[English](${nameOf(english)})`)
})

/** A line break is shown as a space, which does not belong between Chinese characters. */
test.each(TRANSLATED.map(chinese))('%s contains each paragraph on one line', (name) => {
  const prose = read(name).replace(/^```[\s\S]*?^```$/gm, '')
  expect(prose.match(/^.*[\p{Script=Han}，。；：、）”]\n *(?=[^\s\d|#<-]).*$/gmu)).toBeNull()
})

/** The code without comments and without the text of strings, which may be translated. Output has only a language. */
function codeOf([block, language = '', code = '']: RegExpMatchArray): string {
  if (block.startsWith('```text')) return language
  const comments = language === 'sh' ? /(?:^|\s)#.*$/gm : /\/\*[\s\S]*?\*\/|(?:^|\s)\/\/.*$/gm
  const skeleton = code.replace(comments, '').replace(/(['"`])(?:\\.|(?!\1)[^\\])*\1|\p{Script=Han}+/gu, "''")
  return `${language} ${skeleton.replace(/\s+/g, ' ').trim()}`
}

test.each(TRANSLATED)('%s and its Chinese version have the same headings, tables and code', (english) => {
  const shape = (text: string) => {
    const prose = text.replace(/^```[\s\S]*?^```$/gm, '')
    return {
      headings: [...prose.matchAll(/^#+(?= )/gm)].map(([level]) => level),
      rows: [...prose.matchAll(/^\|/gm)].length,
      code: [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(codeOf),
    }
  }
  expect(shape(read(chinese(english)))).toEqual(shape(read(english)))
})

test.each([READMES, GUIDES, TEST_GUIDES, TRANSCRIPT_GUIDES])(
  '%s and %s name the same things in code spans',
  (english = '', translation = '') => {
    const names = (text: string) => [...text.matchAll(/`([A-Za-z.()]{3,})`/g)].map((match) => match[1]).sort()
    expect(names(read(translation))).toEqual(names(read(english)))
  },
)

describe('the site', async () => {
  const file: string = join(ROOT, 'site/pages.mjs')
  const { SECTIONS, ENGLISH_ONLY }: { SECTIONS: { pages: string[] }[]; ENGLISH_ONLY: string[] } = await import(file)
  const pages = SECTIONS.flatMap((section) => section.pages)

  test('has each of its pages in both languages, except for those that are in English only', () => {
    const files = pages.flatMap((page) => [
      `docs/${page}.md`,
      ...(ENGLISH_ONLY.includes(page) ? [] : [`docs/${page}.zh-CN.md`]),
    ])
    expect(files.filter((file) => !documents.includes(file))).toEqual([])
  })

  test('lists every document once, except for its start page and the decisions', () => {
    const listed = documents
      .map((name) => /^docs\/(?!decisions\/|index\.)(.*?)(?:\.zh-CN)?\.md$/.exec(name)?.[1])
      .filter((page) => page !== undefined)
    expect([...pages].sort()).toEqual([...new Set(listed)].sort())
  })
})

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

  test('cites the same tests in Chinese', () => {
    expect(citedTests('docs/threat-model.zh-CN.md')).toEqual(citedTests('docs/threat-model.md'))
  })
})
