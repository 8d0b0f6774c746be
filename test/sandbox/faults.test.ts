import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type FaultSpec, type Sandbox, SandboxError, startSandbox } from '../../src/sandbox/index.js'
import { failureOf } from '../support/gate.js'
import { ManualClock } from '../support/manual-clock.js'
import { WireClient } from './support/wire-client.js'

let sandbox: Sandbox
let clock: ManualClock
let client: WireClient

beforeEach(async () => {
  clock = new ManualClock()
  sandbox = await startSandbox({ port: 0, autoLogin: true, clock, floodLimit: false })
  client = new WireClient(sandbox.url)
})

afterEach(async () => {
  expect(sandbox.lastError).toBeUndefined()
  await sandbox.close()
})

/** A request that does not require a session. */
const requestUuid = () => client.requestUuid()
const last = () => sandbox.requests.at(-1)
const causeOf = async (promise: Promise<unknown>) => ((await failureOf(promise)) as Error).cause as { code?: string }

describe('connections', () => {
  test('drop resets the connection before the request is processed', async () => {
    await client.login()
    const fault = sandbox.faults.add({ kind: 'drop', path: 'webwxsendmsg' })
    expect(await causeOf(client.send('filehelper', 'lost'))).toMatchObject({ code: 'ECONNRESET' })
    expect(fault).toMatchObject({ kind: 'drop', hits: 1, requests: 1, active: false })
    expect(last()).toMatchObject({ endpoint: 'webwxsendmsg', status: 0, faults: ['drop'] })
    expect((await client.send('filehelper', 'kept')).json.BaseResponse.Ret).toBe(0)
    expect(sandbox.events.filter(({ type }) => type === 'message').map(({ data }: any) => data.text)).toEqual(['kept'])
  })

  test('dropReply processes the request and resets the connection without a reply', async () => {
    await client.login()
    sandbox.faults.add({ kind: 'dropReply', path: 'webwxsendmsg' })
    expect(await causeOf(client.send('filehelper', 'sent'))).toMatchObject({ code: 'ECONNRESET' })
    expect(sandbox.events.some(({ type, data }: any) => type === 'message' && data.text === 'sent')).toBe(true)
    expect(last()).toMatchObject({ status: 0, result: '0', faults: ['dropReply'] })
  })

  test('cut sends half of the reply body and resets the connection', async () => {
    sandbox.faults.add({ kind: 'cut' })
    const response = await fetch(`${sandbox.url}/jslogin?appid=x`)
    expect(response.status).toBe(200)
    const whole = Number(response.headers.get('content-length'))
    const received: Uint8Array[] = []
    const failure = await failureOf(
      (async () => {
        for await (const chunk of response.body ?? []) received.push(chunk)
      })(),
    )
    expect((failure as Error).message).toBe('terminated')
    expect(Buffer.concat(received).toString()).toMatch(/^window\.QRLogin\.code = 200/)
    expect(Buffer.concat(received)).toHaveLength(Math.floor(whole / 2))
    expect(last()).toMatchObject({ status: 200, result: '200', faults: ['cut'] })
  })

  test('handle() rejects because there is no socket to reset', async () => {
    for (const kind of ['drop', 'dropReply', 'cut'] as const) {
      sandbox.faults.add({ kind })
      const failure = await failureOf(sandbox.handle(new Request(`${sandbox.url}/jslogin?appid=x`)))
      expect(failure).toBeInstanceOf(SandboxError)
      expect((failure as Error).message).toContain(`fault ${kind}`)
    }
  })

  test('delay waits on the clock before the request is processed', async () => {
    sandbox.faults.add({ kind: 'delay', ms: 5000 })
    const reply = requestUuid()
    await clock.waitForSleep(5000)
    expect(sandbox.phone.login.state).toBe('none')
    await clock.advance(4999)
    expect(last()).not.toHaveProperty('status')
    await clock.advance(1)
    expect((await reply).status).toBe(200)
    expect(last()).toMatchObject({ durationMs: 5000, faults: ['delay'] })
  })

  test('delay ends when the sandbox is closed or the program disconnects', async () => {
    sandbox.faults.add({ kind: 'delay', count: 2 })
    const disconnect = new AbortController()
    const first = failureOf(client.request('/jslogin?appid=x', { signal: disconnect.signal }))
    await clock.waitFor(1)
    const closed = new Promise<void>((resolve) => {
      sandbox.on('request', (request) => request.status === 0 && resolve())
    })
    disconnect.abort()
    await first
    await closed
    const second = failureOf(requestUuid())
    await clock.waitFor(1)
    await sandbox.close()
    expect(await second).toBeInstanceOf(Error)
  })

  test('slow throttles an upload', async () => {
    await client.login()
    sandbox.faults.add({ kind: 'slow', bytesPerSecond: 100_000 })
    const start = clock.now()
    const stop = new AbortController()
    const done = clock.hurry(60_000, stop.signal)
    const reply = await client.upload('filehelper', 'a.bin', Buffer.alloc(400_000, 1))
    stop.abort()
    await done
    expect(reply.at(-1)?.json.MediaId).not.toBe('')
    expect(clock.now() - start).toBeGreaterThanOrEqual(4000)
  })
})

describe('replies', () => {
  test('status replies with a 5xx status', async () => {
    const fault = sandbox.faults.add({ kind: 'status', status: 502, count: 3 })
    for (let i = 0; i < 3; i++) expect((await requestUuid()).status).toBe(502)
    expect((await requestUuid()).status).toBe(200)
    expect(fault.hits).toBe(3)
    sandbox.faults.add({ kind: 'status' })
    expect((await requestUuid()).status).toBe(503)
  })

  test('garbage replies with an HTML page', async () => {
    await client.login()
    sandbox.faults.add({ kind: 'garbage', path: 'webwxsync' })
    const { status, text, json } = await client.post('webwxsync', { SyncKey: client.syncKey, rr: -1 })
    expect(status).toBe(200)
    expect(text).toMatch(/^<html>/)
    expect(json).toBeUndefined()
  })

  test('truncate shortens the body but completes the response', async () => {
    const whole = (await requestUuid()).text
    sandbox.faults.add({ kind: 'truncate' })
    const { text, headers } = await requestUuid()
    expect(text).toBe(whole.slice(0, text.length).replace(/uuid.*/, (end) => text.slice(-end.length)))
    expect(text).toHaveLength(Math.floor(whole.length / 2))
    expect(headers.get('content-length')).toBe(String(text.length))
  })

  test('wrongTypes changes types, the same ones for the same seed, and the reply is still valid JSON', async () => {
    await client.login()
    const types = async (seed: number) => {
      sandbox.faults.add({ kind: 'wrongTypes', path: 'webwxgetcontact', seed })
      return shapeOf((await client.get('webwxgetcontact', { skey: client.skey, seq: '0' })).json)
    }
    const right = shapeOf((await client.get('webwxgetcontact', { skey: client.skey, seq: '0' })).json)
    const first = await types(7)
    expect(first).not.toEqual(right)
    expect(await types(7)).toEqual(first)
    expect(await types(8)).not.toEqual(first)
  })

  test('wrongTypes changes a reply that contains only one number', async () => {
    await client.login()
    for (let seed = 0; seed < 20; seed++) {
      sandbox.faults.add({ kind: 'wrongTypes', path: 'webwxstatreport', seed })
      const { json } = await client.post('webwxstatreport')
      expect(shapeOf(json)).not.toEqual({ BaseResponse: { Ret: 'number', ErrMsg: 'string' } })
    }
  })
})

describe('delivery', () => {
  test('duplicate delivers messages again under the same MsgId', async () => {
    await client.login()
    sandbox.faults.add({ kind: 'duplicate' })
    await client.sync()
    const fault = sandbox.faults.list[0]
    expect(fault, 'there were no messages to redeliver').toMatchObject({ hits: 0, requests: 0 })
    const first = sandbox.friend('林小满').say('one')
    expect(await ids(client.sync())).toEqual([first.id, first.id])
    expect(await ids(client.sync())).toEqual([])
    const second = sandbox.friend('林小满').say('two')
    sandbox.faults.add({ kind: 'duplicate' })
    expect(await ids(client.sync())).toEqual([first.id, second.id, second.id])
  })

  test('syncKeyReset returns an empty key, and the old key returns the same messages again', async () => {
    await client.login()
    await client.sync()
    const { syncKey, checkKey } = client
    const said = sandbox.friend('林小满').say('one')
    sandbox.faults.add({ kind: 'syncKeyReset' })
    const reply = await client.sync()
    expect(reply.json.SyncKey).toEqual({ Count: 0, List: [] })
    expect(reply.json.SyncCheckKey).toEqual({ Count: 0, List: [] })
    expect(await ids(Promise.resolve(reply))).toContain(said.id)
    Object.assign(client, { syncKey, checkKey })
    expect((await client.check()).text).toContain('selector:"2"')
    expect(await ids(client.sync(syncKey))).toEqual([said.id])
    expect(sandbox.warnings).toEqual([])
  })
})

describe('sessions', () => {
  test.each([1100, 1101, 1102, 1205])('ret %i is returned in the reply while the session stays valid', async (ret) => {
    await client.login()
    sandbox.faults.add({ kind: 'ret', ret, path: 'synccheck' })
    expect((await client.check()).text).toBe(`window.synccheck={retcode:"${ret}",selector:"0"}`)
    sandbox.faults.add({ kind: 'ret', ret, path: 'webwxsendmsg' })
    expect((await client.send('filehelper', 'a')).json.BaseResponse.Ret).toBe(ret)
    expect((await client.send('filehelper', 'b')).json.BaseResponse.Ret).toBe(0)
    expect(sandbox.session).not.toHaveProperty('endCode')
  })

  test('ret without a path applies to the endpoints where the server uses it', async () => {
    await client.login()
    sandbox.faults.add({ kind: 'ret', ret: 1205 })
    expect((await client.sync()).json.BaseResponse.Ret).toBe(0)
    expect((await client.send('filehelper', 'a')).json.BaseResponse.Ret).toBe(1205)
  })

  test('ret 1203 refuses a login as the server does', async () => {
    sandbox.faults.add({ kind: 'ret', ret: 1203 })
    await client.requestUuid()
    await client.poll()
    const uri = /redirect_uri="([^"]+)"/.exec((await client.poll()).text)?.[1] ?? ''
    expect((await client.exchange(uri)).text).toContain('<ret>1203</ret>')
    expect(sandbox.phone.login).toMatchObject({ state: 'cancelled', refusal: expect.any(String) })
  })

  test('ret 1203 for an invalid ticket does not affect the next login', async () => {
    sandbox.faults.add({ kind: 'ret', ret: 1203 })
    await client.get('webwxnewloginpage', { ticket: 'unknown', fun: 'new' })
    expect(sandbox.faults.list).toEqual([])
    expect((await client.login()).sid).not.toBe('')
  })

  test('expireQr replies to the login poll with 400', async () => {
    await requestUuid()
    sandbox.faults.add({ kind: 'expireQr' })
    expect((await client.poll()).text).toBe('window.code=400;')
    expect((await client.poll()).text).toContain('window.code=201;')
  })
})

describe('matching requests', () => {
  test('matches by endpoint, part of the path or regular expression, but never matches the page or the API', async () => {
    await client.login()
    const always = { kind: 'status', count: Number.POSITIVE_INFINITY } as const
    const hits = async (path: FaultSpec['path']) => {
      const fault = sandbox.faults.add({ ...always, ...(path === undefined ? {} : { path }) })
      await requestUuid()
      await client.post('webwxsync', { SyncKey: client.syncKey, rr: -1 })
      await client.post('webwxstatreport')
      for (const path of ['/api/state', '/', '/api/faults']) {
        expect((await fetch(sandbox.url + path)).status).toBe(200)
      }
      fault.remove()
      await requestUuid()
      return fault.hits
    }
    expect(await hits('webwxsync')).toBe(1)
    expect(await hits('/mmwebwx-bin/')).toBe(2)
    expect(await hits(/webwxs/g)).toBe(2)
    expect(await hits(undefined)).toBe(3)
    expect(sandbox.faults.list).toEqual([])
  })

  test('affects the same requests for the same seed', async () => {
    const run = async (seed: number) => {
      const fault = sandbox.faults.add({ kind: 'status', probability: 0.4, seed })
      const statuses: number[] = []
      for (let i = 0; i < 30; i++) statuses.push((await requestUuid()).status)
      expect(fault.requests).toBe(30)
      expect(fault.hits).toBe(statuses.filter((status) => status === 503).length)
      fault.remove()
      return statuses.join()
    }
    const first = await run(42)
    expect(first).toContain('503')
    expect(first).toContain('200')
    expect(await run(42)).toBe(first)
    expect(await run(43)).not.toBe(first)
  })

  test('applies several faults to one request, but none after a fault that replaces the reply', async () => {
    const delay = sandbox.faults.add({ kind: 'delay', ms: 1000 })
    const status = sandbox.faults.add({ kind: 'status', status: 500 })
    const garbage = sandbox.faults.add({ kind: 'garbage' })
    const reply = requestUuid()
    await clock.waitForSleep(1000)
    await clock.advance(1000)
    expect((await reply).status).toBe(500)
    expect([delay.hits, status.hits, garbage.hits]).toEqual([1, 1, 0])
    expect(last()?.faults).toEqual(['delay', 'status'])
    sandbox.faults.clear()
    expect(garbage.active).toBe(false)
    expect((await requestUuid()).status).toBe(200)
  })
})

const INVALID: [string, unknown][] = [
  ['kind', { kind: 'nope' }],
  ['kind', {}],
  ['ret', { kind: 'ret' }],
  ['ret', { kind: 'ret', ret: 0 }],
  ['status', { kind: 'status', status: 404 }],
  ['ms', { kind: 'delay', ms: -1 }],
  ['ms', { kind: 'delay', ms: 'soon' }],
  ['bytesPerSecond', { kind: 'slow', bytesPerSecond: 0 }],
  ['Invalid fault field "status"', { kind: 'drop', status: 500 }],
  ['count', { kind: 'drop', count: 0 }],
  ['count', { kind: 'drop', count: 1.5 }],
  ['probability', { kind: 'drop', probability: 1.1 }],
  ['probability', { kind: 'drop', probability: Number.NaN }],
  ['seed', { kind: 'drop', seed: 0.5 }],
  ['path', { kind: 'drop', path: 'webwxsyncc' }],
  ['path', { kind: 'duplicate', path: 'jslogin' }],
  ['path', { kind: 'drop', path: 5 }],
  ['expected an object with a kind', null],
]

test.each(INVALID)('reports "%s" for the invalid fault %j', async (field, spec) => {
  expect(() => sandbox.faults.add(spec as FaultSpec)).toThrow(SandboxError)
  expect(() => sandbox.faults.add(spec as FaultSpec)).toThrow(field)
  expect(sandbox.faults.list).toEqual([])
})

describe('the control API', () => {
  const api = async (method: string, path = '', body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${sandbox.url}/api/faults${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as any }
  }

  test('adds, lists and removes faults, and emits every change', async () => {
    const emitted: unknown[] = []
    const next = () =>
      new Promise<any>((resolve) => {
        const off = sandbox.on('faults', (views) => {
          emitted.push(views)
          off()
          resolve(views)
        })
      })
    const added = next()
    const first = await api('POST', '', { kind: 'status', status: 502, path: 'webwxsync', count: null })
    const view = { id: '1', kind: 'status', status: 502, path: 'webwxsync', count: null, probability: 1, seed: 1 }
    expect(first).toEqual({ status: 200, body: { ...view, hits: 0, requests: 0 } })
    expect(await added).toEqual([first.body])
    const second = await api('POST', '', { kind: 'delay', probability: 0.5, seed: 9 })
    expect(second.body).toEqual({
      id: '2',
      kind: 'delay',
      ms: 3000,
      count: null,
      probability: 0.5,
      seed: 9,
      hits: 0,
      requests: 0,
    })
    expect((await api('GET')).body).toEqual([first.body, second.body])
    const state = (await (await fetch(`${sandbox.url}/api/state`)).json()) as any
    expect(state.faults).toEqual((await api('GET')).body)
    expect(await api('DELETE', '/2')).toEqual({ status: 200, body: [first.body] })
    expect((await api('DELETE', '/2')).status).toBe(404)
    const hit = next()
    await client.post('webwxsync')
    expect(await hit).toMatchObject([{ id: '1', hits: 1, requests: 1 }])
    expect(await api('DELETE')).toEqual({ status: 200, body: [] })
  })

  test.each(INVALID.filter(([, spec]) => spec !== null))(
    'reports "%s" for the invalid fault %j',
    async (field, spec) => {
      const { status, body } = await api('POST', '', spec)
      // In JSON, NaN becomes null, which is also an invalid probability.
      expect(status).toBe(400)
      expect(body.error).toContain(field)
    },
  )

  test('refuses a path that is an object', async () => {
    expect((await api('POST', '', { kind: 'drop', path: {} })).body.error).toContain('Invalid fault path')
  })

  test('has the same access control as the rest of the API', async () => {
    sandbox.faults.add({ kind: 'drop' })
    for (const headers of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      for (const method of ['GET', 'DELETE', 'POST']) {
        const request = new Request(`${sandbox.url}/api/faults`, { method, headers: headers as Record<string, string> })
        expect((await sandbox.handle(request)).status).toBe(403)
      }
    }
    expect((await fetch(`${sandbox.url}/api/faults`, { method: 'POST', body: '{}' })).status).toBe(415)
    expect((await fetch(`${sandbox.url}/api/faults`, { method: 'PUT' })).headers.get('allow')).toBe('GET, POST, DELETE')
    expect((await fetch(`${sandbox.url}/api/state`, { method: 'DELETE' })).status).toBe(405)
    expect(sandbox.faults.list).toHaveLength(1)
  })
})

async function ids(reply: Promise<{ json: any }>): Promise<string[]> {
  const { AddMsgList } = (await reply).json
  return AddMsgList.filter((message: any) => message.MsgType === 1).map((message: any) => message.MsgId)
}

/** Replaces every leaf of a value with the name of its type. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, shapeOf(field)]))
}
