import { describe, expect, test } from 'vitest'
import fc from '../../test/support/property.js'
import { parseJson } from './json.js'

test.each([
  '1234567890123456.5',
  '12345678901234567890.5',
  '-12345678901234567.25',
  '0.12345678901234567890',
  '-0.1234567890123456',
  '1.12345678901234567890e5',
  '1234567890123456e2',
  '1234567890123456E2',
  '1e0000000000000001',
  '1e+0000000000000001',
  '1e-0000000000000001',
  '1E0000000000000001',
  '123456789012345',
])('%s is a number, not an id', (json) => {
  const number = Number(json)
  expect(parseJson(json)).toBe(number)
  expect(parseJson(`{"a":[${json},${json}],"b": ${json} }`)).toEqual({ a: [number, number], b: number })
})

test.each(['1234567890123456', '-1234567890123456', '9007199254740993', '18446744073709551615'])(
  '%s keeps every digit',
  (json) => {
    expect(parseJson(json)).toBe(json)
    expect(parseJson(`{"a":[${json},${json}],"b": ${json} }`)).toEqual({ a: [json, json], b: json })
  },
)

test('beside a long integer shorter ones stay numbers', () => {
  expect(parseJson('[123456789012345,1234567890123456,-1,0]')).toEqual([123456789012345, '1234567890123456', -1, 0])
})

test.each([
  '1234567890123456789',
  ' 1234567890123456789 ',
  '[\n1234567890123456789\n]',
  '{"a" : -1234567890123456789}',
])('a long integer is found wherever a number may stand: %j', (json) => {
  expect(JSON.stringify(parseJson(json))).toMatch(/"-?1234567890123456789"/)
})

test('whatever stands in strings stays there', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      const text = JSON.stringify({ [a]: b, list: [a, b] })
      expect(parseJson(`[${text},1234567890123456789]`)).toEqual([JSON.parse(text), '1234567890123456789'])
    }),
  )
})

const CONTROLS = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code))

describe('what strict parsers refuse', () => {
  test.each(CONTROLS.map((control) => [JSON.stringify(control), control]))(
    'the bare character %s in a string costs nothing',
    (_, control) => {
      const text = `{\r\n\t"a${control}":"b${control}",\n"list":["${control}${control}","\\\\${control}\\"${control}"],"id":8251234567890123456}`
      expect(parseJson(text)).toEqual({
        [`a${control}`]: `b${control}`,
        list: [control + control, `\\${control}"${control}`],
        id: '8251234567890123456',
      })
    },
  )

  test.each([
    ['a lone surrogate', '{"a":"\ud83d"}', { a: '\ud83d' }],
    ['an escaped lone surrogate', '{"a":"\\ud83d"}', { a: '\ud83d' }],
    ['separators of lines', '{"a":"\u2028\u2029"}', { a: '\u2028\u2029' }],
    ['DEL and C1', '{"a":"\u007f\u009b"}', { a: '\u007f\u009b' }],
    ['what bytes that are not UTF-8 become', '{"a":"\ufffd"}', { a: '\ufffd' }],
    ['a byte order mark in a string', '{"a":"\ufeff"}', { a: '\ufeff' }],
  ])('%s is allowed in a string', (_, text, value) => {
    expect(parseJson(text)).toEqual(value)
  })

  test.each([
    ['a control character between tokens', '{"a":1,\u001b"b":2}'],
    ['a byte order mark in front', '\ufeff{"a":1}'],
    ['NUL behind', '{"a":1}\0\0\0'],
    ['a cut', '{"a":"\u001b'],
    ['a cut behind a backslash', '{"a":"\\'],
    ['an escape of a control character', '{"a":"\\\u001b"}'],
    ['an unknown escape', '{"a":"\u001b\\x41"}'],
    ['half an escape', '{"a":"\u001b\\u00"}'],
    ['a comma too many', '{"a":"\u001b",}'],
    ['single quotes', "{'a':'\u001b'}"],
    ['a quote too many', '{"a":"\u001b""}'],
    ['nothing', ''],
  ])('%s stays an error that quotes nothing', (_, text) => {
    const secret = text.replace('"a"', '"SECRET"')
    expect(() => parseJson(secret)).toThrow(SyntaxError)
    expect(() => parseJson(secret)).not.toThrow(/SECRET/)
  })

  test('whatever the strings hold, bare control characters come back', () => {
    const anything = fc.string({ unit: fc.oneof(fc.constantFrom(...CONTROLS, '"', '\\'), fc.string({ maxLength: 3 })) })
    fc.assert(
      fc.property(anything, anything, (a, b) => {
        const text = JSON.stringify({ [a]: b, list: [b, a] })
        const bare = text.replace(/\\\\|\\"|\\u00([01][0-9a-f])|\\([bfnrt])/g, (found, hex, short) => {
          if (hex) return String.fromCharCode(Number.parseInt(hex, 16))
          return short ? (JSON.parse(`"${found}"`) as string) : found
        })
        expect(parseJson(bare)).toEqual(JSON.parse(text))
      }),
      { seed: 20_260_101 },
    )
  })
})

describe('depth', () => {
  const nested = (open: string, close: string, levels: number) => open.repeat(levels) + close.repeat(levels)
  const depthOf = (value: unknown): number => {
    let depth = 0
    for (let one = value; typeof one === 'object' && one !== null; one = Object.values(one)[0]) depth++
    return depth
  }

  test.each([
    ['[', ']'],
    ['{"a":', '}'],
    ['[{"a":', '}]'],
    ['{"__proto__":', '}'],
  ])('of a million levels of %s is cut at 64; the rest stays', (open, close) => {
    const deep = nested(open, close, 1_000_000).replace(/([:[])([\]}])/, open === '[' ? '$1$2' : '$1null$2')
    const value = parseJson(`{"before":1,"deep":${deep},"after":[2]}`) as Record<string, unknown>
    expect([value.before, value.after]).toEqual([1, [2]])
    expect(depthOf(value.deep)).toBe(63)
    expect(() => JSON.stringify(value)).not.toThrow()
  })

  test('of 64 levels stays, whatever stands beside', () => {
    const text = `[1,${nested('[', ']', 63)},{"x":${nested('[', ']', 62)}}]`
    expect(JSON.stringify(parseJson(text))).toBe(text)
    expect(JSON.stringify(parseJson(`[${text}]`))).not.toBe(`[${text}]`)
  })
})
