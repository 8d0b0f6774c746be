import { describe, expect, test } from 'vitest'
import fc from '../../test/support/property.js'
import { at, parseXml, textAt } from './xml.js'

const ID = '7262626262626263001'

/** A document in which one text is out of order and an id stands beside it. */
const beside = (text: string) => `<m><name>${text}</name><id>${ID}</id></m>`

describe('characters and references that XML forbids cost at most themselves', () => {
  const CONTROLS = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).filter(
    (char) => !'\t\n\r'.includes(char),
  )

  test.each([
    ...[...CONTROLS, '\ufffe', '\uffff', '\ud83d', '\ude00'].map((char) => [`a${char}b`, 'a\ufffdb']),
    ['a\ud83d', 'a\ufffd'],
    ['a&#8;b', 'a\ufffdb'],
    ['a&#x1B;b', 'a\ufffdb'],
    ['a&#0;b', 'a\ufffdb'],
    ['a&#xD83D;b', 'a\ufffdb'],
    ['a&#x110000;b', 'a\ufffdb'],
    ['a&#65534;b', 'a\ufffdb'],
    ['a & b', 'a & b'],
    ['a&b;c', 'a&b;c'],
    ['a&', 'a&'],
    ['&', '&'],
    ['&&amp;&', '&&&'],
    ['a&nbsp;b&copy;', 'a&nbsp;b&copy;'],
    ['a&#;b&#x;', 'a&#;b&#x;'],
    ['a&#X41;b', 'a&#X41;b'],
    ['a]]>b', 'a]]>b'],
    ['I <3 U << >', 'I <3 U << >'],
  ])('%j', (text, read) => {
    const root = parseXml(beside(text))
    expect(textAt(root, 'id')).toBe(ID)
    expect(at(root, 'name')?.text).toBe(read)
  })

  test('a lone surrogate takes no markup with it', () => {
    for (const xml of [`<m a="x\ud83d" id="${ID}"/>`, `<m a="\ude00\ud83d" id="${ID}"></m>`])
      expect(parseXml(xml)?.attributes.id).toBe(ID)
    expect(textAt(parseXml(beside('<![CDATA[x\ud83d]]>')), 'id')).toBe(ID)
  })

  test('in attributes', () => {
    const root = parseXml(`<m a="x\b&y &nbsp; &#8; &amp; <3" id="${ID}"/>`)
    expect(root?.attributes).toEqual({ a: 'x\ufffd&y &nbsp; \ufffd & <3', id: ID })
  })

  test('in CDATA, where references are text', () => {
    const root = parseXml(beside('<![CDATA[a\b & &amp; &#8; <b> &nbsp;]]> & <![CDATA[&]]>'))
    expect(textAt(root, 'name')).toBe('a\ufffd & &amp; &#8; <b> &nbsp; & &')
    expect(textAt(root, 'id')).toBe(ID)
  })

  test('nothing left out makes markup of the text around it', () => {
    const forged = beside('<![CDATA[a]]\b></name><id>0</id><name>]]>')
    expect(textAt(parseXml(forged), 'id')).toBe(ID)
    expect(textAt(parseXml(beside('<\bid>0<\b/id>')), 'id')).not.toBe('0')
  })

  test('what is sound is read as it stands', () => {
    const root = parseXml('<m>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;&#65533;😀\t</m>')
    expect(root?.text).toBe('<>&"\'A😀\ufffd😀\t')
  })

  test.each(['<m><a></m>', '<m a=x/>', '<m', '<m>', '<m><![CDATA[x</m>', '<m/><m/>', 'x', '', '<!DOCTYPE m><m/>'])(
    'other malformed XML stays malformed: %j',
    (xml) => {
      expect(parseXml(xml)).toBeUndefined()
    },
  )

  test('any text without markup leaves the id beside it readable', () => {
    const unit = fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
      fc.constantFrom('&', '&#', '&#x', ';', '8', 'amp', ']', ']]>', ' ', '\b'),
    )
    const texts = fc.array(unit, { maxLength: 12 }).map((units) => units.join('').replaceAll('<', ''))
    fc.assert(
      fc.property(texts, (text) => {
        expect(textAt(parseXml(beside(text)), 'id')).toBe(ID)
        const quoted = text.replaceAll('"', '')
        expect(parseXml(`<m a="${quoted}" id="${ID}"/>`)?.attributes.id).toBe(ID)
        const inCdata = text.replaceAll(']]>', '')
        expect(textAt(parseXml(beside(`<![CDATA[${inCdata}]]>`)), 'id')).toBe(ID)
      }),
      { seed: 20_260_101, numRuns: 300 },
    )
  })
})
