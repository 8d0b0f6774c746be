import { expect, test } from 'vitest'
import { parseJson } from '../../../util/json.js'
import { dict } from '../../../util/read.js'
import { readEnvelope, splitMessages } from './envelope.js'

const OWNER = 'o9cq80Abc_XyZ@im.wechat'

function wire(fields: object = {}) {
  return {
    seq: 41,
    message_id: '7497484083968569736',
    client_id: 'c-41',
    from_user_id: OWNER,
    to_user_id: 'cafe00000001@im.bot',
    create_time_ms: 1_795_761_198_000,
    message_type: 1,
    message_state: 2,
    context_token: 'token',
    item_list: [{ type: 1, text_item: { text: 'hello' } }],
    ...fields,
  }
}

/** The keys by which a message is recognized. */
function keysOf(fields: object): string[] {
  const [message] = splitMessages([wire(fields)])
  const { id, aliases = [] } = readEnvelope(dict(message))
  return [id, ...aliases]
}

const isRecognized = (first: object, second: object) => {
  const known = new Set(keysOf(first))
  return keysOf(second).some((key) => known.has(key))
}

test('a 64-bit id survives to the last digit', () => {
  const reply = dict(parseJson('{"msgs":[{"message_id":7497484083968569736,"message_type":1,"item_list":[]}]}'))
  const [message] = splitMessages(Array.isArray(reply.msgs) ? reply.msgs : [])
  expect(readEnvelope(dict(message)).id).toBe('7497484083968569736')
})

test('a message with several items becomes one message per item, in order', () => {
  const items = [1, 2, 3].map((number) => ({ type: 1, text_item: { text: String(number) } }))
  const messages = splitMessages([wire({ item_list: items })])
  expect(messages.map((message) => readEnvelope(message).id)).toEqual([
    '7497484083968569736',
    '7497484083968569736#2',
    '7497484083968569736#3',
  ])
  expect(messages.map(({ item_list }) => item_list)).toEqual(items.map((item) => [item]))
})

test.each([
  ['without items', { item_list: [] }],
  ['with items that are not a list', { item_list: 'x' }],
  ['without message_type', { message_type: undefined }],
])('a message %s is kept', (_, fields) => {
  expect(splitMessages([wire(fields)])).toHaveLength(1)
})

test('a message of a bot is discarded', () => {
  expect(splitMessages([wire({ message_type: 2 })])).toEqual([])
})

test.each([
  ['with another context token', { context_token: 'other' }],
  ['under a new id', { message_id: '7497484083968569737' }],
  ['without an id', { message_id: undefined }],
  ['under a new id with the time changed', { message_id: '8', create_time_ms: 1_795_761_199_000 }],
])('the same message %s is recognized', (_, fields) => {
  expect(isRecognized({}, fields)).toBe(true)
})

test('the same message under a new id is recognized without a client id', () => {
  expect(isRecognized({ client_id: '' }, { client_id: undefined, message_id: '8', context_token: 'other' })).toBe(true)
})

test('the same text written twice in one millisecond is two messages', () => {
  expect(isRecognized({}, { message_id: '8', client_id: 'c-42' })).toBe(false)
})

test.each([
  ['text', [{ type: 1, text_item: { text: 'hello' } }]],
  ['file', [{ type: 4, file_item: { file_name: 'a.pdf', md5: 'x', len: '7', media: { full_url: '1' } } }]],
])('the same %s sent again is another message', (_, item_list) => {
  const again = { message_id: '9', client_id: '', create_time_ms: 1_795_761_198_001 }
  expect(isRecognized({ client_id: '', item_list }, { ...again, item_list })).toBe(false)
})

test('a file is recognized although its address differs', () => {
  const file = (full_url: string) => [
    { type: 4, file_item: { file_name: 'a.pdf', md5: 'x', len: '7', media: { full_url } } },
  ]
  const [first, again] = [file('https://a/1'), file('https://a/2')]
  const client_id = ''
  expect(isRecognized({ item_list: first, client_id }, { item_list: again, message_id: '9', client_id })).toBe(true)
})

test.each([
  ['unknown items', [{ type: 7, a: 1 }], [{ type: 7, a: 2 }]],
  [
    'parts of a long text with the same client id',
    [{ type: 1, text_item: { text: 'a' } }],
    [{ type: 1, text_item: { text: 'b' } }],
  ],
])('%s with different content are different messages', (_, item_list, other) => {
  for (const client_id of ['', 'c-1']) {
    expect(isRecognized({ client_id, item_list }, { client_id, item_list: other, message_id: '9' })).toBe(false)
  }
})

test('without any id or time, a message is always new', () => {
  expect(keysOf({ message_id: 0, client_id: '', create_time_ms: undefined })).toEqual([''])
})
