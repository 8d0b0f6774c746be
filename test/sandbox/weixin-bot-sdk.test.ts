import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type ParsedMessage, WeixinBot } from 'weixin-bot-sdk'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { ManualClock } from '../support/manual-clock.js'
import { ended, warningTexts } from './support/observe.js'
import { readPhoto } from './support/photo.js'

/** The deviations that the sandbox warns about. */
const WARNINGS = {
  always: [
    'header iLink-App-Id is not bot',
    'header iLink-App-ClientVersion is not a decimal version number',
    'no notifystart before the first poll',
  ],
  media: ['upload_full_url is ignored', 'aes_key is the base64 form of the 16 bytes instead of the 32 hex digits'],
}
const HOLD_MS = 35_000
/** How long a poll of a replaced token is held at most. */
const REPLACED_MS = 29_000
const OPTIONS = { port: 0, ilink: true, messageTimeoutMs: 15_000 }

/** Creates a third-party client. Its poll cannot be canceled: it ends when the sandbox closes. */
function create(sandbox: Sandbox, credentialsPath?: string): WeixinBot {
  const credentials = credentialsPath === undefined ? {} : { credentialsPath }
  const bot = new WeixinBot({ baseUrl: sandbox.url, cdnUrl: `${sandbox.url}/c2c`, ...credentials })
  bot.on('error', () => {})
  onTestFinished(() => bot.stop())
  return bot
}

async function goOnline(sandbox: Sandbox, bot: WeixinBot): Promise<void> {
  const login = bot.login({})
  await sandbox.clawbot.waiting()
  sandbox.clawbot.scan()
  sandbox.clawbot.confirm()
  await login
  bot.start()
  await sandbox.clawbot.online()
}

async function nextReceived(bot: WeixinBot): Promise<ParsedMessage> {
  const [message] = await once(bot, 'message')
  return message
}

test('weixin-bot-sdk, an independent client, logs in after an expired QR code, replies and shows that it is typing', async () => {
  await using sandbox = await startSandbox(OPTIONS)
  const { clawbot } = sandbox
  const bot = create(sandbox)
  const [links, states]: [string[], string[]] = [[], []]
  const login = await bot.login({
    onQrCode: (link) => {
      links.push(link)
      expect(link).toBe(clawbot.login.link)
      if (links.length === 1) clawbot.expire()
      else clawbot.scan()
    },
    onStatus: (state) => {
      states.push(state)
      if (state === 'scaned') clawbot.confirm()
    },
  })
  expect(login).toMatchObject({ botId: clawbot.view.binding?.botId, userId: clawbot.userId })
  expect(links[0]).not.toBe(links[1])
  expect(states).toEqual(['expired', 'scaned', 'confirmed'])
  bot.start()
  await clawbot.online()

  const received = nextReceived(bot)
  const said = clawbot.say('几点出发？\n<第二行>')
  const message = await received
  // The client reads the 64-bit id as a JavaScript number, which rounds it.
  const messageId = Number(said.id)
  expect(message).toMatchObject({ messageId, text: said.text, type: 'text', from: clawbot.userId })
  await bot.sendTyping(message.from)
  expect(clawbot.typing).toBe(true)
  await bot.cancelTyping(message.from)
  expect(clawbot.typing).toBe(false)
  await bot.reply(message, '收到')
  expect((await clawbot.nextMessage()).text).toBe('收到')
  await bot.sendText(message.from, '主动发的')
  expect((await clawbot.nextMessage()).text).toBe('主动发的')
  expect(clawbot.dropped).toEqual([])
  expect(warningTexts(sandbox)).toEqual(new Set(WARNINGS.always))
  expect(sandbox.lastError).toBeUndefined()
})

test('weixin-bot-sdk receives and sends a picture, a video and a file with their bytes', async () => {
  await using sandbox = await startSandbox(OPTIONS)
  const { clawbot } = sandbox
  const bot = create(sandbox)
  await goOnline(sandbox, bot)
  const [photo, large] = [readPhoto(), randomBytes(1024 * 1024 + 77)]
  const user = clawbot.userId
  const receive = async (content: Parameters<typeof clawbot.send>[0]) => {
    const received = nextReceived(bot)
    clawbot.send(content)
    return await received
  }

  const { image = {} } = await receive({ kind: 'image', bytes: photo })
  expect((await bot.downloadImage(image)).equals(photo)).toBe(true)
  const { video = {} } = await receive({ kind: 'video', bytes: large })
  expect((await bot.downloadVideo(video)).equals(large)).toBe(true)
  const { file = {} } = await receive({ kind: 'file', name: '备份 & 50%.bin', bytes: large })
  expect(file.file_name).toBe('备份 & 50%.bin')
  expect((await bot.downloadFile(file)).equals(large)).toBe(true)
  const voice = await receive({ kind: 'voice', transcript: '听写的话' })
  expect([voice.type, voice.text]).toEqual(['voice', '听写的话'])

  await bot.sendFile(user, large, '山 & 云.bin', undefined, '说明')
  expect((await clawbot.nextMessage()).text).toBe('说明')
  const sentFile = await clawbot.nextMessage()
  expect(sentFile).toMatchObject({ kind: 'file', name: '山 & 云.bin', sizeBytes: large.length })
  expect((await sentFile.bytes()).equals(large)).toBe(true)
  await bot.sendVideo(user, large)
  const sentVideo = await clawbot.nextMessage()
  expect([sentVideo.kind, (await sentVideo.bytes()).equals(large)]).toEqual(['video', true])
  await bot.sendImage(user, photo)
  const sentImage = await clawbot.nextMessage()
  expect([sentImage.kind, (await sentImage.bytes()).equals(photo)]).toEqual(['image', true])
  // A phone shows such a picture gray.
  expect(clawbot.dropped).toEqual([expect.objectContaining({ id: sentImage.id, reason: 'grayRawKey' })])
  expect(clawbot.messages.filter(({ isBroken }) => isBroken).map(({ id }) => id)).toEqual([sentImage.id])
  expect(warningTexts(sandbox)).toEqual(new Set([...WARNINGS.always, ...WARNINGS.media]))
})

test('weixin-bot-sdk continues with its saved login', async () => {
  const credentials = join(mkdtempSync(join(tmpdir(), 'weixin-bot-')), 'credentials.json')
  const clock = new ManualClock()
  await using sandbox = await startSandbox({ ...OPTIONS, clock })
  const { clawbot } = sandbox
  const first = create(sandbox, credentials)
  await goOnline(sandbox, first)
  await sandbox.held('getupdates')
  first.stop()
  const lastPoll = ended(sandbox, 'getupdates')
  await clock.advance(HOLD_MS)
  await lastPoll

  const second = create(sandbox, credentials)
  expect(second.isLoggedIn).toBe(true)
  const received = nextReceived(second)
  second.start()
  clawbot.say('在吗')
  await second.reply(await received, '在')
  expect((await clawbot.nextMessage()).text).toBe('在')
})

test('weixin-bot-sdk takes a refused message for a sent one, and stops when the owner is bound to another program', async () => {
  const clock = new ManualClock()
  await using sandbox = await startSandbox({ ...OPTIONS, clock })
  const { clawbot } = sandbox
  const bot = create(sandbox)
  await goOnline(sandbox, bot)
  const received = nextReceived(bot)
  clawbot.say('你好')
  const message = await received
  clawbot.spendQuota()
  await bot.reply(message, '太多了')
  expect(sandbox.requests.at(-1)).toMatchObject({ endpoint: 'sendmessage', result: '-2' })
  expect(clawbot.messages.map(({ text }) => text)).toEqual(['你好'])
  await sandbox.held('getupdates')
  const expired = once(bot, 'session:expired')
  clawbot.bindElsewhere()
  await clock.advance(REPLACED_MS)
  await expired
})
