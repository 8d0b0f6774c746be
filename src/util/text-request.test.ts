import { getEventListeners } from 'node:events'
import { Agent, Dispatcher, MockAgent } from 'undici'
import { afterEach, describe, expect, test } from 'vitest'
import { serve } from '../../test/support/http-server.js'
import { ManualClock } from '../../test/support/manual-clock.js'
import { systemClock } from './clock.js'
import { ReplyTooLarge, requestText } from './text-request.js'
import { TimeoutReason } from './timeout.js'

const agents: Agent[] = []
afterEach(async () => void (await Promise.all(agents.splice(0).map((agent) => agent.destroy()))))

function to(url: string, options: { signal?: AbortSignal; timeoutMs?: number; maxBytes?: number } = {}) {
  const dispatcher = new Agent()
  agents.push(dispatcher)
  const base = {
    dispatcher,
    method: 'GET',
    url: new URL(url),
    headers: {},
    timeoutMs: 60_000,
    maxBytes: 1_000,
  } as const
  return { ...base, ...options }
}

const failureOf = (work: Promise<unknown>) => work.then(() => undefined).catch((error) => error)

function abortable() {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort(new Error('stopped')) }
}

/** A server that sends the start of a reply and then nothing. */
const stalled = () => serve((_, response) => void response.write('the start'))

test('returns the status, the headers and the text, even if a character is cut between two chunks', async () => {
  const bytes = Buffer.from('天气'.repeat(50))
  const url = await serve(async (_, response) => {
    response.writeHead(404, { 'x-test': 'yes' })
    for (let at = 0; at < bytes.length; at += 7) {
      response.write(bytes.subarray(at, at + 7))
      await new Promise((resolve) => setImmediate(resolve))
    }
    response.end()
  })
  const reply = await requestText(systemClock, to(url))
  expect(reply).toMatchObject({ status: 404, text: bytes.toString() })
  expect(reply.headers['x-test']).toBe('yes')
})

test('ignores informational replies', async () => {
  const url = await serve((_, response) => {
    response.writeEarlyHints({ link: '</a.css>; rel=preload; as=style' })
    response.end('final')
  })
  expect(await requestText(systemClock, to(url))).toMatchObject({ status: 200, text: 'final' })
})

test.each([['before the request'], ['before the end of the reply']])(
  'rejects with the reason of a signal that aborts %s, and keeps no listener',
  async (moment) => {
    const { signal, ...controller } = abortable()
    const url = await stalled()
    if (moment === 'before the request') controller.abort()
    const failure = await failureOf(requestText(systemClock, { ...to(url, { signal }), onHeaders: controller.abort }))
    expect(failure).toBe(signal.reason)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  },
)

test('rejects after the timeout, by the given clock', async () => {
  const clock = new ManualClock()
  const url = await stalled()
  const failure = failureOf(requestText(clock, to(url, { timeoutMs: 5_000 })))
  await clock.waitFor(1)
  await clock.advance(5_000)
  expect(await failure).toBeInstanceOf(TimeoutReason)
})

test('cancels the timeout when the reply is complete', async () => {
  const clock = new ManualClock()
  const url = await serve((_, response) => response.end('done'))
  await requestText(clock, to(url))
  expect(clock.waiting).toBe(0)
})

test('rejects a reply that is too large, and one that is cut off', async () => {
  const large = await serve((_, response) => response.end('x'.repeat(1_001)))
  expect(await failureOf(requestText(systemClock, to(large)))).toBeInstanceOf(ReplyTooLarge)
  const cut = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('short', () => response.destroy())
  })
  expect(await failureOf(requestText(systemClock, to(cut)))).toMatchObject({ code: 'UND_ERR_SOCKET' })
})

/** A dispatcher that passes on the calls to a handler one by one, as programs wrote them for earlier versions of undici. */
class Forwarding extends Dispatcher {
  override dispatch(options: Agent.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const agent = new Agent()
    agents.push(agent)
    return agent.dispatch(options, {
      onConnect: (abort) => handler.onConnect?.(abort),
      onHeaders: (...args) => handler.onHeaders?.(...args) ?? true,
      onData: (chunk) => handler.onData?.(chunk) ?? true,
      onComplete: (trailers) => handler.onComplete?.(trailers),
      onError: (error) => handler.onError?.(error),
    })
  }
}

test('works with a dispatcher that calls the handler itself', async () => {
  const url = await serve((_, response) => response.setHeader('set-cookie', ['a=1', 'b=2']).end('done'))
  const reply = await requestText(systemClock, { ...to(url), dispatcher: new Forwarding() })
  expect(reply).toMatchObject({ status: 200, text: 'done', headers: { 'set-cookie': ['a=1', 'b=2'] } })
})

test.each([['agent'], ['pool']])('works with a mock %s', async (kind) => {
  const agent = new MockAgent()
  agent.disableNetConnect()
  const pool = agent.get('http://127.0.0.1:1')
  pool.intercept({ path: '/a?b=1' }).reply(200, 'mocked', { headers: { 'set-cookie': 'a=1' } })
  const dispatcher = kind === 'agent' ? agent : pool
  const reply = await requestText(systemClock, { ...to('http://127.0.0.1:1/a?b=1'), dispatcher })
  expect(reply).toMatchObject({ text: 'mocked' })
  await agent.close()
})

test('reports the headers of a reply that is cut off', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '100', 'set-cookie': 'a=1' }).write('short', () => response.destroy())
  })
  const seen: unknown[] = []
  await failureOf(requestText(systemClock, { ...to(url), onHeaders: (headers) => seen.push(headers['set-cookie']) }))
  expect(seen).toEqual(['a=1'])
})

test('rejects with the error of a dispatcher that throws', async () => {
  const dispatcher = {
    dispatch: () => {
      throw new Error('broken')
    },
  } as unknown as Dispatcher
  const request = { ...to('http://127.0.0.1:1'), dispatcher }
  expect(await failureOf(requestText(systemClock, request))).toMatchObject({ message: 'broken' })
})

describe('a body in chunks', () => {
  const MIB = 1024 * 1024
  const post = (url: string, body: AsyncIterable<Uint8Array>) => ({ ...to(url), method: 'POST' as const, body })

  /** 1 MiB at a time without end. `started` resolves at the first chunk, `ended` once no more chunks are requested. */
  function endless() {
    let [start, end] = [() => {}, () => {}]
    const started = new Promise<void>((resolve) => {
      start = resolve
    })
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    async function* chunks() {
      start()
      try {
        for (;;) yield Buffer.alloc(MIB)
      } finally {
        end()
      }
    }
    return { body: chunks(), started, ended }
  }

  test('is sent in order, with the given length', async () => {
    const url = await serve(async (request, response) => {
      const body = Buffer.concat(await request.toArray())
      response.end(`${request.headers['content-length']} ${request.headers['transfer-encoding']} ${body}`)
    })
    async function* chunks() {
      yield* [Buffer.from('one '), Buffer.alloc(0), Buffer.from('two')]
    }
    const request = { ...post(url, chunks()), headers: { 'content-length': '7' } }
    expect((await requestText(systemClock, request)).text).toBe('7 undefined one two')
  })

  test('restarts the timeout with every chunk', async () => {
    const clock = new ManualClock()
    const url = await serve(async (request, response) => response.end(`${(await request.toArray()).length > 0}`))
    async function* chunks() {
      for (let count = 0; count < 4; count++) {
        await clock.advance(4_000)
        yield Buffer.from('x')
      }
    }
    expect((await requestText(clock, { ...post(url, chunks()), timeoutMs: 5_000 })).text).toBe('true')
    expect(clock.waiting).toBe(0)
  })

  test('is no longer read after a timeout', async () => {
    const clock = new ManualClock()
    // The server does not read, so that no further chunk is requested once the buffers are full.
    const url = await serve(() => {})
    const { body, started, ended } = endless()
    const controller = new AbortController()
    const failure = failureOf(requestText(clock, { ...post(url, body), timeoutMs: 5_000 }))
    await started
    void clock.hurry(5_000, controller.signal)
    expect(await failure).toBeInstanceOf(TimeoutReason)
    await ended
    controller.abort()
  })

  test('is no longer read after a reply or an abort', async () => {
    const { signal, abort } = abortable()
    const [refused, aborted] = [endless(), endless()]
    const url = await serve((_, response) => response.writeHead(400).end())
    expect(await requestText(systemClock, post(url, refused.body))).toMatchObject({ status: 400 })
    const failure = failureOf(requestText(systemClock, { ...post(await serve(abort), aborted.body), signal }))
    expect(await failure).toBe(signal.reason)
    await Promise.all([refused.ended, aborted.ended])
  })

  test('that throws rejects with its error', async () => {
    const url = await serve(() => {})
    const error = new Error('unreadable')
    // biome-ignore lint/correctness/useYield: it fails before the first chunk
    async function* chunks(): AsyncGenerator<Uint8Array> {
      throw error
    }
    expect(await failureOf(requestText(systemClock, post(url, chunks())))).toBe(error)
  })
})
