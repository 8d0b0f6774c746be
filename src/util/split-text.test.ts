import { expect, test } from 'vitest'
import { splitText } from './split-text.js'

test('splits long text in linear time without losing anything', () => {
  const text = '汉字👨‍👩‍👧 word. '.repeat(20_000)
  const parts = splitText(text, 2_000)
  expect(parts.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''))
  for (const part of parts) expect(splitText(part, 2_000)).toHaveLength(1)
})

test('does not split emoji sequences', () => {
  expect(splitText('👨‍👩‍👧'.repeat(5), 2)).toEqual(['👨‍👩‍👧👨‍👩‍👧', '👨‍👩‍👧👨‍👩‍👧', '👨‍👩‍👧'])
})

test('returns short text unchanged', () => {
  expect(splitText(' a \n', 10)).toEqual([' a \n'])
})
