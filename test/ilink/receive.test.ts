import type { Message } from 'itchat'
import { describe, expect, test } from 'vitest'
import { sandboxFor } from '../support/bot.js'
import { ilinkBot } from '../support/ilink-bot.js'
import { TYPES } from '../support/ilink-types.js'

async function receiving(options = {}) {
  const sandbox = await sandboxFor({ ilink: options })
  const { bot, errors } = ilinkBot(sandbox)
  const received: Message[] = []
  let wake = () => {}
  bot.msgRegister(TYPES, (msg) => {
    received.push(msg)
    wake()
  })
  await bot.login({ qrCallback() {} })
  void bot.run()
  await sandbox.clawbot.online()
  /** Resolves to the messages once there are this many. */
  const until = async (count: number) => {
    while (received.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    return received
  }
  const next = async () => {
    await until(1)
    return received.shift() as Message
  }
  return { sandbox, clawbot: sandbox.clawbot, bot, errors, until, next }
}

test('the owner is the only contact, without a name', async () => {
  const { bot, clawbot, next } = await receiving()
  clawbot.say('hello')
  const message = await next()
  expect(message.user).toMatchObject({ UserName: clawbot.userId, NickName: '' })
  expect(message).toMatchObject({ Type: 'Text', Text: 'hello', FromUserName: clawbot.userId })
  expect(message.isSelf).toBe(false)
  expect(message.MsgId).toMatch(/^\d{19}$/)
  expect((await bot.getFriends()).map(({ UserName }) => UserName)).toEqual([
    bot.searchFriends().UserName,
    clawbot.userId,
  ])
  expect(bot.searchFriends({ userName: clawbot.userId })).toBe(message.user)
  expect([await bot.getChatrooms(), await bot.getMps(), bot.searchChatrooms({ name: 'x' }), bot.searchMps()]).toEqual([
    [],
    [],
    [],
    [],
  ])
  expect(message.user.puid).not.toBe('')
})

test.each([
  ['image', 'Picture'],
  ['voice', 'Recording'],
  ['video', 'Video'],
  ['file', 'Attachment'],
] as const)('%s arrives as %s with its bytes', async (kind, type) => {
  const { clawbot, next, sandbox } = await receiving()
  const bytes = Buffer.from(Array.from({ length: 5_000 }, (_, n) => n % 251))
  clawbot.send(kind === 'file' ? { kind, name: '../../report.pdf', bytes } : { kind })
  const message = await next()
  expect(message.type).toBe(type)
  const downloaded = await message.download()
  const shown = clawbot.messages.at(-1)
  expect(downloaded.length).toBeGreaterThan(16)
  if (kind === 'file') {
    expect(Buffer.from(downloaded).equals(bytes)).toBe(true)
    expect(message.originalFileName).toBe('../../report.pdf')
    expect(message.fileName).toBe('report.pdf')
  }
  expect(shown?.kind).toBe(kind)
  expect(sandbox.warnings).toEqual([])
})

test('the transcript of a voice message is not its text', async () => {
  const { clawbot, next } = await receiving()
  clawbot.send({ kind: 'voice', transcript: 'good morning' })
  const message = await next()
  expect(message.transcript).toBe('good morning')
  expect(typeof message.text).toBe('function')
})

test('an unknown item is delivered with everything the server sent', async () => {
  const { clawbot, next } = await receiving()
  clawbot.sendItem({ type: 7, sticker_item: { name: 'wave' } })
  const message = await next()
  expect(message.type).toBe('Unknown')
  expect(message.raw.item_list).toEqual([expect.objectContaining({ type: 7, sticker_item: { name: 'wave' } })])
})

test('a message without items is delivered', async () => {
  const { clawbot, next } = await receiving()
  clawbot.raw({ item_list: [] })
  expect((await next()).type).toBe('Unknown')
})

test('several items become several messages, in order', async () => {
  const { clawbot, until } = await receiving()
  clawbot.sendTogether({ kind: 'text', text: 'one' }, { kind: 'text', text: 'two' }, { kind: 'text', text: 'three' })
  const messages = await until(3)
  expect(messages.map(({ text }) => text)).toEqual(['one', 'two', 'three'])
  expect(messages.map(({ MsgId }) => MsgId.replace(/^\d+/, ''))).toEqual(['', '#2', '#3'])
})

describe.each(['old', 'new'] as const)('a quote from an app of the %s kind', (appFlavor) => {
  test('contains the whole message', async () => {
    const { clawbot, next } = await receiving({ appFlavor })
    const first = clawbot.say('one two three')
    await next()
    clawbot.quote(first, 'which one?')
    const { quote, text } = await next()
    expect(text).toBe('which one?')
    expect(quote).toMatchObject({ text: 'one two three', isPartial: false, type: 'Text' })
  })

  test('contains the quoted part', async () => {
    const { clawbot, next } = await receiving({ appFlavor })
    const first = clawbot.say('one two three two four')
    await next()
    clawbot.quote(first, 'why?', { partial: 'two three' })
    expect((await next()).quote).toMatchObject({ text: 'two three', isPartial: true })
  })

  test('of a message from the bot contains its text', async () => {
    const { bot, clawbot, next } = await receiving({ appFlavor })
    clawbot.say('hello')
    await next()
    await bot.send('my answer', clawbot.userId)
    const { id } = await clawbot.nextMessage()
    clawbot.quote({ id }, 'really?')
    expect((await next()).quote).toMatchObject({ text: 'my answer', isPartial: false })
  })
})

test('honest repetitions are separate messages', async () => {
  const { clawbot, until } = await receiving()
  for (let count = 0; count < 3; count++) clawbot.say('ok')
  expect((await until(3)).map(({ text }) => text)).toEqual(['ok', 'ok', 'ok'])
})

test('a file whose key does not fit it is a typed error, and nothing is written', async () => {
  const { sandbox, clawbot, next } = await receiving()
  sandbox.faults.add({ kind: 'keyMismatch' })
  clawbot.send({ kind: 'file', name: 'a.bin', bytes: Buffer.alloc(5_000, 1) })
  const message = await next()
  await expect(message.download()).rejects.toMatchObject({ name: 'ProtocolError' })
})

test.each(['rawKey', 'hexKey'] as const)('a key in the form of the fault %s is understood', async (kind) => {
  const { sandbox, clawbot, next } = await receiving()
  sandbox.faults.add({ kind })
  clawbot.send({ kind: 'image' })
  expect((await (await next()).download()).length).toBeGreaterThan(0)
})
