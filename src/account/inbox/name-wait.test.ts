import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.js'
import { NAME_WAIT_MS, NameWait } from './name-wait.js'

function setup() {
  const clock = new ManualClock()
  const wait = new NameWait(clock)
  const delivered: string[] = []
  return {
    clock,
    wait,
    delivered,
    add: (conversation: string, text: string, ...names: string[]) =>
      wait.add(conversation, names, () => delivered.push(text)),
  }
}

test('delivers messages without missing names immediately, and waiting ones in order within each conversation', () => {
  const { wait, delivered, add } = setup()
  add('@a', 'a1', '@a')
  add('@b', 'b1')
  add('@a', 'a2')
  expect(delivered).toEqual(['b1'])
  wait.settled(['@x'])
  expect(delivered).toEqual(['b1'])
  wait.settled(['@a'])
  expect(delivered).toEqual(['b1', 'a1', 'a2'])
  add('@a', 'a3')
  expect(delivered.at(-1)).toBe('a3')
})

test('a later message in the same conversation waits for its own names', () => {
  const { wait, delivered, add } = setup()
  add('@@r', '1', '@@r')
  add('@@r', '2', '@@r', '@m')
  add('@@r', '3')
  wait.settled(['@@r'])
  expect(delivered).toEqual(['1'])
  wait.settled(['@m'])
  expect(delivered).toEqual(['1', '2', '3'])
})

test('delivers after three seconds without names, then waits again for new messages', async () => {
  const { clock, delivered, add } = setup()
  add('@a', 'a1', '@a')
  await clock.advance(NAME_WAIT_MS - 1)
  add('@b', 'b1', '@b')
  add('@a', 'a2', '@a')
  expect(delivered).toEqual([])
  await clock.advance(1)
  expect(delivered).toEqual(['a1', 'a2'])
  await clock.advance(NAME_WAIT_MS - 1)
  expect(delivered).toEqual(['a1', 'a2', 'b1'])
  expect(clock.waiting).toBe(0)
  add('@c', 'c1', '@c')
  await clock.advance(NAME_WAIT_MS)
  expect(delivered.at(-1)).toBe('c1')
})

test('starts a new wait right after the last message has been delivered', async () => {
  const { clock, wait, delivered, add } = setup()
  add('@a', 'a', '@a')
  wait.settled(['@a'])
  add('@b', 'b', '@b')
  await clock.advance(NAME_WAIT_MS)
  expect(delivered).toEqual(['a', 'b'])
  expect(clock.waiting).toBe(0)
})

test('delivers a conversation immediately and in order once more than a thousand messages are waiting', () => {
  const { delivered, add } = setup()
  for (let n = 0; n < 1_000; n++) add(`@${n % 10}`, `${n}`, `@${n % 10}`)
  expect(delivered).toEqual([])
  add('@3', 'more', '@3')
  expect(delivered).toHaveLength(101)
  expect([delivered[0], delivered[99], delivered[100]]).toEqual(['3', '993', 'more'])
  add('@3', 'waits', '@3')
  expect(delivered).toHaveLength(101)
})

test('delivers everything when the session ends', () => {
  const { clock, wait, delivered, add } = setup()
  add('@a', 'a1', '@a')
  add('@b', 'b1', '@b')
  add('@a', 'a2')
  wait.releaseAll()
  expect(delivered).toEqual(['a1', 'a2', 'b1'])
  expect(clock.waiting).toBe(0)
})
