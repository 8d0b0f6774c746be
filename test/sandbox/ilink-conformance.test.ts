import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type IlinkOptions, type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { ManualClock } from '../support/manual-clock.js'
import { encrypt, IlinkClient } from './support/ilink-client.js'

const KEY = Buffer.alloc(16, 7)
const UPPER_KEY = Buffer.alloc(16, 0xab)
const FILE = Buffer.from('bytes of a file')

let clock: ManualClock
let sandbox: Sandbox
let client: IlinkClient

async function start(ilink: IlinkOptions = {}): Promise<void> {
  clock = new ManualClock()
  sandbox = await startSandbox({ port: 0, clock, autoLogin: true, ilink })
  client = await new IlinkClient(sandbox.url).login()
}

beforeEach(() => start())

afterEach(async () => {
  expect(sandbox.lastError).toBeUndefined()
  await sandbox.close()
})

const base64 = (text: string) => Buffer.from(text).toString('base64')
const withHeaders = (headers: Record<string, string>) => client.post('msg/notifystart', {}, { headers })
const withBase = (base_info: unknown) => client.post('msg/notifystart', { base_info })

/** Starts, and fetches a message from the owner. */
async function greet(): Promise<void> {
  if (sandbox.clawbot.notified.starts === 0) await client.start()
  sandbox.clawbot.say('hi')
  await client.poll()
}

async function send(item: object, fields: object = {}): Promise<void> {
  await greet()
  await client.sendItem(item, fields)
}

const TEXT = { type: 1, text_item: { text: 'a' } }

async function sendMedia(
  type: number,
  change: (fields: any) => object,
  announced: object = {},
  key = KEY,
): Promise<void> {
  await greet()
  const mediaType = { 2: 1, 4: 3, 5: 2 }[type]
  const { media, size } = await client.upload(FILE, key, { media_type: mediaType, ...announced })
  const item = {
    2: { image_item: { media, mid_size: size } },
    4: { file_item: { media, file_name: 'a.txt', len: String(FILE.length) } },
    5: { video_item: { media, video_size: size } },
  }[type]
  await client.sendItem({ type, ...change(item) })
}

async function upload(announced: object, bytes = encrypt(FILE, KEY), init: RequestInit = {}): Promise<void> {
  const { json } = await client.post('getuploadurl', client.announcement(FILE, KEY, announced))
  await client.putFile(json.upload_full_url, bytes, init)
}

async function startTyping(): Promise<void> {
  await greet()
  const ilink_user_id = client.userId
  const { json } = await client.post('getconfig', { ilink_user_id })
  await client.post('sendtyping', { ilink_user_id, typing_ticket: json.typing_ticket, status: 1 })
}

async function heldPoll(signal?: AbortSignal) {
  const isHeld = sandbox.held('getupdates')
  const poll = client.poll({}, signal ? { signal } : {}).catch(() => undefined)
  await isHeld
  return { poll }
}

async function abandonPoll(): Promise<void> {
  const abort = new AbortController()
  const { poll } = await heldPoll(abort.signal)
  abort.abort()
  await poll
  await expect
    .poll(() => sandbox.requests.some(({ endpoint, status }) => endpoint === 'getupdates' && status === undefined))
    .toBe(false)
}

/** Each deviation with a part of its warning. */
const WARNED: [string, string, () => Promise<unknown>][] = [
  ['2.2', 'iLink-App-Id is not bot', () => withHeaders({ 'iLink-App-Id': '' })],
  ['2.2', 'iLink-App-ClientVersion', () => withHeaders({ 'iLink-App-ClientVersion': '1.0.11' })],
  ['2.2', 'Content-Type is not application/json', () => withHeaders({ 'Content-Type': 'text/plain' })],
  ['2.2', 'AuthorizationType', () => withHeaders({ AuthorizationType: '' })],
  ['2.2', 'X-WECHAT-UIN is missing', () => withHeaders({ 'X-WECHAT-UIN': '' })],
  ['2.2', 'X-WECHAT-UIN is not', () => withHeaders({ 'X-WECHAT-UIN': randomBytes(4).toString('base64') })],
  ['2.2', 'X-WECHAT-UIN is not', () => withHeaders({ 'X-WECHAT-UIN': base64('4294967296') })],
  [
    '2.2',
    'X-WECHAT-UIN is reused',
    async () => {
      await withHeaders({ 'X-WECHAT-UIN': base64('7') })
      for (let count = 0; count < 18; count++) await client.start()
      await client.post('msg/notifystop', {}, { headers: { 'X-WECHAT-UIN': base64('7') } })
    },
  ],
  [
    '2.2',
    'Authorization is sent without need',
    () => client.status(undefined, { headers: { ...client.headers('GET', true) } }),
  ],
  ['2.2', 'base_info is missing', () => withBase(undefined)],
  ['2.2', 'channel_version is missing', () => withBase({})],
  ['2.2', 'bot_agent', () => withBase({ channel_version: '1', bot_agent: 'no version' })],
  ['2.2', 'bot_agent', () => withBase({ channel_version: '1', bot_agent: 'A/1 ()' })],
  [
    '2.4',
    'bot_type is not 3',
    () => client.request('/ilink/bot/get_bot_qrcode', { headers: client.headers('GET', false) }),
  ],
  ['3', 'more than 10 tokens', () => client.requestQr({ local_token_list: Array.from({ length: 11 }, () => 'x') })],
  [
    '3',
    'without a pause',
    async () => {
      for (let poll = 0; poll < 5; poll++) await client.status()
    },
  ],
  [
    '3',
    'verify_code is no longer sent',
    async () => {
      await sandbox.close()
      sandbox = await startSandbox({ port: 0, clock })
      client = new IlinkClient(sandbox.url)
      await client.requestQr()
      sandbox.clawbot.requireVerifyCode('123456')
      sandbox.clawbot.scan()
      await client.status()
      sandbox.faults.add({ kind: 'dropReply', path: 'get_qrcode_status' })
      await client.status('123456').catch(() => {})
      await client.status()
    },
  ],
  ['7', 'no notifystart', () => heldPoll()],
  [
    '4',
    'two polls at once',
    async () => {
      await client.start()
      await heldPoll()
      void client.poll().catch(() => {})
      await expect.poll(() => sandbox.requests.filter(({ endpoint }) => endpoint === 'getupdates')).toHaveLength(2)
    },
  ],
  [
    '4',
    'ended by the program before',
    async () => {
      await client.start()
      await abandonPoll()
      await heldPoll()
    },
  ],
  [
    '4',
    'older than an earlier one',
    async () => {
      await greet()
      const { cursor } = client
      await greet()
      await greet()
      sandbox.clawbot.say('x')
      await client.poll({ get_updates_buf: cursor })
    },
  ],
  [
    '4',
    'older than an earlier one',
    async () => {
      // The program never advances its cursor.
      await greet()
      sandbox.clawbot.say('x')
      await client.poll({ get_updates_buf: '' })
    },
  ],
  [
    '4',
    'older than an earlier one',
    async () => {
      // The program forgets its cursor when it starts again.
      await greet()
      await greet()
      await client.start()
      sandbox.clawbot.say('x')
      await client.poll({ get_updates_buf: '' })
    },
  ],
  [
    '4',
    'get_updates_buf was not issued',
    async () => {
      await greet()
      sandbox.clawbot.say('x')
      await client.poll({ get_updates_buf: 'foreign' })
    },
  ],
  [
    '4',
    'ended by the program before',
    async () => {
      await client.start()
      sandbox.faults.add({ kind: 'gateway524' })
      const { poll } = await heldPoll()
      await clock.advance(16_000)
      await poll
      // Much later, short polls are wrong again.
      await clock.advance(10 * 60_000)
      await abandonPoll()
      await heldPoll()
    },
  ],
  ['5', 'client_id is missing', () => send(TEXT, { client_id: undefined })],
  ['5', 'client_id is missing', () => send(TEXT, { client_id: 7 })],
  ['5', 'voice messages are not shown', () => send({ type: 3, voice_item: {} })],
  ['5', 'unknown type', () => send({ type: 7 })],
  ['5', 'unknown type', () => send({ type: '1', text_item: { text: 'a' } })],
  ['5', 'unknown type', () => send({ text_item: { text: 'a' } })],
  ['5', 'text_item.text is empty', () => send({ type: 1, text_item: { text: '' } })],
  ['5', 'text_item.text is empty', () => send({ type: 1 })],
  ['5.2', 'longer than 2,000 characters', () => send({ type: 1, text_item: { text: 'x'.repeat(2001) } })],
  [
    '5.2',
    'too many texts',
    async () => {
      await sandbox.close()
      await start({ partsPerReply: 1 })
      await send(TEXT)
      await client.sendItem(TEXT)
    },
  ],
  ['6.1', 'was not issued by the media server', () => send({ type: 4, file_item: { media: {} } })],
  [
    '6.1',
    'the parameter of the upload',
    async () => {
      const { json } = await client.post('getuploadurl', client.announcement(FILE, KEY))
      await send({ type: 2, image_item: { media: { encrypt_query_param: json.upload_param } } })
    },
  ],
  [
    '6.1',
    'aes_key is not the key that was announced',
    () =>
      sendMedia(2, ({ image_item }) => ({
        image_item: { ...image_item, media: { ...image_item.media, aes_key: '' } },
      })),
  ],
  ['6.1', 'mid_size is not', () => sendMedia(2, ({ image_item }) => ({ image_item: { ...image_item, mid_size: 1 } }))],
  ...([2, 4, 5] as const).map((type): [string, string, () => Promise<unknown>] => [
    '6.1',
    'media.encrypt_type is missing',
    () =>
      sendMedia(type, (item) => {
        const [[member, fields]] = Object.entries<any>(item) as [[string, any]]
        return { [member]: { ...fields, media: { ...fields.media, encrypt_type: undefined } } }
      }),
  ]),
  [
    '6.1',
    'aes_key is the base64 form of upper-case hex digits',
    () =>
      sendMedia(
        4,
        ({ file_item }) => ({
          file_item: {
            ...file_item,
            media: { ...file_item.media, aes_key: base64(UPPER_KEY.toString('hex').toUpperCase()) },
          },
        }),
        {},
        UPPER_KEY,
      ),
  ],
  [
    '6.1',
    'aeskey is not 32 lower-case',
    () => upload({ aeskey: UPPER_KEY.toString('hex').toUpperCase() }, encrypt(FILE, UPPER_KEY)),
  ],
  ...['iLink-App-Id', 'iLink-App-ClientVersion', 'AuthorizationType', 'X-WECHAT-UIN'].map(
    (name): [string, string, () => Promise<unknown>] => [
      '2.2',
      'headers of the API are sent to the media server',
      () => upload({}, encrypt(FILE, KEY), { headers: { 'Content-Type': 'application/octet-stream', [name]: 'x' } }),
    ],
  ),
  ['5', 'from_user_id', () => send(TEXT, { from_user_id: 'x' })],
  ['5', 'message_type', () => send(TEXT, { message_type: 1 })],
  ['5', 'message_state', () => send(TEXT, { message_state: 1 })],
  ['5', 'context_token is missing', () => send(TEXT, { context_token: undefined })],
  ['5', 'was not issued to this bot', () => send(TEXT, { context_token: 'AARzForeign' })],
  [
    '5',
    'not the latest one',
    async () => {
      await greet()
      const { contextToken } = client
      await greet()
      await clock.advance(1000)
      await client.send('a', { context_token: contextToken })
    },
  ],
  ['5', 'unexpected field seq in msg', () => send(TEXT, { seq: 1 })],
  ['5', 'unexpected field is_completed in the item', () => send({ ...TEXT, is_completed: true })],
  [
    '5',
    'unexpected field aeskey in image_item',
    () => sendMedia(2, ({ image_item }) => ({ image_item: { ...image_item, aeskey: KEY.toString('hex') } })),
  ],
  [
    '5',
    'unexpected field full_url in media',
    () =>
      sendMedia(2, ({ image_item }) => ({
        image_item: { ...image_item, media: { ...image_item.media, full_url: 'http://x' } },
      })),
  ],
  ['6.1', 'media_type of the upload differs', () => sendMedia(2, (item) => item, { media_type: 3 })],
  ['4.2', 'file_item.len', () => sendMedia(4, ({ file_item }) => ({ file_item: { ...file_item, len: FILE.length } }))],
  ['6.1', 'video_size', () => sendMedia(5, ({ video_item }) => ({ video_item: { ...video_item, video_size: 1 } }))],
  [
    '6.1',
    'base64 form of the 16 bytes',
    () =>
      sendMedia(4, ({ file_item }) => ({
        file_item: { ...file_item, media: { ...file_item.media, aes_key: KEY.toString('base64') } },
      })),
  ],
  ['6.1', 'rawfilemd5 is not the MD5', () => upload({ rawfilemd5: '0'.repeat(32) })],
  ['6.1', 'rawfilemd5 is not an MD5', () => upload({ rawfilemd5: 'X' })],
  ['6.1', 'rawsize is not the size', () => upload({ rawsize: FILE.length - 1 })],
  ['6.1', 'filesize is not', () => upload({ filesize: 32 }, Buffer.concat([encrypt(FILE, KEY), encrypt(FILE, KEY)]))],
  ['6.1', 'filekey is not', () => upload({ filekey: 'ABC' })],
  ['6.1', 'could not be decrypted', () => upload({ aeskey: '00'.repeat(16) })],
  [
    '2.2',
    'Content-Type of an upload',
    () => upload({}, encrypt(FILE, KEY), { headers: { 'Content-Type': 'text/plain' } }),
  ],
  [
    '2.2',
    'sent to the media server',
    () =>
      upload({}, encrypt(FILE, KEY), {
        headers: { 'Content-Type': 'application/octet-stream', Authorization: `Bearer ${client.token}` },
      }),
  ],
  [
    '6.1',
    'upload_full_url is ignored',
    async () => {
      const { json } = await client.post('getuploadurl', client.announcement(FILE, KEY))
      const url = new URL(json.upload_full_url)
      url.searchParams.delete('taskid')
      await client.putFile(url.href, encrypt(FILE, KEY))
    },
  ],
  [
    '5.1',
    'during the penalty',
    async () => {
      await greet()
      sandbox.clawbot.throttle()
      // The first refusal is how a program learns of the penalty.
      for (let attempt = 0; attempt < 2; attempt++) await client.send('a')
    },
  ],
  [
    '7',
    'polling goes on after -14',
    async () => {
      sandbox.clawbot.expireToken()
      for (let poll = 0; poll < 3; poll++) await client.poll()
    },
  ],
  [
    '7',
    'sending goes on after -14',
    async () => {
      sandbox.clawbot.expireToken()
      for (let attempt = 0; attempt < 2; attempt++) await client.send('a')
    },
  ],
  [
    '5',
    'left on',
    async () => {
      await startTyping()
      await client.post('msg/notifystop')
    },
  ],
  [
    '5',
    'left on',
    async () => {
      await startTyping()
      await clock.advance(31_000)
      await client.send('a')
    },
  ],
  [
    '5',
    'typing_ticket was not issued',
    async () => {
      await greet()
      await client.post('sendtyping', { ilink_user_id: client.userId, typing_ticket: 'x', status: 2 })
    },
  ],
  ...[{ status: 2 }, { status: 1, typing_ticket: undefined }].map((body): [string, string, () => Promise<unknown>] => [
    '5',
    'typing_ticket was not issued',
    async () => {
      // The program has not asked for a ticket.
      await greet()
      await client.post('sendtyping', { ilink_user_id: client.userId, ...body })
    },
  ]),
  [
    '5',
    'typing_ticket was not issued',
    async () => {
      await greet()
      const { json } = await client.post('getconfig', { ilink_user_id: client.userId })
      const { typing_ticket } = json
      await client.post('sendtyping', { ilink_user_id: 'other@im.wechat', typing_ticket, status: 1 })
      expect(sandbox.clawbot.typing).toBe(false)
    },
  ],
  ...(
    [
      ['msg/notifystart', 4],
      ['getconfig', 11],
      ['getuploadurl', 11],
    ] as const
  ).map(([path, attempts]): [string, string, () => Promise<unknown>] => [
    '7',
    'requests go on after -14',
    async () => {
      sandbox.clawbot.expireToken()
      for (let attempt = 1; attempt < attempts; attempt++) await client.post(path)
      expect(sandbox.warnings).toEqual([])
      await client.post(path)
    },
  ]),
  [
    '5',
    'neither 1 nor 2',
    async () => {
      await startTyping()
      await client.post('sendtyping', { ilink_user_id: client.userId, typing_ticket: 'x', status: 3 })
    },
  ],
]

test.each(WARNED)('§%s: %s', async (section, text, deviate) => {
  expect(sandbox.warnings).toEqual([])
  await deviate()
  const matches = () => sandbox.warnings.filter((warning) => warning.text.includes(text))
  await expect.poll(matches).toHaveLength(1)
  expect(matches()[0]).toMatchObject({ section: `§${section}`, document: 'docs/ilink.md' })
})

test.each([
  [{ pacing: true }, 6 * 60_000, 1],
  [{ pacing: true }, 0, 0],
  [{}, 6 * 60_000, 0],
])('%o: three messages at once, %i ms after the message from the owner', async (options, waitMs, count) => {
  await sandbox.close()
  await start(options)
  await greet()
  await clock.advance(waitMs)
  for (const text of ['1', '2', '3']) await client.send(text)
  expect(sandbox.warnings.filter(({ text }) => text.includes('within a second'))).toHaveLength(count)
})

test('a correct program receives no warnings', async () => {
  await greet()
  await client.send('a')
  await sendMedia(2, (item) => item)
  await sendMedia(4, (item) => item)
  await sendMedia(5, (item) => item)
  const { poll } = await heldPoll()
  await clock.advance(35_000)
  await poll
  await abandonPoll()
  await client.post('msg/notifystop')
  // The program is restarted.
  await client.start()
  await greet()
  sandbox.clawbot.expireToken({ isRevivable: true })
  await client.poll()
  await client.start()
  await greet()
  await withBase({ channel_version: '1', bot_agent: 'Bot/1.0 (a comment) Lib/2' })
    .then(() => client.post('msg/notifystop'))
    .catch(() => {})
  expect(sandbox.warnings).toEqual([])
})
