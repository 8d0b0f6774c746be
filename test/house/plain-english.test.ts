import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')
const read = (name: string) => readFileSync(join(ROOT, name), 'utf8')
const script = (name: string) => import(join(ROOT, 'scripts', name))

describe('the check for phrases', async () => {
  const { findPhrases } = await script('lint-english.mjs')
  const found = (text: string) => findPhrases(text).map(({ line, phrase }: Record<string, unknown>) => [line, phrase])

  test.each([
    ['the path is none', 'is none'],
    ['It is no address.', 'is no'],
    ['Nobody is registered', 'Nobody'],
    ['that cannot be meant', 'cannot be meant'],
    ['whoever sent it', 'whoever'],
    ['the loop is told', 'is told'],
    ['it hears them', 'hears'],
  ])('finds one in %j', (text, phrase) => {
    expect(found(`fine\n${text}`)).toEqual([[2, phrase]])
  })

  test.each([
    'there is no such file',
    'it is no longer used',
    'it is none // english-ok: a quotation',
    '// english-ok: a quotation\nit is none',
  ])('accepts %j', (text) => expect(found(text)).toEqual([]))
})

test('the page of error messages matches the source', async () => {
  const { errorPage } = await script('error-table.mjs')
  expect(read('docs/errors.md')).toBe(errorPage())
})

test('every message on that page is a sentence, and every ArgumentError message states what was expected', () => {
  const messages = read('docs/errors.md')
    .split('\n')
    .filter((line) => line.startsWith('- '))
  expect(messages.length).toBeGreaterThan(100)
  expect(messages.filter((line) => !/[.?}\]]$/.test(line))).toEqual([])
  const inSection =
    read('docs/errors.md')
      .split('## ')
      .find((text) => text.startsWith('ArgumentError')) ?? ''
  expect(inSection.split('\n').filter((line) => line.startsWith('- ') && !line.includes('expected'))).toEqual([])
})

describe('the glossary', () => {
  const rows = (name: string) =>
    [...read(name).matchAll(/^\| (.+) \|$/gm)].slice(1).map(([, row = '']) => row.split(' | '))
  const english = rows('docs/glossary.md')

  test('has the same terms in both languages, and each once', () => {
    expect(english.length).toBeGreaterThan(30)
    expect(new Set(english.map(([term]) => term)).size).toBe(english.length)
    expect(rows('docs/glossary.zh-CN.md').map(([term]) => term)).toEqual(english.map(([term]) => term))
  })

  test('refers only to paths that exist', () => {
    const places = ['docs/glossary.md', 'docs/glossary.zh-CN.md'].flatMap((name) =>
      rows(name).flatMap((row) => [...(row.at(-1) ?? '').matchAll(/`([^`]+)`/g)].map(([, path = '']) => path)),
    )
    expect(places.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })
})
