import { describe, expect, test } from 'vitest'
import { type Answer, failure, scriptedIlink, wireText } from '../../../../test/support/scripted-ilink.js'
import type { TransportEvent } from '../../../transport/batch.js'
import { readSavedSession, restoreSession, saveSession } from '../session/saved-session.js'
import { Receiver } from './receive.js'

const SESSION_OVER = { ret: -14, errcode: -14, errmsg: 'session timeout' }

function receiving(polls: Answer[], script: Record<string, Answer[]> = {}) {
  const scripted = scriptedIlink({ getupdates: polls, ...script })
  let saves = 0
  const receiver = new Receiver(scripted.ilink, () => saves++)
  const stop = new AbortController()
  const events = receiver.receive(stop.signal, async () => {})
  /** Advances the time until the work is done. */
  const passing = async <T>(work: Promise<T>): Promise<T> => {
    let isDone = false
    const done = work.finally(() => {
      isDone = true
    })
    done.catch(() => {})
    while (!isDone) await scripted.clock.advance(500)
    return done
  }
  /** The next event; time passes until it comes. Batches are acknowledged. */
  const next = async (): Promise<TransportEvent | undefined> => {
    const { value } = await passing(events.next())
    if (value?.kind === 'batch') value.acknowledge()
    return value
  }
  const kinds = async (count: number) => {
    const found: (string | undefined)[] = []
    for (let index = 0; index < count; index++) found.push((await next())?.kind)
    return found
  }
  const polled = () => scripted.requests.filter(({ endpoint }) => endpoint === 'getupdates')
  return { ...scripted, receiver, stop, events, passing, next, kinds, polled, saves: () => saves }
}

const textsOf = (event: TransportEvent | undefined) =>
  event?.kind === 'batch' ? event.batch.messages.map(({ id }) => id) : [event?.kind]

test('the start is announced once, before the first poll', async () => {
  const { next, requests } = receiving([{ msgs: [wireText('1')] }, { msgs: [wireText('2')] }])
  await next()
  await next()
  expect(requests.map(({ endpoint }) => endpoint)).toEqual(['notifystart', 'getupdates', 'getupdates'])
})

test('the cursor moves when a batch is acknowledged, and an empty cursor leaves it unchanged', async () => {
  const { next, polled } = receiving([
    { msgs: [wireText('1')], get_updates_buf: 'A' },
    { msgs: [wireText('2')], get_updates_buf: '' },
    { msgs: [wireText('3')] },
    { msgs: [wireText('4')], get_updates_buf: 'B' },
    { msgs: [wireText('5')] },
  ])
  for (let count = 0; count < 5; count++) await next()
  expect(polled().map(({ body }) => body.get_updates_buf)).toEqual(['', 'A', 'A', 'A', 'B'])
})

test('a rejected batch is delivered again without another poll, because the server has forgotten it', async () => {
  const { events, passing, polled } = receiving([{ msgs: [wireText('1')], get_updates_buf: 'A' }])
  const first = (await events.next()).value
  if (first?.kind !== 'batch') throw new Error('expected a batch')
  first.reject(new Error('The disk is full.'))
  expect((await passing(events.next())).value).toMatchObject({
    kind: 'batch',
    batch: { cursor: 'A', messages: first.batch.messages },
  })
  expect(polled()).toHaveLength(1)
})

test('messages, the context token and the window are saved as soon as they are known', async () => {
  const { next, session, saves } = receiving([{ msgs: [wireText('1')] }])
  await next()
  expect(session.contextToken).toBe('context 1')
  expect(session.window.refusal?.reason).not.toBe('needsMessage')
  expect(saves()).toBe(1)
})

test('a message without a context token leaves the former token valid', async () => {
  const { next, session } = receiving([
    { msgs: [wireText('1')] },
    { msgs: [wireText('2', { context_token: undefined })] },
  ])
  await next()
  await next()
  expect(session.contextToken).toBe('context 1')
})

test('the token of another user does not replace that of the owner', async () => {
  const { next, session } = receiving([
    { msgs: [wireText('1')] },
    { msgs: [wireText('2', { from_user_id: 'O9CQ80ABC_XYZ-01@im.wechat', context_token: 'foreign' })] },
  ])
  await next()
  await next()
  expect(session.contextToken).toBe('context 1')
})

describe('a poll', () => {
  test('waits longer than the server holds it, so that idle polls are not lost in a race', async () => {
    const { next, clock, polled } = receiving([{ longpolling_timeout_ms: 60_000, msgs: [wireText('1')] }, 'hold', {}])
    await next()
    void next()
    await clock.advance(64_000)
    expect(polled()).toHaveLength(2)
  })

  test('that times out counts as empty; the third in a row as a lost connection', async () => {
    const { kinds } = receiving(['hold', 'hold', { msgs: [wireText('1')] }, 'hold', 'hold', 'hold', {}])
    expect(await kinds(3)).toEqual(['batch', 'offline', 'online'])
  })

  test('that a gateway cuts twice is ended by the client from then on, without an event', async () => {
    const cut = { status: 524, afterMs: 16_000 }
    const { next, clock, polled } = receiving([cut, cut, 'hold', 'hold', 'hold', 'hold', { msgs: [wireText('1')] }])
    const started = clock.now()
    expect(textsOf(await next())).toEqual(['7497484083968569736'])
    expect(polled()).toHaveLength(7)
    expect(clock.now() - started).toBeLessThan(90_000)
  })

  test('is long again after some short ones, to see whether the server can be reached', async () => {
    const cut = { status: 524, afterMs: 16_000 }
    const short = Array.from({ length: 6 }, (): Answer => 'hold')
    const { kinds } = receiving([cut, cut, ...short, 'hold', 'hold', 'hold', {}, { msgs: [wireText('1')] }])
    expect(await kinds(3)).toEqual(['offline', 'online', 'batch'])
  })

  test('answered at once without messages is not repeated within a second', async () => {
    const { next, clock, polled } = receiving([{}, {}, {}, { msgs: [wireText('1')] }])
    const started = clock.now()
    await next()
    expect(polled()).toHaveLength(4)
    expect(clock.now() - started).toBeGreaterThanOrEqual(3_000)
  })
})

test.each<[string, Answer]>([
  ['a broken connection', failure('getupdates')],
  ['HTTP 502', { status: 502 }],
  ['HTTP 504 at once', { status: 504 }],
  ['HTTP 403, because another program polls', { status: 403 }],
  ['a redirect', { status: 302 }],
  ['an HTML page', '<html></html>'],
  ['an empty body', ''],
  ['JSON that is not an object', '[]'],
  ['a list of messages of another type', { msgs: {} }],
  ['an unknown code', { ret: -1 }],
  ['a code that is not an integer', { ret: 'x' }],
])('%s is an outage that ends with the next reply', async (_, answer) => {
  const { kinds } = receiving([answer, answer, { msgs: [wireText('1')] }])
  expect(await kinds(4)).toEqual(['offline', 'offline', 'online', 'batch'])
})

describe('the code −14', () => {
  test.each<[string, Answer]>([
    ['in both fields', SESSION_OVER],
    ['in errcode only', { errcode: -14 }],
    ['in ret only', { ret: -14 }],
    ['as a string', { errcode: '-14' }],
  ])('%s, twice, ends the session within seconds', async (_, answer) => {
    const { kinds, requests, clock } = receiving([answer, answer])
    const started = clock.now()
    expect(await kinds(2)).toEqual(['ended', undefined])
    expect(requests.map(({ endpoint }) => endpoint)).toEqual(['notifystart', 'getupdates', 'notifystart', 'getupdates'])
    expect(clock.now() - started).toBeLessThan(5_000)
  })

  test('once is forgotten after another notice of the start', async () => {
    const { kinds } = receiving([SESSION_OVER, { msgs: [wireText('1')] }, SESSION_OVER, { msgs: [wireText('2')] }])
    expect(await kinds(2)).toEqual(['batch', 'batch'])
  })
})

describe('an abort', () => {
  test('ends a held poll, and the iteration without an event', async () => {
    const { events, clock, stop } = receiving(['hold'])
    const next = events.next()
    await clock.advance(1_000)
    stop.abort(new Error('stop'))
    expect(await next).toEqual({ done: true, value: undefined })
    expect(clock.waiting).toBe(0)
  })

  test('during the pause after a failure ends the iteration', async () => {
    const { events, stop, next } = receiving([failure('getupdates')])
    expect((await next())?.kind).toBe('offline')
    stop.abort(new Error('stop'))
    expect(await events.next()).toEqual({ done: true, value: undefined })
  })
})

describe('messages that were received are not lost', () => {
  const MESSAGE = { msgs: [wireText('1')], get_updates_buf: 'A' }
  const BATCH = { kind: 'batch', batch: { cursor: 'A', messages: [{ id: '7497484083968569736' }] } }
  const noRetry = (error: Error) => {
    throw error
  }

  test('when the listener of an event before them stops receiving', async () => {
    const { next, events, passing, stop } = receiving([failure('getupdates'), MESSAGE])
    expect((await next())?.kind).toBe('offline')
    expect((await passing(events.next())).value?.kind).toBe('online')
    stop.abort(new Error('stop'))
    const { value } = await events.next()
    expect(value).toMatchObject(BATCH)
    expect(value?.kind === 'batch' && value.signal.aborted).toBe(false)
  })

  test('when they arrive between resuming and receiving', async () => {
    const { receiver, passing, events, clock, session } = receiving([
      { status: 200, text: JSON.stringify(MESSAGE), afterMs: 5_000 },
    ])
    await passing(receiver.resume(noRetry))
    await clock.advance(5_000)
    expect(session.unaccepted).toMatchObject({ cursor: 'A' })
    expect((await events.next()).value).toMatchObject(BATCH)
  })

  test('when the first batch of a resumed session is rejected', async () => {
    const { receiver, events } = receiving([MESSAGE])
    const delivery = await receiver.resume(noRetry)
    delivery?.reject(new Error('The disk is full.'))
    expect((await events.next()).value).toMatchObject(BATCH)
  })

  test('when they are not accepted before the process ends: they are saved', async () => {
    const { receiver, session } = receiving([MESSAGE])
    await receiver.resume(noRetry)
    const saved = readSavedSession(JSON.parse(JSON.stringify(saveSession(session))))
    const next = receiving([{ msgs: [wireText('2', { message_id: '8' })], get_updates_buf: 'B' }])
    restoreSession(next.session, saved)
    const delivery = await next.receiver.resume(noRetry)
    expect(delivery).toMatchObject({
      batch: { cursor: 'B', messages: [{ id: '7497484083968569736' }, { id: '8' }] },
    })
    // With the cursor after the unaccepted messages, not the last acknowledged one.
    expect(next.polled().map(({ body }) => body.get_updates_buf)).toEqual(['A'])
  })
})

test('an abort of the login after it has succeeded does not affect the bot', async () => {
  const { receiver, passing, events, clock } = receiving([
    { status: 200, text: JSON.stringify({ msgs: [wireText('1')] }), afterMs: 20_000 },
  ])
  const login = new AbortController()
  await passing(receiver.resume(() => {}, login.signal))
  const next = passing(events.next())
  await clock.advance(1_000)
  login.abort(new Error('The login took too long.'))
  expect((await next).value?.kind).toBe('batch')
})

test('the start is announced again for a new binding, and after a failed announcement', async () => {
  const { next, session, requests, script } = receiving([{ msgs: [wireText('1')] }, { msgs: [wireText('2')] }], {
    notifystart: [failure('notifystart')],
  })
  const starts = () => requests.filter(({ endpoint }) => endpoint === 'notifystart').length
  await next()
  expect(starts()).toBe(1)
  await next()
  expect(starts()).toBe(2)
  session.start({ token: 'other', botId: 'other@im.bot', userId: 'o', apiBase: 'http://127.0.0.1:9' })
  script.getupdates = [{ msgs: [wireText('3')] }]
  await next()
  expect(starts()).toBe(3)
})

describe('resuming', () => {
  const noRetry = (error: Error) => {
    throw error
  }

  test('succeeds when the poll is held, and that poll is continued', async () => {
    const { receiver, passing, events, polled, stop, clock } = receiving(['hold'])
    expect(await passing(receiver.resume(noRetry))).toMatchObject({ batch: { messages: [] } })
    const next = events.next()
    await clock.advance(1_000)
    expect(polled()).toHaveLength(1)
    stop.abort(new Error('stop'))
    await next
  })

  test('does not count a held poll as an answer if the server has not answered before', async () => {
    const { receiver, clock, passing } = receiving([{ status: 200, text: '{}', afterMs: 20_000 }], {
      notifystart: ['hold'],
    })
    const started = clock.now()
    await passing(receiver.resume(noRetry))
    expect(clock.now() - started).toBeGreaterThanOrEqual(30_000)
  })

  test('returns the messages of the first reply', async () => {
    const { receiver } = receiving([{ msgs: [wireText('1')], get_updates_buf: 'A' }])
    expect(await receiver.resume(noRetry)).toMatchObject({ batch: { messages: [{}], cursor: 'A' } })
  })

  test('fails when the server does not know the token, even after another notice of the start', async () => {
    const { receiver, requests } = receiving([SESSION_OVER, SESSION_OVER])
    expect(await receiver.resume(noRetry)).toBeUndefined()
    expect(requests.map(({ endpoint }) => endpoint)).toEqual(['notifystart', 'getupdates', 'notifystart', 'getupdates'])
  })

  test('tries again after a failure', async () => {
    const { receiver, passing } = receiving([failure('getupdates'), failure('getupdates'), { msgs: [wireText('1')] }])
    const retries: number[] = []
    const resumed = receiver.resume((_, retryInMs) => void retries.push(retryInMs))
    expect(await passing(resumed)).toMatchObject({ batch: { messages: [{}] } })
    expect(retries).toHaveLength(2)
  })
})

test('the stop is announced once, and only after a start', async () => {
  const { receiver, next, requests } = receiving([{ msgs: [wireText('1')] }])
  await receiver.stop()
  expect(requests).toEqual([])
  await next()
  await receiver.stop()
  await receiver.stop()
  expect(requests.filter(({ endpoint }) => endpoint === 'notifystop')).toHaveLength(1)
})
