import { expect, test } from 'vitest'
import { decodeText } from './text.js'

const span = (hex: string) => `<span class="emoji emoji${hex}"></span>`

test('an emoji of many code points is decoded', () => {
  expect(decodeText(span('1f468200d1f469200d1f467200d1f466'))).toBe('👨‍👩‍👧‍👦')
  expect(decodeText(span('1f604'.repeat(12)))).toBe('😄'.repeat(12))
})

test('an endless one stays as it is, and costs no time to speak of', () => {
  const long = span('1f604'.repeat(200_000))
  expect(decodeText(long) === long).toBe(true)
  expect(decodeText(`${long} ${span('1f604')}`).endsWith(' 😄')).toBe(true)
})

test('code points that do not exist stay as they are', () => {
  for (const hex of ['', 'xyz', '1', '12345', '1f60', 'ffffff']) {
    expect(() => decodeText(span(hex))).not.toThrow()
  }
  expect(decodeText(span('12345'))).toBe(span('12345'))
})
