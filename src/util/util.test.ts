import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PNG } from 'pngjs'
import { describe, expect, test } from 'vitest'
import { readQr } from '../../test/support/read-qr.js'
import { writeFileAtomic } from './atomic-file.js'
import { backoffMs } from './backoff.js'
import { coalesced } from './coalesced.js'
import { Emitter } from './emitter.js'
import { parseJson } from './json.js'
import { KeyedQueue } from './keyed-queue.js'
import { qrMatrix, qrPng } from './qr.js'
import { redact } from './redact.js'

describe('parseJson', () => {
  test('returns long integers as strings, and leaves strings and short numbers unchanged', () => {
    const text =
      '{"id":8251234567890123456,"list":[-9007199254740993],"s":"8251234567890123456 \\" 1","n":1.5,"e":1234567890123456.5}'
    expect(parseJson(text)).toEqual({
      id: '8251234567890123456',
      list: ['-9007199254740993'],
      s: '8251234567890123456 " 1',
      n: 1.5,
      e: 1234567890123456.5,
    })
  })

  test('parses very long strings and many backslashes', () => {
    const long = 'x'.repeat(9_000_000)
    const value = { long, slashes: '\\'.repeat(7), quote: '\\"', id: 1 }
    const text = JSON.stringify(value).replace('"id":1', '"id":1234567890123456789')
    expect(parseJson(text)).toEqual({ ...value, id: '1234567890123456789' })
  })

  test('throws a SyntaxError for malformed JSON', () => {
    expect(() => parseJson('{"a":1234567890123456')).toThrow(SyntaxError)
  })
})

test('backoff doubles from 1 s to 60 s, with full jitter', () => {
  expect([1, 2, 3, 7, 50].map((attempt) => backoffMs(attempt, { random: () => 1 }))).toEqual([
    1_000, 2_000, 4_000, 60_000, 60_000,
  ])
  expect(backoffMs(3, { random: () => 0 })).toBe(0)
})

describe('redact', () => {
  test.each([
    'https://wx.qq.com/cgi-bin/mmwebwx-bin/webwxsync?sid=Zk3pSECRET&skey=@crypt_SECRET_1&pass_ticket=SECRET%2F',
    '{"BaseRequest":{"Uin":1,"Sid":"SECRET","Skey":"@crypt_1_SECRET"}}',
    'cookie=wxsid=SECRET; webwx_data_ticket=SECRET',
    '<error><skey>@crypt_SECRET</skey><wxsid>SECRET</wxsid><pass_ticket>SECRET</pass_ticket></error>',
    'ticket=SECRET@qrticket_0',
    '{"bot_token":"SECRET","context_token":"SECRET","typing_ticket":"SECRET","aes_key":"SECRET"}',
    'https://novac2c.cdn.weixin.qq.com/c2c/upload?encrypted_query_param=SECRET%2B&filekey=SECRET',
  ])('removes the secrets from %j', (text) => {
    expect(redact(text)).not.toContain('SECRET')
  })
})

test('emit never throws', () => {
  const failures: unknown[] = []
  const emitter = new Emitter<{ news: number }>((error) => failures.push(error))
  const received: number[] = []
  emitter.on('news', () => {
    throw new Error('broken listener')
  })
  const off = emitter.on('news', (value) => received.push(value))
  emitter.emit('news', 1)
  off()
  emitter.emit('news', 2)
  expect(received).toEqual([1])
  expect(failures).toHaveLength(2)
})

test('KeyedQueue runs jobs with the same key in order, and jobs with different keys concurrently', async () => {
  const finished: number[] = []
  const queue = new KeyedQueue(() => finished.push(queue.size))
  const order: string[] = []
  const gate = deferred()
  queue.add('a', async () => {
    await gate.promise
    order.push('a1')
  })
  queue.add('a', () => order.push('a2'))
  const last = new Promise<void>((resolve) => {
    queue.add('a', async () => {
      order.push('a3')
      resolve()
    })
  })
  queue.add('b', () => order.push('b1'))
  expect(order).toEqual(['b1'])
  gate.resolve()
  await last
  await Promise.resolve()
  expect(order).toEqual(['b1', 'a1', 'a2', 'a3'])
  expect(finished).toEqual([3, 2, 1, 0])
  expect(queue.size).toBe(0)
})

function deferred() {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

test('writeFileAtomic writes a complete file that is private to its owner', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'state.json')
  await writeFileAtomic(path, 'one')
  await writeFileAtomic(path, 'two')
  expect(readFileSync(path, 'utf8')).toBe('two')
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('a PNG QR code can be decoded', () => {
  const png = PNG.sync.read(Buffer.from(qrPng(qrMatrix('https://login.weixin.qq.com/l/Qx7_demoA1=='))()))
  expect(readQr(png.data, png.width, png.height)).toBe('https://login.weixin.qq.com/l/Qx7_demoA1==')
})

test('a coalesced job never runs concurrently with itself', async () => {
  let [running, maxRunning, runs] = [0, 0, 0]
  const job = coalesced(async () => {
    runs++
    maxRunning = Math.max(maxRunning, ++running)
    await new Promise((resolve) => setImmediate(resolve))
    running--
  })
  const first = job()
  // Calls again when a run has just ended and the next is about to start.
  const later = first.then(() => job())
  await Promise.all([first, job(), later])
  expect([maxRunning, runs]).toEqual([1, 2])
})
