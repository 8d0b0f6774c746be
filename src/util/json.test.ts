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
])('%s is parsed as a number', (json) => {
  const number = Number(json)
  expect(parseJson(json)).toBe(number)
  expect(parseJson(`{"a":[${json},${json}],"b": ${json} }`)).toEqual({ a: [number, number], b: number })
})

test.each(['1234567890123456', '-1234567890123456', '9007199254740993', '18446744073709551615'])(
  '%s is parsed as a string with every digit',
  (json) => {
    expect(parseJson(json)).toBe(json)
    expect(parseJson(`{"a":[${json},${json}],"b": ${json} }`)).toEqual({ a: [json, json], b: json })
  },
)

test('shorter integers next to a long one are parsed as numbers', () => {
  expect(parseJson('[123456789012345,1234567890123456,-1,0]')).toEqual([123456789012345, '1234567890123456', -1, 0])
})

test.each([
  '1234567890123456789',
  ' 1234567890123456789 ',
  '[\n1234567890123456789\n]',
  '{"a" : -1234567890123456789}',
])('long integers are found wherever a number is allowed: %j', (json) => {
  expect(JSON.stringify(parseJson(json))).toMatch(/"-?1234567890123456789"/)
})

test('strings are never changed', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      const text = JSON.stringify({ [a]: b, list: [a, b] })
      expect(parseJson(`[${text},1234567890123456789]`)).toEqual([JSON.parse(text), '1234567890123456789'])
    }),
  )
})

const CONTROLS = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code))

describe('input that strict parsers reject', () => {
  test.each(CONTROLS.map((control) => [JSON.stringify(control), control]))(
    'the unescaped character %s in a string is accepted',
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
    ['line separators', '{"a":"\u2028\u2029"}', { a: '\u2028\u2029' }],
    ['DEL and C1', '{"a":"\u007f\u009b"}', { a: '\u007f\u009b' }],
    ['the replacement character of invalid UTF-8', '{"a":"\ufffd"}', { a: '\ufffd' }],
    ['a byte order mark in a string', '{"a":"\ufeff"}', { a: '\ufeff' }],
  ])('%s is accepted in a string', (_, text, value) => {
    expect(parseJson(text)).toEqual(value)
  })

  test.each([
    ['a control character between tokens', '{"a":1,\u001b"b":2}'],
    ['a leading byte order mark', '\ufeff{"a":1}'],
    ['trailing NUL characters', '{"a":1}\0\0\0'],
    ['truncated input', '{"a":"\u001b'],
    ['truncated input after a backslash', '{"a":"\\'],
    ['a backslash before an unescaped control character', '{"a":"\\\u001b"}'],
    ['an unknown escape', '{"a":"\u001b\\x41"}'],
    ['an incomplete escape', '{"a":"\u001b\\u00"}'],
    ['a trailing comma', '{"a":"\u001b",}'],
    ['single quotes', "{'a':'\u001b'}"],
    ['an extra quote', '{"a":"\u001b""}'],
    ['empty input', ''],
  ])('%s causes an error that does not quote the input', (_, text) => {
    const secret = text.replace('"a"', '"SECRET"')
    expect(() => parseJson(secret)).toThrow(SyntaxError)
    expect(() => parseJson(secret)).not.toThrow(/SECRET/)
  })

  test('unescaped control characters are preserved in any string', () => {
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

describe('JSON', () => {
  const nested = (open: string, close: string, levels: number) => open.repeat(levels) + close.repeat(levels)
  const depthOf = (value: unknown): number => {
    let depth = 0
    for (let at = value; typeof at === 'object' && at !== null; at = Object.values(at)[0]) depth++
    return depth
  }

  test.each([
    ['[', ']'],
    ['{"a":', '}'],
    ['[{"a":', '}]'],
    ['{"__proto__":', '}'],
  ])('with a million levels of %s is cut off at level 64, and the other values stay unchanged', (open, close) => {
    const deep = nested(open, close, 1_000_000).replace(/([:[])([\]}])/, open === '[' ? '$1$2' : '$1null$2')
    const value = parseJson(`{"before":1,"deep":${deep},"after":[2]}`) as Record<string, unknown>
    expect([value.before, value.after]).toEqual([1, [2]])
    expect(depthOf(value.deep)).toBe(63)
    expect(() => JSON.stringify(value)).not.toThrow()
  })

  test('with 64 levels is not cut off', () => {
    const text = `[1,${nested('[', ']', 63)},{"x":${nested('[', ']', 62)}}]`
    expect(JSON.stringify(parseJson(text))).toBe(text)
    expect(JSON.stringify(parseJson(`[${text}]`))).not.toBe(`[${text}]`)
  })
})
