import { expect, test } from 'vitest'
import { splitText } from './split-text.js'

test('a long text is split in time that grows with it, and nothing is lost', () => {
  const text = '汉字👨‍👩‍👧 word. '.repeat(20_000)
  const parts = splitText(text, 2_000)
  expect(parts.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''))
  for (const part of parts) expect(splitText(part, 2_000)).toHaveLength(1)
})

test('families of emoji are not torn apart', () => {
  expect(splitText('👨‍👩‍👧'.repeat(5), 2)).toEqual(['👨‍👩‍👧👨‍👩‍👧', '👨‍👩‍👧👨‍👩‍👧', '👨‍👩‍👧'])
})

test('a text that is short enough stays as it is', () => {
  expect(splitText(' a \n', 10)).toEqual([' a \n'])
})
