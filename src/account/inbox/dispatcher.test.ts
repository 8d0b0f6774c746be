import { describe, expect, test } from 'vitest'
import { failureOf, gate } from '../../../test/support/gate.js'
import { ManualClock } from '../../../test/support/manual-clock.js'
import type { Message } from '../../message/message.js'
import type { TakenMessage } from '../../message/taken.js'
import { Dispatcher, type DispatcherOptions } from './dispatcher.js'
import type { MessageDelivery } from './message-delivery.js'

const messageIn = (chat: string) => ({ user: { UserName: chat } }) as unknown as Message

/** A delivery whose methods succeed immediately. */
const delivery = (options: Partial<MessageDelivery>): MessageDelivery => ({
  chat: 'chat',
  attempts: 0,
  started: async () => true,
  done: async () => true,
  held: async () => {},
  giveBack: async () => {},
  ...options,
})

function make(options: Partial<DispatcherOptions> = {}) {
  const handled: Message[] = []
  const dispatcher = new Dispatcher({
    clock: new ManualClock(0),
    canDeliver: () => true,
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

/** Whether a promise settles in this turn of the event loop. */
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

  test('is limited to 10,000 pending messages, and is available again when one is handled', async () => {
    const { dispatcher } = make()
    for (let i = 0; i < 9_999; i++) dispatcher.push(messageIn(`chat ${i}`))
    await dispatcher.room(signal)
    dispatcher.push(messageIn('one too many'))
    const room = dispatcher.room(signal)
    expect(await isSettled(room)).toBe(false)
    await dispatcher.next()
    await room
  })

  test('is limited to 10,000 messages behind slow handlers, and is available again when some have ended', async () => {
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

  test('rejects when the session ends', async () => {
    const { dispatcher } = make()
    for (let i = 0; i < 10_000; i++) dispatcher.push(messageIn('chat'))
    const end = new AbortController()
    const room = dispatcher.room(end.signal)
    end.abort(new Error('the end'))
    await expect(room).rejects.toThrow('the end')
  })
})

test('neither handles a message that was delivered again nor marks it as done', async () => {
  const steps: string[] = []
  const { dispatcher } = make({
    handle: async (_, begin) => {
      steps.push(`may begin: ${await begin()}`)
      return false
    },
  })
  const done = async () => {
    steps.push('done')
    return true
  }
  dispatcher.push(messageIn('chat'), delivery({ started: async () => false, done }))
  await dispatcher.next()
  expect(steps).toEqual(['may begin: false'])
})

describe('an interrupted message', () => {
  /**
   * A dispatcher whose handlers run until `end` is called; `steps` lists messages in the order in which handlers
   * started.
   */
  function setup(options: Partial<DispatcherOptions> = {}) {
    const clock = new ManualClock(0)
    const steps: string[] = []
    const ends = new Map<string, () => void>()
    const { dispatcher } = make({
      clock,
      handle: async (message, begin) => {
        const name = message.user.UserName
        await begin()
        steps.push(name)
        await new Promise<void>((resolve) => ends.set(name, resolve))
        return true
      },
      ...options,
    })
    const push = (name: string, attempts: number, chat = name) =>
      dispatcher.push(messageIn(name), delivery({ chat, attempts }))
    const end = async (name: string) => {
      ends.get(name)?.()
      await clock.advance(0)
    }
    return { clock, steps, dispatcher, push, end }
  }

  test('after one interruption, starts alongside other messages once the previous retry has ended', async () => {
    const { clock, steps, dispatcher, push, end } = setup()
    for (const name of ['first', 'second', 'third']) push(name, 1)
    push('fresh', 0)
    dispatcher.start()
    await clock.advance(0)
    expect(steps.toSorted()).toEqual(['first', 'fresh'])
    await end('first')
    expect(steps.slice(2)).toEqual(['second'])
    await end('second')
    expect(steps.slice(3)).toEqual(['third'])
  })

  test('after one interruption, waits at most a second for the previous retry to end', async () => {
    const { clock, steps, dispatcher, push } = setup()
    for (const name of ['first', 'second', 'third']) push(name, 1)
    dispatcher.start()
    await clock.advance(0)
    await clock.advance(999)
    expect(steps).toEqual(['first'])
    await clock.advance(1)
    expect(steps).toEqual(['first', 'second'])
    await clock.advance(1_000)
    expect(steps).toEqual(['first', 'second', 'third'])
  })

  test('after two interruptions, runs alone across all conversations before other messages continue', async () => {
    const { clock, steps, dispatcher, push, end } = setup()
    push('poison', 2)
    push('suspect', 2)
    push('retry', 1)
    push('fresh', 0)
    dispatcher.start()
    push('news', 0)
    await clock.advance(0)
    expect(steps).toEqual(['poison'])
    await end('poison')
    expect(steps).toEqual(['poison', 'suspect'])
    push('later', 0)
    await clock.advance(0)
    expect(steps).toEqual(['poison', 'suspect'])
    await end('suspect')
    expect(steps.slice(2).toSorted()).toEqual(['fresh', 'later', 'news', 'retry'])
  })

  test('after two interruptions, waits for running handlers', async () => {
    const { clock, steps, dispatcher, push, end } = setup()
    dispatcher.start()
    push('running', 0)
    await clock.advance(0)
    push('poison', 2)
    push('fresh', 0)
    await clock.advance(0)
    expect(steps).toEqual(['running'])
    await end('running')
    expect(steps).toEqual(['running', 'poison'])
    await end('poison')
    expect(steps).toEqual(['running', 'poison', 'fresh'])
  })

  test.each([
    ['it hangs', ['poison', 'suspect'], []],
    ['it waits for a handler that hangs', ['poison', 'suspect'], ['hung']],
  ])(
    'after two interruptions, delays other messages only once, for at most a minute, if %s',
    async (_, suspects, running) => {
      const { clock, steps, dispatcher, push } = setup()
      dispatcher.start()
      for (const name of running) push(name, 0)
      await clock.advance(0)
      for (const name of suspects) push(name, 2)
      push('fresh', 0)
      await clock.advance(0)
      await clock.advance(59_999)
      expect(steps).not.toContain('fresh')
      await clock.advance(1)
      expect(steps).toContain('fresh')
      await clock.advance(2_000)
      expect(steps.toSorted()).toEqual([...running, ...suspects, 'fresh'].toSorted())
      push('suspect of later', 2)
      push('fresh of later', 0)
      await clock.advance(2_000)
      expect(steps).toEqual(expect.arrayContaining(['suspect of later', 'fresh of later']))
    },
  )

  test('after two interruptions, times out after handlerTimeoutMs', async () => {
    const { clock, steps, dispatcher, push } = setup({ handlerTimeoutMs: 5_000 })
    push('poison', 2)
    push('fresh', 0)
    dispatcher.start()
    await clock.advance(0)
    await clock.advance(4_999)
    expect(steps).toEqual(['poison'])
    await clock.advance(1)
    expect(steps).toEqual(['poison', 'fresh'])
  })

  test('after two interruptions, runs alone and in order within one conversation', async () => {
    const { clock, steps, dispatcher, push, end } = setup()
    push('one', 2, 'chat')
    push('two', 2, 'chat')
    push('fresh', 0)
    dispatcher.start()
    await clock.advance(0)
    expect(steps).toEqual(['one'])
    await end('one')
    const after = steps.slice(1)
    // Other messages may start between two messages in one conversation; the second waits for them.
    for (const name of after) await end(name)
    await clock.advance(0)
    expect(steps.toSorted()).toEqual(['fresh', 'one', 'two'])
  })

  test('does not start after stop(), but after the next start()', async () => {
    const { clock, steps, dispatcher, push, end } = setup()
    push('poison', 2)
    push('suspect', 2)
    push('retry', 1)
    push('fresh', 0)
    dispatcher.start()
    await clock.advance(0)
    dispatcher.stop()
    await end('poison')
    await dispatcher.settled()
    await clock.advance(60_000)
    expect(steps).toEqual(['poison'])
    dispatcher.start()
    await clock.advance(0)
    expect(steps).toEqual(['poison', 'suspect'])
  })

  test('after two interruptions, also runs alone when handled by next()', async () => {
    const { clock, steps, dispatcher, push, end } = setup()
    push('poison', 2)
    push('fresh', 0)
    const [first, second] = [dispatcher.next(), dispatcher.next()]
    await clock.advance(0)
    expect(steps).toEqual(['poison'])
    await end('poison')
    expect(steps).toEqual(['poison', 'fresh'])
    await end('fresh')
    expect(await Promise.all([first, second])).toEqual([true, true])
  })
})

describe('a taken message', () => {
  /** Handlers that take their message and run until they are ended; `steps` lists everything recorded, in order. */
  function setup(options: Partial<DispatcherOptions> = {}) {
    const clock = new ManualClock(0)
    const steps: string[] = []
    const ends: (() => void)[] = []
    const { dispatcher } = make({
      clock,
      handle: async (message, begin) => {
        await begin()
        steps.push(message.user.UserName)
        if (message.user.UserName !== 'fresh') dispatcher.take(message)
        await new Promise<void>((resolve) => ends.push(resolve))
        return true
      },
      ...options,
    })
    const push = (name: string, attempts = 0) =>
      dispatcher.push(
        messageIn(name),
        delivery({
          chat: name,
          attempts,
          done: async () => Boolean(steps.push(`${name} done`)),
          held: async () => void steps.push(`${name} held`),
        }),
      )
    return { clock, steps, ends, dispatcher, push }
  }

  test('delays the end of the session until its handler ends or times out', async () => {
    const { clock, steps, ends, dispatcher, push } = setup({ handlerTimeoutMs: 5_000 })
    dispatcher.start()
    push('one')
    await clock.advance(0)
    const settled = dispatcher.settled()
    expect(await isSettled(settled)).toBe(false)
    await clock.advance(5_000)
    await settled
    await dispatcher.abandon()
    expect(steps).toEqual(['one', 'one held'])
    ends[0]?.()
    await clock.advance(0)
    expect(steps).toEqual(['one', 'one held'])
  })

  test('after two interruptions, holds back other messages until its handler ends', async () => {
    const { clock, steps, ends, dispatcher, push } = setup()
    push('suspect', 2)
    push('fresh')
    dispatcher.start()
    await clock.advance(0)
    expect(steps).toEqual(['suspect'])
    ends[0]?.()
    await clock.advance(0)
    expect(steps).toEqual(['suspect', 'suspect held', 'fresh'])
  })

  test('can be given back if done() fails after its handler has ended', async () => {
    const clock = new ManualClock(0)
    const steps: string[] = []
    const ends: (() => void)[] = []
    const handles: TakenMessage[] = []
    const { dispatcher } = make({
      clock,
      handle: async (message, begin) => {
        await begin()
        handles.push(dispatcher.take(message))
        await new Promise<void>((resolve) => ends.push(resolve))
        return true
      },
    })
    const failing = gate()
    const done = async () => {
      await failing.opened
      throw new Error('not now')
    }
    dispatcher.push(
      messageIn('one'),
      delivery({
        done,
        held: async () => void steps.push('held'),
        giveBack: async () => void steps.push('given back'),
      }),
    )
    dispatcher.start()
    await clock.advance(0)
    const marking = failureOf(handles[0]?.done() ?? Promise.resolve())
    ends[0]?.()
    await clock.advance(0)
    failing.open()
    expect(await marking).toEqual(new Error('not now'))
    handles[0]?.giveBack()
    expect(steps).toEqual(['held', 'given back'])
  })
})
