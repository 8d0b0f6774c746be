import { expect, test } from 'vitest'
import fc from '../../test/support/property.js'
import { splitText, type TextLimit } from './split-text.js'

const graphemes = (max: number) => ({ max, unit: 'graphemes' }) as const satisfies TextLimit
const fenced = (max: number) => ({ max, unit: 'utf16', keepsFences: true }) as const satisfies TextLimit
const FAMILY = '👨‍👩‍👧'

const withoutBlanks = (text: string) => text.replace(/\s/g, '')
const segments = (text: string) => Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment)

test('splits long text in linear time without losing anything', () => {
  const text = `汉字${FAMILY} word. `.repeat(20_000)
  const parts = splitText(text, graphemes(2_000))
  expect(withoutBlanks(parts.join(''))).toBe(withoutBlanks(text))
  for (const part of parts) expect(splitText(part, graphemes(2_000))).toHaveLength(1)
})

test('does not split emoji sequences', () => {
  expect(splitText(FAMILY.repeat(5), graphemes(2))).toEqual([FAMILY.repeat(2), FAMILY.repeat(2), FAMILY])
  expect(splitText(FAMILY.repeat(5), fenced(20))).toEqual([FAMILY.repeat(2), FAMILY.repeat(2), FAMILY])
})

test('returns short text unchanged', () => {
  expect(splitText(' a \n', graphemes(10))).toEqual([' a \n'])
})

test('splits a grapheme that is longer than the limit, but no surrogate pair', () => {
  const accents = `a${'\u0301'.repeat(30)}`
  const parts = splitText(`${accents}${FAMILY}x`, { max: 4, unit: 'utf16' })
  expect(parts.join('')).toBe(`${accents}${FAMILY}x`)
  for (const part of parts) {
    expect(part.length).toBeLessThanOrEqual(4)
    expect(part).not.toMatch(/\p{Surrogate}/u)
  }
  expect(splitText('😀😀', { max: 1, unit: 'utf16' })).toEqual(['😀', '😀'])
})

test('closes a code fence at the end of a part and reopens it in the next', () => {
  const code = Array.from({ length: 12 }, (_, n) => `  line ${n};`)
  const parts = splitText(['Look:', '~~~ts title="a"', ...code, '~~~', 'That was it.'].join('\n'), fenced(100))
  expect(parts.length).toBeGreaterThan(1)
  expect(parts[0]).toMatch(/^Look:\n~~~ts title="a"\n {2}line 0;\n[\s\S]*;\n~~~$/)
  expect(parts[1]).toMatch(/^~~~ts title="a"\n {2}line \d;\n/)
  expect(parts.at(-1)).toMatch(/~~~\nThat was it\.$/)
  const lines = parts.flatMap((part) => part.split('\n'))
  expect(lines.filter((line) => line.startsWith('  line'))).toEqual(code)
})

test.each([
  ['after the line that opens a fence', `${'x'.repeat(60)}\n\`\`\`ts\n${'y'.repeat(60)}\n\`\`\``],
  ['before the line that closes a fence', `\`\`\`ts\n${'y'.repeat(80)}\n\`\`\`\n${'x'.repeat(60)}`],
])('leaves no empty code block if a part would end %s', (_, text) => {
  const parts = splitText(text, fenced(100))
  expect(parts).toHaveLength(2)
  expect(parts.join('\n')).toBe(text)
})

test('a line inside a longer fence, or with an info string, does not close it', () => {
  const line = `${'y'.repeat(60)}\n`
  const parts = splitText(`\`\`\`\`md\n\`\`\`\n${line}\`\`\`\`x\n${line}\`\`\`\`\n`, fenced(100))
  for (const part of parts) expect(part).toMatch(/^````md\n[\s\S]*\n````\n?$/)
})

test('a fence too long to repeat is cut like other text', () => {
  const text = `${'`'.repeat(60)}\n${'y'.repeat(60)}`
  expect(splitText(text, fenced(100)).join('\n')).toBe(text)
})

/** Lines of prose and of code, with fences of all kinds. */
const word = fc.oneof(
  fc.constantFrom('word', '汉字。', FAMILY, '🇩🇪', 'e\u0301', '😀', 'a.b', '`x`', '\t', '  '),
  fc.string({ maxLength: 60, unit: fc.constantFrom('a', 'b', ' ', '.', '中', '😀') }),
)
const prose = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' '))
const block = fc
  .record({
    indentation: fc.constantFrom('', ' ', '   '),
    marker: fc.constantFrom('```', '~~~', '````', '~~~~~'),
    info: fc.constantFrom('', 'ts', ' js x'),
    code: fc.array(prose, { maxLength: 15 }),
  })
  .map(({ indentation, marker, info, code }) =>
    [indentation + marker + info, ...code.map((line) => `c ${line}`), marker].join('\n'),
  )
const document = fc.array(fc.oneof(prose, block), { minLength: 1, maxLength: 8 }).map((blocks) => blocks.join('\n'))
const FENCE_LINE = /^ {0,3}(?:`{3,}[^`]*|~{3,}.*)$/

/** Whether every code fence in a part is closed. */
function isBalanced(part: string): boolean {
  let open: string | undefined
  for (const line of part.split('\n')) {
    const marker = /^ {0,3}(`{3,}(?!.*`)|~{3,})/.exec(line)?.[1]
    if (marker === undefined) continue
    if (open === undefined) open = marker
    else if (marker.startsWith(open) && /^\s*[`~]+\s*$/.test(line)) open = undefined
  }
  return open === undefined
}

test('any text arrives whole, in parts within the limit, with balanced fences and uncut graphemes', () => {
  const content = (text: string) =>
    withoutBlanks(
      text
        .split('\n')
        .filter((line) => !FENCE_LINE.test(line))
        .join('\n'),
    )
  fc.assert(
    fc.property(document, fc.integer({ min: 100, max: 400 }), (text, max) => {
      const parts = splitText(text, fenced(max))
      expect(content(parts.join('\n'))).toBe(content(text))
      for (const part of parts) {
        expect(part.length).toBeLessThanOrEqual(max)
        expect(isBalanced(part)).toBe(true)
      }
      const found = new Set(segments(text))
      for (const grapheme of parts.flatMap(segments)) {
        if (grapheme.trim() !== '' && !'`~tsjx'.includes(grapheme)) expect(found).toContain(grapheme)
      }
    }),
    { numRuns: 300 },
  )
})

test('without fences, any text arrives whole in parts within the limit', () => {
  const unit = fc.constantFrom('a', ' ', '\n', '。', '中', '😀', FAMILY, 'e\u0301', '`', '\r\n')
  const limits = fc.record({ max: fc.integer({ min: 1, max: 30 }), unit: fc.constantFrom('graphemes', 'utf16') })
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 300 }), limits, (text, limit) => {
      const parts = splitText(text, limit)
      expect(withoutBlanks(parts.join(''))).toBe(withoutBlanks(text))
      for (const part of parts) {
        const length = limit.unit === 'utf16' ? part.length : segments(part).length
        expect(length).toBeLessThanOrEqual(Math.max(limit.max, limit.unit === 'utf16' ? 2 : 1))
        expect(part).not.toMatch(/\p{Surrogate}/u)
      }
    }),
    { numRuns: 300 },
  )
})
