import { describe, expect, test } from 'vitest'
import { decodeText } from './text.js'

const span = (hex: string) => `<span class="emoji emoji${hex}"></span>`

test('decodes an emoji with many code points', () => {
  expect(decodeText(span('1f468200d1f469200d1f467200d1f466'))).toBe('👨‍👩‍👧‍👦')
  expect(decodeText(span('1f604'.repeat(12)))).toBe('😄'.repeat(12))
})

test('quickly leaves an overlong code unchanged', () => {
  const long = span('1f604'.repeat(200_000))
  expect(decodeText(long) === long).toBe(true)
  expect(decodeText(`${long} ${span('1f604')}`).endsWith(' 😄')).toBe(true)
})

test('leaves invalid code points unchanged', () => {
  for (const hex of ['', 'xyz', '1', '12345', '1f60', 'ffffff']) {
    expect(() => decodeText(span(hex))).not.toThrow()
  }
  expect(decodeText(span('12345'))).toBe(span('12345'))
})

describe('a span', () => {
  test.each([
    ['truncated after its closing quote', 'go <span class="emoji emoji1f6b6"', 'go 🚶'],
    ['truncated before its closing quote', 'go <span class="emoji emoji1f6b6', 'go 🚶'],
    ['truncated after its tag', 'go <span class="emoji emoji1f6b6">', 'go 🚶'],
    ['truncated at <', 'go <span class="emoji emoji1f6b6"><', 'go 🚶'],
    ['truncated at </', 'go <span class="emoji emoji1f6b6"></', 'go 🚶'],
    ['truncated at </sp', 'go <span class="emoji emoji1f6b6"></sp', 'go 🚶'],
    ['truncated at </span', 'go <span class="emoji emoji1f6b6"></span', 'go 🚶'],
    [
      'without its last >',
      '<span class="emoji emoji1f450"></span and <span class="emoji emoji1f343"></span>',
      '👐 and 🍃',
    ],
    ['never closed', '<span class="emoji emoji1f343"> leaf', '🍃 leaf'],
    ['self-closing', '<span class="emoji emoji1f343"/> leaf', '🍃 leaf'],
    ['around a space', '<span class="emoji emoji1f343">&nbsp;</span> leaf', '🍃 leaf'],
    ['in single quotes', "<span class='emoji emoji1f343'></span>", '🍃'],
    ['in encoded quotes', '<span class=&quot;emoji emoji1f343&quot;></span>', '🍃'],
    ['in capitals', '<SPAN CLASS="emoji emoji1F343"></SPAN>', '🍃'],
    ['with the name first', '<span class="emoji1f343 emoji"></span>', '🍃'],
    ['with more classes and spaces', '<span  class = "x  emoji  emoji1f343 y" ></span >', '🍃'],
    ['with more attributes', '<span style="width:1px" class="emoji emoji1f343" data-x="1"></span>', '🍃'],
    ['for a keycap', '<span class="emoji emoji2320e3"></span>', '#\u20e3'],
    ['for a keycap with a selector', '<span class="emoji emoji31fe0f20e3"></span>', '1\ufe0f\u20e3'],
    ['for a flag', '<span class="emoji emoji1f1e81f1f3"></span>', '🇨🇳'],
    ['for a flag with separated code points', '<span class="emoji emoji1f1e8-1f1f3"></span>', '🇨🇳'],
    ['for a skin tone', '<span class="emoji emoji1f44d1f3fd"></span>', '👍🏽'],
    ['for a rainbow flag', '<span class="emoji emoji1f3f3fe0f200d1f308"></span>', '🏳️‍🌈'],
    ['for the copyright sign', '<span class="emoji emojia9"></span>', '©'],
    ['for the copyright sign with a selector', '<span class="emoji emojia9fe0f"></span>', '©\ufe0f'],
  ])('%s is decoded', (_, encoded, text) => {
    expect(decodeText(encoded)).toBe(text)
  })

  test.each([
    'go <span class="emoji emoji1f6',
    'go <span class="emoji emoji1f6b',
    'go <span class="emoji emoji26',
    'go <span class="emoji emoji2600',
    'go <span class="emo',
    'go <span',
    '<span class="emojis emoji1f343"></span>',
    '<span class="emoji qqemoji1f343"></span>',
    '<span data-class="emoji emoji1f343"></span>',
    '<spanner class="emoji emoji1f343"></span>',
    '<span class="emoji emojid83d"></span>',
    '<span class="emoji emoji00-1f"></span>',
    '<span class="emoji emojiffffff-1"></span>',
  ])('%s is left unchanged', (encoded) => {
    expect(decodeText(encoded)).toBe(encoded)
  })

  test('is either decoded or left unchanged, wherever it is truncated', () => {
    const whole = 'go <span class="emoji emoji1f6b6"></span>'
    for (let end = 3; end < whole.length; end++) {
      const text = decodeText(whole.slice(0, end))
      expect([whole.slice(0, end), 'go 🚶']).toContain(text)
    }
  })
})
