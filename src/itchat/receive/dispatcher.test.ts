import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.js'
import type { Message } from '../../message/message.js'
import { Dispatcher, type DispatcherOptions } from './dispatcher.js'

const messageIn = (chat: string) => ({ user: { UserName: chat } }) as unknown as Message

function make(options: Partial<DispatcherOptions> = {}) {
  const handled: Message[] = []
  const dispatcher = new Dispatcher({
    clock: new ManualClock(0),
    handle: async (message) => {
      handled.push(message)
      return true
    },
    onError: () => {},
    onSlow: () => {},
    ...options,
  })
  return { dispatcher, handled }
}

/** Whether a promise is settled once everything that is ready has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  const mark = () => {
    settled = true
  }
  promise.then(mark, mark)
  await new Promise((resolve) => setImmediate(resolve))
  return settled
}

describe('room', () => {
  const { signal } = new AbortController()

  test('is there for 10,000 messages that nobody wants yet, and again when one was taken', async () => {
    const { dispatcher } = make()
    for (let i = 0; i < 9_999; i++) dispatcher.push(messageIn(`chat ${i}`))
    await dispatcher.room(signal)
    dispatcher.push(messageIn('one too many'))
    const room = dispatcher.room(signal)
    expect(await isSettled(room)).toBe(false)
    await dispatcher.next()
    await room
  })

  test('is there for 10,000 messages behind slow handlers, and again when some are done', async () => {
    const ends: (() => void)[] = []
    const { dispatcher } = make({ handle: () => new Promise((resolve) => ends.push(() => resolve(true))) })
    dispatcher.start()
    for (let i = 0; i < 9_999; i++) dispatcher.push(messageIn(`chat ${i % 10}`))
    await dispatcher.room(signal)
    dispatcher.push(messageIn('chat 0'))
    const room = dispatcher.room(signal)
    expect(await isSettled(room)).toBe(false)
    ends[0]?.()
    await new Promise((resolve) => setImmediate(resolve))
    ends[1]?.()
    await room
  })

  test('is no longer waited for when the session ends', async () => {
    const { dispatcher } = make()
    for (let i = 0; i < 10_000; i++) dispatcher.push(messageIn('chat'))
    const end = new AbortController()
    const room = dispatcher.room(end.signal)
    end.abort(new Error('the end'))
    await expect(room).rejects.toThrow('the end')
  })
})

test('a message that was handed on again is neither handled nor marked as done', async () => {
  const steps: string[] = []
  const { dispatcher } = make({
    handle: async (_, begin) => {
      steps.push(`may begin: ${await begin()}`)
      return false
    },
  })
  const delivery = { started: async () => false, done: async () => void steps.push('done') }
  dispatcher.push(messageIn('chat'), delivery)
  await dispatcher.next()
  expect(steps).toEqual(['may begin: false'])
})
