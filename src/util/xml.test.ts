import { describe, expect, test } from 'vitest'
import fc from '../../test/support/property.js'
import { at, parseXml, textAt } from './xml.js'

const ID = '7262626262626263001'

/** A document with malformed text next to an id. */
const beside = (text: string) => `<m><name>${text}</name><id>${ID}</id></m>`

describe('invalid characters and references', () => {
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
  ])('do not affect other elements: %j', (text, read) => {
    const root = parseXml(beside(text))
    expect(textAt(root, 'id')).toBe(ID)
    expect(at(root, 'name')?.text).toBe(read)
  })

  test('do not swallow markup, even if they are lone surrogates', () => {
    for (const xml of [`<m a="x\ud83d" id="${ID}"/>`, `<m a="\ude00\ud83d" id="${ID}"></m>`])
      expect(parseXml(xml)?.attributes.id).toBe(ID)
    expect(textAt(parseXml(beside('<![CDATA[x\ud83d]]>')), 'id')).toBe(ID)
  })

  test('are replaced in attributes', () => {
    const root = parseXml(`<m a="x\b&y &nbsp; &#8; &amp; <3" id="${ID}"/>`)
    expect(root?.attributes).toEqual({ a: 'x\ufffd&y &nbsp; \ufffd & <3', id: ID })
  })

  test('are replaced in CDATA, where references are text', () => {
    const root = parseXml(beside('<![CDATA[a\b & &amp; &#8; <b> &nbsp;]]> & <![CDATA[&]]>'))
    expect(textAt(root, 'name')).toBe('a\ufffd & &amp; &#8; <b> &nbsp; & &')
    expect(textAt(root, 'id')).toBe(ID)
  })

  test('are not dropped, so that the text around them cannot become markup', () => {
    const forged = beside('<![CDATA[a]]\b></name><id>0</id><name>]]>')
    expect(textAt(parseXml(forged), 'id')).toBe(ID)
    expect(textAt(parseXml(beside('<\bid>0<\b/id>')), 'id')).not.toBe('0')
  })

  test('are not found in well-formed input, which is read unchanged', () => {
    const root = parseXml('<m>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;&#65533;😀\t</m>')
    expect(root?.text).toBe('<>&"\'A😀\ufffd😀\t')
  })

  test.each(['<m><a></m>', '<m a=x/>', '<m', '<m>', '<m><![CDATA[x</m>', '<m/><m/>', 'x', '', '<!DOCTYPE m><m/>'])(
    'are tolerated, but other malformed XML is rejected: %j',
    (xml) => {
      expect(parseXml(xml)).toBeUndefined()
    },
  )

  test('in any text without markup leave the id next to it readable', () => {
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
