import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { ManualClock } from '../support/manual-clock.js'
import { encrypt, IlinkClient } from './support/ilink-client.js'
import { ODD_VALUES } from './support/odd-values.js'

const KEY = Buffer.alloc(16, 7)
const FILE = Buffer.from('bytes of a file')

let clock: ManualClock
let sandbox: Sandbox
let client: IlinkClient

beforeEach(async () => {
  clock = new ManualClock()
  sandbox = await startSandbox({ port: 0, clock, autoLogin: true, ilink: { quota: 1000, partsPerReply: 1000 } })
  client = await new IlinkClient(sandbox.url).login()
  await client.start()
  sandbox.clawbot.say('hi')
  await client.poll()
})

afterEach(async () => {
  expect(sandbox.lastError).toBeUndefined()
  await sandbox.close()
})

test.each(ODD_VALUES)('%s is answered in place of any value', async (_name, value) => {
  const places: Record<string, () => Promise<{ status: number }>> = {
    local_token_list: () => client.requestQr({ local_token_list: [value] }),
    'local_token_list itself': () => client.requestQr({ local_token_list: value }),
    msg: () => client.post('sendmessage', { msg: value }),
    item_list: () => client.sendItem({}, { item_list: value }),
    item: () => client.sendItem({}, { item_list: [value] }),
    type: () => client.sendItem({ type: value }),
    text: () => client.sendItem({ type: 1, text_item: { text: value } }),
    client_id: () => client.send('a', { client_id: value }),
    context_token: () => client.send('a', { context_token: value }),
    media: () => client.sendItem({ type: 2, image_item: { media: value } }),
    encrypt_query_param: () => client.sendItem({ type: 2, image_item: { media: { encrypt_query_param: value } } }),
    aes_key: async () => {
      const { media, size } = await client.upload(FILE, KEY)
      return client.sendItem({ type: 2, image_item: { media: { ...media, aes_key: value }, mid_size: size } })
    },
    file_name: async () => {
      const { media } = await client.upload(FILE, KEY, { media_type: 3 })
      return client.sendItem({ type: 4, file_item: { media, file_name: value, len: value } })
    },
    get_updates_buf: () => {
      sandbox.clawbot.say('ends the poll')
      return client.poll({ get_updates_buf: value })
    },
    base_info: () => client.post('msg/notifystart', { base_info: value }),
    ilink_user_id: () => client.post('getconfig', { ilink_user_id: value }),
    typing_ticket: () => client.post('sendtyping', { ilink_user_id: client.userId, typing_ticket: value }),
    ...Object.fromEntries(
      [
        ...['filekey', 'rawfilemd5', 'media_type', 'rawsize', 'filesize', 'aeskey'],
        ...['to_user_id', 'no_need_thumb', 'thumb_rawsize', 'thumb_rawfilemd5'],
      ].map((field) => [
        field,
        () => {
          const thumb = { no_need_thumb: false, thumb_rawsize: 1, thumb_filesize: 16, thumb_rawfilemd5: 'x' }
          return client.post('getuploadurl', client.announcement(FILE, KEY, { ...thumb, [field]: value }))
        },
      ]),
    ),
    'filekey for a complete URL': () =>
      client.post('getuploadurl', client.announcement(FILE, KEY, { filekey: value, no_need_thumb: true })),
  }

  for (const [place, request] of Object.entries(places)) expect((await request()).status, place).toBe(200)
  expect(sandbox.requests.filter(({ status }) => status === undefined)).toEqual([])
})

test('a complete URL is given only for a filekey that needs no encoding', async () => {
  const keysFor = async (filekey: string) =>
    Object.keys((await client.post('getuploadurl', client.announcement(FILE, KEY, { filekey }))).json)
  expect(await keysFor('a_-1'.repeat(32))).toContain('upload_full_url')
  expect(await keysFor(`${'a_-1'.repeat(32)}x`)).not.toContain('upload_full_url')
  expect(await keysFor('a b')).not.toContain('upload_full_url')
})

test('a long filekey leads to an upload as well', async () => {
  const filekey = 'x'.repeat(5000)
  const { json } = await client.post('getuploadurl', client.announcement(FILE, KEY, { filekey }))
  const query = `encrypted_query_param=${encodeURIComponent(json.upload_param)}&filekey=${filekey}`
  expect((await client.putFile(`/c2c/upload?${query}`, encrypt(FILE, KEY))).status).toBe(200)
})

describe('what programs send is kept and published only in part', () => {
  const LONG = 'x'.repeat(1024 * 1024)
  const stateBytes = async () => (await client.request('/api/state')).bytes.length

  const SENDS: Record<string, () => Promise<unknown>> = {
    text: () => client.send(LONG),
    'a text under a repeated client_id': () => client.send(LONG, { client_id: 'same' }),
    'the name of a file': () => client.sendItem({ type: 4, file_item: { media: {}, file_name: LONG } }),
    client_id: () => client.sendItem({ type: 9 }, { client_id: LONG }),
    'the name of a field': () => client.send('a', { [LONG]: 1 }),
    'the name of a field of the item': () => client.sendItem({ type: 1, text_item: { text: 'a', [LONG]: 1 } }),
    filekey: () => client.post('getuploadurl', client.announcement(FILE, KEY, { filekey: LONG, rawfilemd5: LONG })),
    'a token of the QR code': () => client.requestQr({ local_token_list: [LONG, LONG] }),
  }

  test.each(Object.entries(SENDS))('%s', async (_name, send) => {
    await client.send('first', { client_id: 'same' })
    const before = await stateBytes()
    for (let count = 0; count < 3; count++) await send()
    expect((await stateBytes()) - before).toBeLessThan(60_000)
    for (const { text } of sandbox.warnings) expect(text.length).toBeLessThan(300)
    for (const { text, clientId } of sandbox.clawbot.dropped) {
      expect(text.length).toBeLessThanOrEqual(4000)
      expect(clientId.length).toBeLessThanOrEqual(200)
    }
  })

  test('two long client ids with the same beginning are different', async () => {
    await client.send('a', { client_id: `${LONG}1` })
    await client.send('b', { client_id: `${LONG}2` })
    expect(sandbox.clawbot.unread.map(({ text }) => text)).toEqual(['a', 'b'])
  })

  test('many different field names do not fill the log of warnings', async () => {
    for (let count = 0; count < 30; count++) {
      await client.send('a', { [`field${count}`]: 1, [`other${count}`]: 1 })
    }
    const texts = sandbox.warnings.map(({ text }) => text)
    expect(texts).toHaveLength(11)
    expect(texts[0]).toBe('unexpected field field0 in msg')
    expect(texts.at(-1)).toBe('further unexpected fields in msg')
  })
})

test('QR codes that are no longer kept have expired, and nothing waits for them', async () => {
  await client.requestQr()
  const { qrcode } = client
  const waiting = clock.waiting
  for (let count = 0; count < 150; count++) await client.requestQr()
  expect(clock.waiting - waiting).toBeLessThan(100)
  client.qrcode = qrcode
  expect((await client.status()).json.status).toBe('expired')
})

test('an error inside the sandbox ends the record of the request', async () => {
  const broken = new ManualClock()
  await using other = await startSandbox({ port: 0, clock: broken, autoLogin: true })
  const program = await new IlinkClient(other.url).login()
  other.faults.add({ kind: 'raceTimeout' })
  broken.sleep = () => Promise.reject(new Error('the clock is broken'))
  expect((await program.poll()).status).toBe(500)
  expect(String(other.lastError)).toContain('the clock is broken')
  expect(other.requests.at(-1)).toMatchObject({ endpoint: 'getupdates', status: 500, reason: 'internal error' })
})

describe('requests of web pages', () => {
  test.each([
    ['/ilink/bot/get_bot_qrcode?bot_type=3', 'https://evil.example', 403],
    ['/c2c/download?encrypted_query_param=x', 'https://evil.example', 403],
    ['/ilink/bot/get_bot_qrcode?bot_type=3', 'null', 403],
  ])('%s from %s', async (path, origin, status) => {
    expect((await client.request(path, { headers: { ...client.headers('GET', false), origin } })).status).toBe(status)
  })

  test('the origin of the sandbox is allowed', async () => {
    const headers = { ...client.headers('GET', false), origin: sandbox.url }
    expect((await client.request('/ilink/bot/get_bot_qrcode?bot_type=3', { headers })).status).toBe(200)
  })
})
