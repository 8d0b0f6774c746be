import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ArgumentError, ATTACHMENT, Itchat, type ItchatOptions, StateError, TEXT, UnsupportedError } from 'itchat'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Transport } from '../../src/transport/transport.js'
import { invalidArgument } from '../../src/util/invalid-argument.js'
import { events, quiet } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { ManualClock } from '../support/manual-clock.js'
import { MemoryServer } from '../support/memory-server.js'
import { memory } from '../support/memory-transport.js'
import { folder } from '../support/restarts.js'

/** A bot whose transport has other rules for sending. */
async function setUp(rules: Partial<Transport>, options: ItchatOptions = {}) {
  const server = new MemoryServer()
  const transport: ItchatOptions['transport'] = (context) => Object.assign(memory(server)(context), rules)
  const bot = new Itchat({ transport, logger: quiet, ...options })
  onTestFinished(() => bot.close())
  bot.on('qr', () => server.phone('confirmed'))
  await bot.login()
  return { server, bot, sent: events(bot, 'sent') }
}

/** A transport with one conversation, like a bot of the account's owner. */
const toOwner: Partial<Transport> = {
  recipient(toUserName = 'owner') {
    if (['owner', 'me', 'filehelper'].includes(toUserName)) return 'owner'
    throw invalidArgument('toUserName', { expected: 'the owner', found: 'another person' })
  },
}

test('the transport decides which conversation a recipient means', async () => {
  const { server, bot, sent } = await setUp(toOwner)
  const file = join(folder(), 'a.txt')
  writeFileSync(file, 'content')
  await bot.send('1')
  await bot.sendMsg('2', 'filehelper')
  await bot.sendFile(file)
  await bot.send(bot.file(file), bot.searchFriends())
  expect(server.sent.map(({ to }) => to)).toEqual(['owner', 'owner', 'owner', 'owner'])
  expect(sent).toMatchObject([{ user: 'owner' }, { user: 'owner' }, { user: 'owner' }, { user: 'owner' }])
  for (const call of [bot.send('x', 'stranger'), bot.sendFile(file, 'stranger'), bot.sendImage(file, 'stranger')]) {
    await expect(call).rejects.toThrow(/^Invalid toUserName: expected the owner/)
  }
  expect([server.sent.length, sent.length]).toEqual([4, 4])
})

test('without such rules, the default recipient is this account', async () => {
  const { server, bot } = await setUp({})
  await bot.send('1')
  await bot.sendMsg()
  expect(server.sent).toEqual([
    { to: 'me', text: '1' },
    { to: 'me', text: 'Test Message' },
  ])
  await expect(bot.send('x', '')).rejects.toThrow(ArgumentError)
})

test('text that needs too many parts is refused before any request, with advice', async () => {
  const textLimit = { max: 10, unit: 'utf16', maxParts: 3, keepsFences: true } as const
  const { server, bot, sent } = await setUp({ textLimit })
  await bot.send('x'.repeat(30), 'you')
  expect(server.sent.map(({ text }) => text?.length)).toEqual([10, 10, 10])
  const failure = await failureOf(bot.send('x'.repeat(31), 'you'))
  expect(failure).toBeInstanceOf(ArgumentError)
  expect(failure).toMatchObject({ argument: 'msg', message: expect.stringContaining('itchat.file(path)') })
  expect([server.sent.length, sent.length]).toEqual([3, 1])
})

test('maxTextLength can only lower the limit of the transport, in its unit', async () => {
  const limit = { textLimit: { max: 4, unit: 'utf16' } } as const
  const lower = await setUp(limit, { maxTextLength: 2 })
  await lower.bot.send('😀😀', 'you')
  const higher = await setUp(limit, { maxTextLength: 100 })
  await higher.bot.send('😀😀😀', 'you')
  expect(lower.server.sent.map(({ text }) => text)).toEqual(['😀', '😀'])
  expect(higher.server.sent.map(({ text }) => text)).toEqual(['😀😀', '😀'])
})

test('a send that the server does not confirm is visible in the result and the event, also for one part of many', async () => {
  const replies = [{ unconfirmed: true as const }, { unconfirmed: true as const }, {}, {}]
  const { bot, sent } = await setUp(
    { send: async () => ({ MsgID: '', LocalID: 'l', ...replies.shift() }) },
    { maxTextLength: 2 },
  )
  expect(await bot.send('1', 'you')).toEqual({ ok: true, MsgID: '', LocalID: 'l', unconfirmed: true })
  expect(await bot.send('1234', 'you')).toMatchObject({
    unconfirmed: true,
    parts: [{ unconfirmed: true }, { ok: true }],
  })
  expect(await bot.send('5', 'you')).not.toHaveProperty('unconfirmed')
  expect(sent.map(({ outcome }) => outcome)).toEqual(['unconfirmed', 'unconfirmed', 'sent'])
})

test('uploading ahead of sending needs the feature rawMessages', async () => {
  const { server, bot, sent } = await setUp({})
  const before = server.requests
  await expect(bot.uploadFile(Buffer.from('x'))).rejects.toThrow(UnsupportedError)
  await expect(bot.sendFile({ mediaId: 'media-1', name: 'a', sizeBytes: 1 }, 'you')).rejects.toThrow(UnsupportedError)
  expect([server.requests, sent]).toEqual([before, []])
  const raw = await setUp({ features: new Set(['rawMessages']) })
  const { MediaId: mediaId, name, sizeBytes } = await raw.bot.uploadFile(Buffer.from('x'))
  await raw.bot.sendFile({ mediaId, name, sizeBytes }, 'you')
  expect(raw.server.sent).toMatchObject([{ file: { name: 'file' } }])
})

test.each(['image', 'video', undefined] as const)('forwards a downloaded file as %s', async (as) => {
  const uploaded: unknown[] = []
  const { server, bot } = await setUp({
    features: new Set(['forward']),
    forward: () => ({ kind: 'file', name: 'a.bin', ...(as ? { as } : {}) }),
    upload: async ({ name, sizeBytes }, kind) => {
      uploaded.push([name, kind])
      return { mediaId: '1', name, sizeBytes, as: kind }
    },
  })
  const forwarded = gate()
  bot.msgRegister(ATTACHMENT, async (msg) => {
    await msg.forward('you')
    forwarded.open()
  })
  void bot.run()
  server.say('a.bin', Uint8Array.of(1))
  await forwarded.opened
  expect(uploaded).toEqual([['a.bin', as ?? 'file']])
})

test('pacing of the transport applies by default, but not to replies if it exempts them', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  const clock = new ManualClock(0)
  const pace = { burst: 2, perSecond: 0.5, pacesReplies: false }
  const { server, bot } = await setUp({ isLocal: false, pace }, { clock })
  const replied = gate()
  bot.msgRegister(TEXT, async (msg) => {
    for (const n of [1, 2, 3, 4]) await msg.reply(`reply ${n}`)
    replied.open()
    // Another conversation than that of the message.
    void bot.send('push 5', 'other').catch(() => {})
  })
  void bot.run()
  const pushes = [1, 2, 3, 4].map((n) => failureOf(bot.send(`push ${n}`, 'you')))
  await Promise.all(pushes.slice(0, 2))
  server.say('hello')
  await replied.opened
  const texts = () => server.sent.map(({ text }) => text)
  expect(texts()).toEqual(['push 1', 'push 2', 'reply 1', 'reply 2', 'reply 3', 'reply 4'])
  await clock.advance(2_000)
  expect(texts().slice(6)).toEqual(['push 3'])
  await clock.advance(4_000)
  expect(texts().slice(7)).toEqual(['push 4', 'push 5'])
  await Promise.all(pushes)
})

test('the transport learns when handlers for messages of a conversation start and end', async () => {
  const steps: string[] = []
  const { server, bot } = await setUp({
    handling(userName) {
      steps.push(`start ${userName}`)
      return () => steps.push('end')
    },
  })
  events(bot, 'error')
  const handled = gate()
  bot.msgRegister(TEXT, async ({ text }) => {
    steps.push(text)
    await null
    if (text === 'two') throw new Error('it fails')
    if (text === 'three') handled.open()
    return text
  })
  void bot.run()
  for (const text of ['one', 'two', 'three']) server.say(text)
  await handled.opened
  await bot.close()
  expect(steps).toEqual(['start you', 'one', 'end', 'start you', 'two', 'end', 'start you', 'three', 'end'])
})

test('a failure of the transport in this hook is reported and does not affect the handler', async () => {
  const { server, bot } = await setUp({
    handling() {
      throw new StateError('broken')
    },
  })
  const errors = events(bot, 'error')
  const handled = gate()
  bot.msgRegister(TEXT, () => handled.open())
  void bot.run()
  server.say('hello')
  await handled.opened
  expect(errors).toMatchObject([{ error: { message: 'broken' } }])
})
