import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.js'
import type { Message } from '../../message/message.js'
import { Dispatcher, type DispatcherOptions } from './dispatcher.js'
import type { MessageDelivery } from './message-delivery.js'

const messageIn = (chat: string) => ({ user: { UserName: chat } }) as unknown as Message

/** A delivery whose start the journal refuses. */
const refused: MessageDelivery = {
  chat: 'chat',
  attempts: 0,
  started: async () => false,
  done: async () => true,
  held: async () => {},
  giveBack: async () => {},
}

describe('onStarted', () => {
  function started(options: Partial<DispatcherOptions>) {
    const steps: string[] = []
    const dispatcher = new Dispatcher({
      clock: new ManualClock(0),
      canDeliver: () => true,
      handle: async () => true,
      onError: () => {},
      onSlow: () => {},
      onStarted: () => {
        steps.push('start')
        return () => steps.push('end')
      },
      ...options,
    })
    dispatcher.start()
    return { steps, dispatcher }
  }

  test('is called only if a handler is registered, and its result once, also for a synchronous handler', () => {
    const { steps, dispatcher } = started({ handle: ({ user }, begin) => user.UserName === 'a' && begin() })
    dispatcher.push(messageIn('a'))
    dispatcher.push(messageIn('b'))
    expect(steps).toEqual(['start', 'end'])
  })

  test('is not called if the journal refuses the start', async () => {
    const { steps, dispatcher } = started({ handle: (_, begin) => begin() })
    dispatcher.push(messageIn('a'), refused)
    await dispatcher.settled()
    expect(steps).toEqual([])
  })

  test('the handler counts as ended when it throws, times out, is taken, or is detached', async () => {
    const clock = new ManualClock(0)
    const handlers: Record<string, () => Promise<boolean>> = {
      throws: () => Promise.reject(new Error('it fails')),
      hangs: () => new Promise(() => {}),
      takes: async () => {
        dispatcher.take(takes)
        steps.push('taken')
        return new Promise(() => {})
      },
      detaches: async () => {
        dispatcher.detachCurrent()
        steps.push('detached')
        return true
      },
    }
    const { steps, dispatcher } = started({
      clock,
      handlerTimeoutMs: 1_000,
      handle: async (message, begin) => {
        await begin()
        return handlers[message.user.UserName]?.() ?? true
      },
    })
    const takes = messageIn('takes')
    const stepsOf = async (message: Message, advanceMs = 0) => {
      steps.length = 0
      dispatcher.push(message)
      await new Promise((resolve) => setImmediate(resolve))
      await clock.advance(advanceMs)
      return [...steps]
    }
    expect(await stepsOf(messageIn('throws'))).toEqual(['start', 'end'])
    expect(await stepsOf(takes)).toEqual(['start', 'end', 'taken'])
    expect(await stepsOf(messageIn('detaches'))).toEqual(['start', 'end', 'detached'])
    expect(await stepsOf(messageIn('hangs'))).toEqual(['start'])
    expect(await stepsOf(messageIn('hangs again'), 1_000)).toEqual(['start', 'end', 'end'])
  })
})
