import { createDecipheriv } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { FaultKind } from '../../src/sandbox/index.js'
import { failureOf } from '../support/gate.js'
import { decrypt, encrypt } from './support/ilink-client.js'
import { client, clock, greet, restart, sandbox, startBeforeEach } from './support/ilink-scene.js'

const KEY = Buffer.alloc(16, 7)
const FILE = Buffer.from('bytes of a file')

startBeforeEach()

const add = (kind: FaultKind, options: object = {}) => sandbox.faults.add({ kind, ...options } as any)

async function heldPoll(signal?: AbortSignal) {
  const isHeld = sandbox.held('getupdates')
  const poll = client.poll({}, signal ? { signal } : {})
  await isHeld
  return { poll }
}

const codeOf = async (promise: Promise<unknown>) => {
  const { cause } = (await failureOf(promise)) as Error
  return (cause as { code?: string }).code
}

describe('delivery', () => {
  test('duplicate delivers a message twice with different context tokens', async () => {
    const fault = add('duplicate')
    sandbox.clawbot.say('once')
    const { msgs } = (await client.poll()).json
    expect(msgs).toHaveLength(2)
    expect(msgs[0].message_id).toBe(msgs[1].message_id)
    expect(msgs[0].client_id).toBe(msgs[1].client_id)
    expect(msgs[0].context_token).not.toBe(msgs[1].context_token)
    expect(fault).toMatchObject({ hits: 1, active: false })
    expect(sandbox.requests.at(-1)?.faults).toEqual(['duplicate'])
    await client.send('with the latest token')
    expect(sandbox.warnings).toEqual([])
  })

  test('duplicateNewId delivers it with another id', async () => {
    add('duplicateNewId')
    const said = sandbox.clawbot.say('once')
    const { text, json } = await client.poll()
    expect(json.msgs).toHaveLength(2)
    expect(text.split(`"message_id":${said.id}`)).toHaveLength(2)
    expect(json.msgs[0].client_id).toBe(json.msgs[1].client_id)
  })

  test('lostReply applies only to replies with messages, also to a poll that is already held', async () => {
    const { poll } = await heldPoll()
    add('lostReply')
    await clock.advance(35_000)
    expect((await poll).json.msgs).toEqual([])
    const next = await heldPoll()
    sandbox.clawbot.say('lost')
    expect(await codeOf(next.poll)).toBe('ECONNRESET')
    expect(sandbox.clawbot.messages[0]?.delivered).toBe(false)
    sandbox.clawbot.say('kept')
    const { msgs } = (await client.poll()).json
    expect(msgs.map(({ item_list }: any) => item_list[0].text_item.text)).toEqual(['kept'])
  })

  test('cursorStuck leaves the cursor empty, absent or unchanged, as its seed says', async () => {
    const seen = new Set<unknown>()
    for (let seed = 0; seed < 20; seed++) {
      const { cursor } = client
      add('cursorStuck', { seed })
      sandbox.clawbot.say('x')
      const { json } = await client.poll()
      expect(json.msgs).toHaveLength(1)
      expect([undefined, '', cursor]).toContain(json.get_updates_buf)
      seen.add(json.get_updates_buf === cursor && cursor !== '' ? 'unchanged' : json.get_updates_buf)
      // Moves the cursor on.
      sandbox.clawbot.say('y')
      await client.poll()
    }
    expect(seen).toEqual(new Set([undefined, '', 'unchanged']))
    expect(sandbox.warnings).toEqual([])
  })

  test('noContextToken', async () => {
    add('noContextToken')
    sandbox.clawbot.say('hi')
    expect((await client.poll()).json.msgs[0]).not.toHaveProperty('context_token')
    await client.send('without a token')
    expect(sandbox.warnings).toEqual([])
  })

  test('idAsString applies to messages and to sends', async () => {
    add('idAsString', { count: 2 })
    const said = sandbox.clawbot.say('hi')
    expect((await client.poll()).json.msgs[0].message_id).toBe(said.id)
    expect((await client.send('a')).json.message_id).toMatch(/^\d{19}$/)
    expect((await client.send('b')).json.message_id).toEqual(expect.any(Number))
  })

  test.each([
    ['rawKey', 24],
    ['hexKey', 44],
  ] as const)('%s', async (kind, length) => {
    const fault = add(kind)
    sandbox.clawbot.say('not a file')
    await client.poll()
    expect(fault.hits).toBe(0)
    sandbox.clawbot.send({ kind: 'image', bytes: FILE })
    const { image_item } = (await client.poll()).json.msgs[0].item_list[0]
    expect(image_item).not.toHaveProperty('aeskey')
    expect(image_item.media.aes_key).toHaveLength(length)
    const decoded = Buffer.from(image_item.media.aes_key, 'base64')
    const key = kind === 'rawKey' ? decoded : Buffer.from(decoded.toString(), 'hex')
    expect(decrypt((await client.request(image_item.media.full_url)).bytes, key)).toEqual(FILE)
  })

  test('noKey delivers a file that is not encrypted', async () => {
    add('noKey')
    sandbox.clawbot.send({ kind: 'image', bytes: FILE })
    const { image_item } = (await client.poll()).json.msgs[0].item_list[0]
    expect(image_item).not.toHaveProperty('aeskey')
    expect(image_item.media).not.toHaveProperty('aes_key')
    expect((await client.request(image_item.media.full_url)).bytes).toEqual(FILE)
  })

  test('keyMismatch encrypts the file under another key', async () => {
    add('keyMismatch')
    sandbox.clawbot.send({ kind: 'file', bytes: FILE })
    const { media } = (await client.poll()).json.msgs[0].item_list[0].file_item
    const key = Buffer.from(Buffer.from(media.aes_key, 'base64').toString(), 'hex')
    const { bytes } = await client.request(media.full_url)
    expect(bytes).toHaveLength(16)
    const decipher = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false)
    expect(Buffer.concat([decipher.update(bytes), decipher.final()]).subarray(0, FILE.length)).not.toEqual(FILE)
  })
})

describe('polls', () => {
  test('gateway524 ends polls after 16 s', async () => {
    add('gateway524', { count: 2 })
    const { poll } = await heldPoll()
    await clock.advance(16_000)
    expect((await poll).status).toBe(524)
    sandbox.clawbot.say('in time')
    expect((await client.poll()).json.msgs).toHaveLength(1)
  })

  test('gateway524 does not affect shorter polls', async () => {
    await restart({ holdMs: 10_000 })
    add('gateway524')
    const { poll } = await heldPoll()
    await clock.advance(10_000)
    expect((await poll).json.ret).toBe(0)
  })

  test('after gateway524, short polls are right', async () => {
    add('gateway524')
    const { poll } = await heldPoll()
    await clock.advance(16_000)
    await poll
    const abort = new AbortController()
    const short = await heldPoll(abort.signal)
    abort.abort()
    await short.poll.catch(() => {})
    await expect
      .poll(() => sandbox.requests.some(({ endpoint, status }) => endpoint === 'getupdates' && status === undefined))
      .toBe(false)
    sandbox.clawbot.say('x')
    await client.poll()
    expect(sandbox.warnings).toEqual([])
  })

  test('raceTimeout delivers only after exactly the advertised time, even to a program that has disconnected', async () => {
    add('raceTimeout', { count: 2 })
    const sleeping = clock.waitForSleep(35_000)
    const poll = client.poll()
    await sleeping
    sandbox.clawbot.say('held back')
    await clock.advance(34_999)
    await clock.advance(1)
    expect((await poll).json.msgs).toHaveLength(1)
    const abort = new AbortController()
    const abandoned = client.poll({}, { signal: abort.signal })
    await clock.waitForSleep(35_000)
    sandbox.clawbot.say('lost in the race')
    abort.abort()
    await failureOf(abandoned)
    await clock.advance(35_000)
    await expect.poll(() => sandbox.clawbot.messages.at(-1)?.delivered).toBe(true)
  })

  test('pollLock refuses a second poll only', async () => {
    const fault = add('pollLock')
    const { poll } = await heldPoll()
    expect(fault.hits).toBe(0)
    expect((await client.poll()).status).toBe(403)
    sandbox.clawbot.say('hi')
    expect((await poll).json.msgs).toHaveLength(1)
  })
})

describe('replies', () => {
  test('emptyErrmsg and errcodeOnly', async () => {
    add('emptyErrmsg')
    add('errcodeOnly')
    expect((await client.send('a')).json).toEqual({ errcode: -2, errmsg: '' })
  })

  test('missingRet', async () => {
    await greet()
    add('missingRet', { count: 2 })
    expect(Object.keys((await client.send('a')).json)).toEqual(['message_id'])
    expect((await client.requestQr()).json).not.toHaveProperty('ret')
  })

  test('noHeader', async () => {
    add('noHeader')
    const { json } = await client.post('getuploadurl', client.announcement(FILE, KEY))
    const { status, headers } = await client.putFile(json.upload_full_url, encrypt(FILE, KEY))
    expect(status).toBe(200)
    expect(headers.get('x-encrypted-param')).toBeNull()
    expect(
      (await client.putFile(json.upload_full_url, encrypt(FILE, KEY))).headers.get('x-encrypted-param'),
    ).toBeTruthy()
  })

  test('sendEmpty', async () => {
    await greet()
    add('sendEmpty')
    expect(await client.send('a')).toMatchObject({ status: 200, text: '' })
    expect((await sandbox.clawbot.nextMessage()).text).toBe('a')
  })

  test('acceptedNotShown', async () => {
    await greet()
    add('acceptedNotShown')
    expect((await client.send('a')).json).toEqual({ ret: 0 })
    expect(sandbox.clawbot.unread).toEqual([])
    expect(sandbox.clawbot.dropped).toMatchObject([{ reason: 'acceptedNotShown', text: 'a' }])
  })

  test('lateBatch shows a message with the next one, under the returned id, or after a minute', async () => {
    await greet()
    add('lateBatch')
    const { text } = await client.send('late')
    expect(sandbox.clawbot.unread).toEqual([])
    await client.send('next')
    expect(sandbox.clawbot.unread.map((message) => message.text)).toEqual(['late', 'next'])
    expect(text).toContain(`"message_id":${sandbox.clawbot.unread[0]?.id}`)
    add('lateBatch')
    await client.send('alone')
    await clock.advance(60_000)
    expect(sandbox.clawbot.unread.at(-1)?.text).toBe('alone')
  })

  test('expireQr', async () => {
    await client.requestQr()
    add('expireQr')
    expect((await client.status()).json.status).toBe('expired')
  })

  test('ret with a negative code affects iLink', async () => {
    await greet()
    const fault = add('ret', { ret: -14, count: null })
    expect((await client.send('a')).json).toEqual({ ret: -14, errcode: -14, errmsg: '' })
    fault.remove()
    expect((await client.send('a')).json.ret).toBe(0)
  })
})

describe('faults that all protocols share', () => {
  test('the connection', async () => {
    await greet()
    add('drop', { path: 'sendmessage' })
    expect(await codeOf(client.send('a'))).toBe('ECONNRESET')
    add('dropReply', { path: 'sendmessage' })
    expect(await codeOf(client.send('b'))).toBe('ECONNRESET')
    add('cut', { path: 'sendmessage' })
    expect(String(await failureOf(client.send('c')))).toContain('terminated')
    expect(sandbox.clawbot.unread.map(({ text }) => text)).toEqual(['b', 'c'])
  })

  test('the reply', async () => {
    await greet()
    add('status', { status: 502, path: 'sendmessage' })
    expect((await client.send('a')).status).toBe(502)
    add('garbage', { path: 'getupdates' })
    expect((await client.poll()).text).toContain('Welcome')
    add('truncate', { path: 'sendmessage' })
    expect((await client.send('b')).json).toBeUndefined()
    add('wrongTypes', { path: 'sendmessage' })
    expect((await client.send('c')).json).not.toMatchObject({ ret: 0, message_id: expect.any(Number) })
    add('status', { path: 'cdnDownload' })
    expect((await client.request('/c2c/download?encrypted_query_param=x')).status).toBe(503)
  })

  test('slow uploads', async () => {
    add('slow', { bytesPerSecond: 16 })
    const { json } = await client.post('getuploadurl', client.announcement(FILE, KEY))
    const sleeping = clock.waitForSleep(1000)
    const upload = client.putFile(json.upload_full_url, encrypt(FILE, KEY))
    await sleeping
    await clock.advance(1000)
    expect((await upload).status).toBe(200)
  })

  test('the same seed produces the same faults', async () => {
    const run = async () => {
      await restart({ quota: 1000, partsPerReply: 1000 })
      await greet()
      add('status', { path: 'sendmessage', probability: 0.3, seed: 42 })
      add('acceptedNotShown', { probability: 0.3, seed: 7 })
      const results: string[] = []
      for (let sent = 0; sent < 40; sent++) {
        const { status, json } = await client.send(`${sent}`)
        results.push(status !== 200 ? 'x' : json.message_id === undefined ? '-' : '+')
      }
      return results.join('')
    }
    const first = await run()
    expect(first).toMatch(/x.*-|-.*x/)
    expect(await run()).toBe(first)
  })
})
