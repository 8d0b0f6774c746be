import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.js'
import { NAME_WAIT_MS, NameWait } from './name-wait.js'

function scene() {
  const clock = new ManualClock()
  const wait = new NameWait(clock)
  const delivered: string[] = []
  return {
    clock,
    wait,
    delivered,
    say: (conversation: string, text: string, ...names: string[]) =>
      wait.add(conversation, names, () => delivered.push(text)),
  }
}

test('delivers at once what waits for nothing, and the others in the order of their conversation', () => {
  const { wait, delivered, say } = scene()
  say('@a', 'a1', '@a')
  say('@b', 'b1')
  say('@a', 'a2')
  expect(delivered).toEqual(['b1'])
  wait.settled(['@x'])
  expect(delivered).toEqual(['b1'])
  wait.settled(['@a'])
  expect(delivered).toEqual(['b1', 'a1', 'a2'])
  say('@a', 'a3')
  expect(delivered.at(-1)).toBe('a3')
})

test('a later message of the same conversation waits for its own names', () => {
  const { wait, delivered, say } = scene()
  say('@@r', '1', '@@r')
  say('@@r', '2', '@@r', '@m')
  say('@@r', '3')
  wait.settled(['@@r'])
  expect(delivered).toEqual(['1'])
  wait.settled(['@m'])
  expect(delivered).toEqual(['1', '2', '3'])
})

test('delivers after three seconds without names, and waits anew for what comes then', async () => {
  const { clock, delivered, say } = scene()
  say('@a', 'a1', '@a')
  await clock.advance(NAME_WAIT_MS - 1)
  say('@b', 'b1', '@b')
  say('@a', 'a2', '@a')
  expect(delivered).toEqual([])
  await clock.advance(1)
  expect(delivered).toEqual(['a1', 'a2'])
  await clock.advance(NAME_WAIT_MS - 1)
  expect(delivered).toEqual(['a1', 'a2', 'b1'])
  expect(clock.waiting).toBe(0)
  say('@c', 'c1', '@c')
  await clock.advance(NAME_WAIT_MS)
  expect(delivered.at(-1)).toBe('c1')
})

test('begins to wait again in the same moment in which the last one was delivered', async () => {
  const { clock, wait, delivered, say } = scene()
  say('@a', 'a', '@a')
  wait.settled(['@a'])
  say('@b', 'b', '@b')
  await clock.advance(NAME_WAIT_MS)
  expect(delivered).toEqual(['a', 'b'])
  expect(clock.waiting).toBe(0)
})

test('delivers one more than a thousand at once, in order', () => {
  const { delivered, say } = scene()
  for (let n = 0; n < 1_000; n++) say(`@${n % 10}`, `${n}`, `@${n % 10}`)
  expect(delivered).toEqual([])
  say('@3', 'more', '@3')
  expect(delivered).toHaveLength(101)
  expect([delivered[0], delivered[99], delivered[100]]).toEqual(['3', '993', 'more'])
  say('@3', 'waits', '@3')
  expect(delivered).toHaveLength(101)
})

test('delivers everything when the session ends', () => {
  const { clock, wait, delivered, say } = scene()
  say('@a', 'a1', '@a')
  say('@b', 'b1', '@b')
  say('@a', 'a2')
  wait.releaseAll()
  expect(delivered).toEqual(['a1', 'a2', 'b1'])
  expect(clock.waiting).toBe(0)
})
