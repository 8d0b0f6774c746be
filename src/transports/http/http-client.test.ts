import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { gate } from '../../../test/support/gate.js'
import { serve } from '../../../test/support/http-server.js'
import { ProtocolError, StateError } from '../../errors.js'
import { systemClock } from '../../util/clock.js'
import { HttpClient } from './http-client.js'

const context = { clock: systemClock, mayAct: () => {} }

const MIB = 1024 * 1024

const get = (client: HttpClient, url: string) =>
  client.send({ endpoint: 'webwxinit', method: 'GET', url: new URL(url), timeoutMs: 10_000 })

describe('a reply', () => {
  test('of 64 MiB is accepted', async () => {
    const client = new HttpClient(context)
    const url = await serve((_, response) => {
      const piece = Buffer.alloc(MIB, ' ')
      for (let i = 0; i < 64; i++) response.write(piece)
      response.end()
    })
    expect((await get(client, url)).text.length).toBe(64 * MIB)
    await client.close()
  })

  test('is rejected as soon as it exceeds 64 MiB, and the connection is closed', async () => {
    const client = new HttpClient(context)
    let written = 0
    let closed: Promise<unknown> | undefined
    const url = await serve(async (_, response) => {
      closed = once(response, 'close')
      const piece = Buffer.alloc(MIB, ' ')
      while (!response.destroyed) {
        written++
        if (!response.write(piece)) await Promise.race([once(response, 'drain'), closed])
      }
    })
    await expect(get(client, url)).rejects.toThrow(ProtocolError)
    await closed
    expect(written).toBeLessThan(96)
    await client.close()
  })
})

describe('a client whose mayAct throws', () => {
  test('calls it before every attempt and sends nothing after it has thrown', async () => {
    let requests = 0
    const url = await serve((_, response) => {
      requests++
      response.destroy()
    })
    let calls = 0
    const refused = new StateError('The lock has been lost.')
    const mayAct = () => {
      if (++calls === 2) throw refused
    }
    const client = new HttpClient({ clock: { ...systemClock, random: () => 0 }, mayAct })
    const call = { endpoint: 'synccheck', method: 'GET', url: new URL(url), timeoutMs: 5_000 } as const
    expect(await client.send({ ...call, tries: 3 }).catch((error) => error)).toBe(refused)
    expect([calls, requests]).toEqual([2, 1])
    await client.close()
  })

  test('does not open a stream', async () => {
    let requests = 0
    const url = await serve((_, response) => {
      requests++
      response.end()
    })
    const refused = new StateError('The lock has been lost.')
    const client = new HttpClient({
      clock: systemClock,
      mayAct: () => {
        throw refused
      },
    })
    const call = { endpoint: 'webwxgetvideo', method: 'GET', url: new URL(url), timeoutMs: 5_000 } as const
    expect(await client.stream(call).catch((error) => error)).toBe(refused)
    expect(requests).toBe(0)
    await client.close()
  })
})

test('an upload starts again with every attempt, and states its size and type', async () => {
  const seen: unknown[] = []
  const url = await serve(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString()
    seen.push([request.headers['content-type'], request.headers['content-length'], body])
    response.writeHead(seen.length === 1 ? 500 : 200).end()
  })
  async function* chunks() {
    yield* [Buffer.from('one '), Buffer.from('two')]
  }
  const client = new HttpClient({ clock: { ...systemClock, random: () => 0 }, mayAct: () => {} })
  const upload = { chunks, sizeBytes: 7, contentType: 'text/plain' }
  const call = { endpoint: 'upload', method: 'POST', url: new URL(url), upload, timeoutMs: 10_000, tries: 2 } as const
  expect(await client.send(call)).toMatchObject({ status: 200 })
  expect(seen).toEqual(Array(2).fill(['text/plain', '7', 'one two']))
  await client.close()
})

test('a request during which the client is closed rejects, and says so', async () => {
  const reached = gate()
  const url = await serve(() => reached.open())
  const client = new HttpClient({ clock: systemClock, mayAct: () => {} })
  const call = { endpoint: 'webwxoplog', method: 'POST', url: new URL(url), timeoutMs: 60_000 } as const
  const failed = client.send(call).catch((error) => error)
  await reached.opened
  await client.close()
  expect(await failed).toMatchObject({
    name: 'NetworkError',
    outcome: 'unknown',
    message: `webwxoplog at ${new URL(url).origin}: the instance was closed before the reply arrived, so the result is unknown. Await calls before close().`,
  })
})
