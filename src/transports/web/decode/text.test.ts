import { describe, expect, test } from 'vitest'
import fc from '../../../../test/support/property.js'
import { decodeText } from './text.js'

describe('decodeText', () => {
  test.each([
    ['Lunch at 12?<br/>See you', 'Lunch at 12?\nSee you'],
    ['a &lt;3 &amp; b', 'a <3 & b'],
    ['the server escapes once: &amp;amp;', 'the server escapes once: &amp;'],
    [
      'typed by a person: &lt;br/&gt; &lt;span class="emoji emoji1f604"&gt;&lt;/span&gt;',
      'typed by a person: <br/> <span class="emoji emoji1f604"></span>',
    ],
    ['<span class="emoji emoji1f604"></span>', '😄'],
    ['<span class="emoji emoji2600"></span>', '☀'],
    ['keycap <span class="emoji emoji2320e3"></span>', 'keycap #⃣'],
    ['flag <span class="emoji emoji1f1e81f1f3"></span>', 'flag 🇨🇳'],
    ['<span class="emoji emojiabc"></span>', '<span class="emoji emojiabc"></span>'],
    ['[微笑] stays text', '[微笑] stays text'],
    ['cats stay cats <span class="emoji emoji1f63c"></span>', 'cats stay cats 😼'],
    ['', ''],
  ])('decodes %j to %j', (wire, text) => {
    expect(decodeText(wire)).toBe(text)
  })

  test('decodes any text encoded as the protocol specifies', () => {
    const encode = (text: string) =>
      text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', '<br/>')
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => decodeText(encode(text)) === text))
  })

  test('leaves text without markup unchanged', () => {
    const plain = fc.string({ unit: 'binary' }).map((text) => text.replaceAll(/[&<]/g, ''))
    fc.assert(fc.property(plain, (text) => decodeText(text) === text))
  })

  test('decodes entities, line breaks and emoji within any text', () => {
    const around = fc.string({ unit: 'binary' }).map((text) => text.replaceAll(/[&<]/g, ''))
    fc.assert(
      fc.property(around, around, (before, after) => {
        const wire = `${before}&lt;<br/><span class="emoji emoji1f343"></span>${after}`
        return decodeText(wire) === `${before}<\n🍃${after}`
      }),
    )
  })
})
