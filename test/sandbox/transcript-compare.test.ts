import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatDifferences, readTranscript, TranscriptError } from 'itchat/sandbox'
import { expect, test } from 'vitest'
import { compareSent } from '../../src/sandbox/transcript/compare.js'
import fc from '../support/property.js'

const FIXTURE = readFileSync(join(import.meta.dirname, '../fixtures/demo.transcript'), 'utf8')
  .trimEnd()
  .split('\n')

const entries = (texts: readonly string[]) => texts.map((text) => ({ kind: 'text', text }))
const shown = (text: string) => `text "${text}"`

test('a comparison contains both sides in order, and no more differences than necessary', () => {
  const texts = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 })
  fc.assert(
    fc.property(texts, texts, (expected, actual) => {
      const rows = compareSent(entries(expected), entries(actual))
      const side = (other: string) => rows.filter(({ type }) => type !== other).map(({ text }) => text)
      expect(side('unexpected')).toEqual(expected.map(shown))
      expect(side('missing')).toEqual(actual.map(shown))
      expect(rows.filter(({ type }) => type === 'same')).toHaveLength(commonLength(expected, actual))
    }),
  )
})

/** The length of the longest common subsequence, by its definition. */
function commonLength([a, ...restA]: readonly string[], right: readonly string[]): number {
  if (a === undefined) return 0
  const at = right.indexOf(a)
  const without = commonLength(restA, right)
  return at < 0 ? without : Math.max(without, 1 + commonLength(restA, right.slice(at + 1)))
}

test('very long conversations are compared without a table of all pairs', () => {
  const texts = Array.from({ length: 10_000 }, (_, index) => String(index))
  const rows = compareSent(entries(texts), entries(texts.map((text) => (text === '0' || text === '9999' ? 'x' : text))))
  expect(rows.filter(({ type }) => type === 'missing')).toHaveLength(10_000)
  expect(rows.filter(({ type }) => type === 'unexpected')).toHaveLength(10_000)
})

test('a report shows two equal messages around each difference', () => {
  const expected = entries(['1', '2', '3', '4', '5', '6', '7'])
  const rows = compareSent(expected, entries(['1', '2', '3', 'four', '5', '6', '7']))
  const report = formatDifferences([{ type: 'messages', chatId: 'wxid_a', chatName: 'A\u001b[1m', rows }])
  expect(report.split('\n')).toEqual([
    'A\\u{1b}[1m (wxid_a)',
    '    …',
    '    text "2"',
    '    text "3"',
    '  - text "4"',
    '  + text "four"',
    '    text "5"',
    '    text "6"',
    '    …',
  ])
})

test('a damaged transcript is read or refused with a line, whatever the damage', () => {
  const damage = fc.record({
    line: fc.nat(FIXTURE.length - 1),
    at: fc.nat(400),
    removed: fc.nat(20),
    inserted: fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('"', '{', '}', '__proto__', '1e999', 'null', '-1')),
  })
  fc.assert(
    fc.property(damage, ({ line, at, removed, inserted }) => {
      const text = FIXTURE[line] ?? ''
      const damaged = text.slice(0, at) + inserted + text.slice(at + removed)
      try {
        readTranscript(FIXTURE.with(line, damaged))
      } catch (error) {
        expect(error).toBeInstanceOf(TranscriptError)
        expect(error).toMatchObject({ line: expect.any(Number) })
      }
    }),
    { numRuns: 300 },
  )
})
