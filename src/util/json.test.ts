import { expect, test } from 'vitest'
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
