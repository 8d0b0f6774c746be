import { expect, it } from 'vitest'
import { withRefused } from '../../src/phone/chat/rows.js'
import { message } from './view-samples.js'

const at = (id: string, time: number) => ({ ...message(id), at: time })
const ids = (messages: readonly { id: string }[]) => messages.map(({ id }) => id)

it('refused messages are in order of time, after messages of the same time', () => {
  const messages = [at('1', 10), at('2', 20)]
  const refused = [at('a', 20), at('b', 15)]
  expect(ids(withRefused(messages, refused, true))).toEqual(['1', 'b', '2', 'a'])
})

it('refused messages before the first loaded message are shown only if there are no earlier messages', () => {
  const messages = [at('1', 10)]
  expect(ids(withRefused(messages, [at('a', 5)], false))).toEqual(['1'])
  expect(ids(withRefused(messages, [at('a', 5)], true))).toEqual(['a', '1'])
  expect(ids(withRefused([], [at('a', 5)], true))).toEqual(['a'])
})
