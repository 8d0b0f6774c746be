import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { decodeQuote } from './quote.js'

const BODY = 'one two three two four'
const known = (id: string) => (id === '42' ? { type: 1, text: BODY } : undefined)
const quote = (ref_msg: unknown) => decodeQuote({ type: 1, ref_msg }, known)
const md5 = (text: string) => createHash('md5').update(text).digest('hex')

test.each([undefined, null, 'x', []])('an item with the quote %j has none', (ref_msg) => {
  expect(quote(ref_msg)).toBeUndefined()
})

test('an older app sends the quoted message itself', () => {
  const message_item = { type: 1, msg_id: '7', text_item: { text: 'hello' } }
  expect(quote({ title: 'x', message_item })).toEqual({ id: '7', isPartial: false, type: 'Text', text: 'hello' })
})

test('a newer app sends only the id', () => {
  expect(quote({ svr_id: '42' })).toEqual({ id: '42', isPartial: false, type: 'Text', text: BODY })
})

test('the text of an unknown message is absent, unless the quote has a title', () => {
  expect(quote({ svr_id: '43' })).toEqual({ id: '43', isPartial: false })
  expect(quote({ svr_id: '43', title: 'a title' })).toEqual({ id: '43', isPartial: false, text: 'a title' })
})

test('a quoted picture has no text', () => {
  expect(quote({ message_item: { type: 2, image_item: {} } })).toEqual({ id: '', isPartial: false, type: 'Picture' })
})

describe('a part of a message', () => {
  test.each([
    ['counted from the start of the text', 'two three two', { start: 'two', end: 'two', startindex: 0, endindex: 1 }],
    ['counted from the first words', 'three two', { start: 'three', end: 'two', startindex: 0, endindex: 0 }],
    ['from a later occurrence', 'two four', { start: 'two', end: 'four', startindex: 1, endindex: 0 }],
    ['of one word', 'three', { start: 'three', end: 'three', startindex: 0, endindex: 0 }],
  ])('%s is found', (_, part, partial) => {
    const partial_text = { ...partial, quotemd5: md5(part) }
    expect(quote({ svr_id: '42', partial_text })).toMatchObject({ id: '42', isPartial: true, text: part })
  })

  test.each([
    ['with another checksum', { start: 'two', end: 'four', startindex: 0, endindex: 0, quotemd5: md5('x') }],
    [
      'with an index that does not exist',
      { start: 'two', end: 'four', startindex: 9, endindex: 0, quotemd5: md5('x') },
    ],
    ['with a huge index', { start: 'o', end: 'o', startindex: 2 ** 40, endindex: 2 ** 40, quotemd5: '' }],
    ['without fields', {}],
  ])('%s has no text', (_, partial_text) => {
    expect(quote({ svr_id: '42', partial_text })).toEqual({ id: '42', isPartial: true, type: 'Text' })
  })
})
