import { createHash } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ArgumentError, type Itchat, UnsupportedError } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, test } from 'vitest'
import type { IlinkOptions } from '../../src/transports/ilink/index.js'
import { events, sandboxFor } from '../support/bot.js'
import { ilinkBot } from '../support/ilink-bot.js'

/** A bot whose owner has written once. */
async function talking(sandboxOptions: object = {}, options: IlinkOptions = {}) {
  const sandbox = await sandboxFor({ ilink: sandboxOptions })
  const { bot, errors } = ilinkBot(sandbox, {}, options)
  await bot.login({ qrCallback() {} })
  const greeted = new Promise<void>((resolve) => {
    bot.use((_, next) => {
      resolve()
      return next()
    })
  })
  void bot.run()
  await sandbox.clawbot.online()
  sandbox.clawbot.say('hello')
  await greeted
  return { sandbox, clawbot: sandbox.clawbot, bot, errors }
}

describe('a recipient', () => {
  test.each<[string, (bot: Itchat, sandbox: Sandbox) => string | undefined]>([
    ['that is missing', () => undefined],
    ['that is this account', (bot) => bot.searchFriends().UserName],
    ['filehelper', () => 'filehelper'],
    ['that is the owner', (_, { clawbot }) => clawbot.userId],
  ])('%s means the owner', async (_, recipient) => {
    const { bot, sandbox, clawbot } = await talking()
    const sent = events(bot, 'sent')
    const to = recipient(bot, sandbox)
    expect(await (to === undefined ? bot.send('hi') : bot.send('hi', to))).toMatchObject({ ok: true })
    expect(await clawbot.nextMessage()).toMatchObject({ text: 'hi' })
    expect(sent).toMatchObject([{ outcome: 'sent', user: { UserName: clawbot.userId } }])
  })

  test.each([
    ['of another account', () => 'wxid_abc'],
    ['in other letter case', (clawbot: { userId: string }) => clawbot.userId.toLowerCase()],
  ])('%s is an ArgumentError', async (_, to) => {
    const { bot, clawbot, sandbox } = await talking()
    const before = sandbox.requests.length
    await expect(bot.send('hi', to(clawbot))).rejects.toThrow(ArgumentError)
    expect(sandbox.requests.slice(before).filter(({ endpoint }) => endpoint === 'sendmessage')).toEqual([])
  })
})

describe('text', () => {
  test('is split at 1,800 UTF-16 code units, not inside a character, and every part arrives', async () => {
    const { bot, clawbot } = await talking()
    const text = '👩‍👩‍👧‍👦'.repeat(400)
    const { parts = [] } = await bot.send(text)
    const shown = []
    for (const _ of parts) shown.push((await clawbot.nextMessage()).text)
    expect(parts.length).toBeGreaterThan(2)
    expect(shown.join('')).toBe(text)
    for (const part of shown) {
      expect(part.length).toBeLessThanOrEqual(1_800)
      expect(part.length % '👩‍👩‍👧‍👦'.length).toBe(0)
    }
    expect(clawbot.dropped).toEqual([])
  })

  test('in a code block that is cut is closed and opened again', async () => {
    const { bot, clawbot } = await talking()
    const code = Array.from({ length: 200 }, (_, n) => `const value${n} = ${n}`).join('\n')
    const { parts = [] } = await bot.send(`\`\`\`ts\n${code}\n\`\`\``)
    expect(parts.length).toBeGreaterThan(1)
    for (const _ of parts) {
      const { text } = await clawbot.nextMessage()
      expect(text).toMatch(/^```ts\n[\s\S]*\n```$/)
    }
  })

  test('of more than ten parts is an ArgumentError that advises a file, and nothing is sent', async () => {
    const { bot, clawbot } = await talking()
    await expect(bot.send('x'.repeat(18_001))).rejects.toThrow(/file/)
    expect(clawbot.unread).toEqual([])
  })
})

describe('files', () => {
  const bytes = Buffer.from(Array.from({ length: 100_003 }, (_, n) => (n * 7) % 251))
  const md5 = (content: Uint8Array) => createHash('md5').update(content).digest('hex')
  const PNG = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  )

  test.each([
    ['file', (bot: Itchat) => bot.sendFile(bytes, undefined, { name: 'data.bin' }), bytes],
    ['image', (bot: Itchat) => bot.sendImage(PNG, undefined, { name: 'dot.png' }), PNG],
    ['video', (bot: Itchat) => bot.sendVideo(bytes, undefined, { name: 'film.mp4' }), bytes],
  ] as const)('%s arrives unchanged, and the phone can show it', async (kind, send, content) => {
    const { bot, clawbot, sandbox } = await talking()
    const result = await send(bot)
    expect(result).toMatchObject({ ok: true, MsgID: expect.stringMatching(/^\d+$/) })
    const message = await clawbot.nextMessage()
    expect(message.kind).toBe(kind)
    expect(md5(await message.bytes())).toBe(md5(content))
    expect(clawbot.dropped).toEqual([])
    expect(sandbox.warnings).toEqual([])
  })

  test('of the upload fault noHeader are tried again', async () => {
    const { bot, clawbot, sandbox } = await talking()
    sandbox.faults.add({ kind: 'noHeader', count: 2 })
    await bot.sendFile(bytes, undefined, { name: 'data.bin' })
    expect((await clawbot.nextMessage()).kind).toBe('file')
  })

  test('that are empty are a FileError without a request', async () => {
    const { bot, sandbox } = await talking()
    const before = sandbox.requests.length
    await expect(bot.sendFile(Buffer.alloc(0))).rejects.toMatchObject({ name: 'FileError' })
    expect(sandbox.requests.slice(before).map(({ endpoint }) => endpoint)).not.toContain('getuploadurl')
  })

  test('a voice message is forwarded as a file', async () => {
    const { bot, clawbot } = await talking()
    bot.msgRegister('Recording', (msg) => void msg.forward('filehelper'))
    clawbot.send({ kind: 'voice' })
    expect((await clawbot.nextMessage()).kind).toBe('file')
  })

  test('a text that names a file downloaded in the conversation sends it', async () => {
    const { bot, clawbot } = await talking()
    const folder = mkdtempSync(join(tmpdir(), 'itchat-'))
    bot.msgRegister('Attachment', async (msg) => {
      const { path } = await msg.download(join(folder, msg.fileName))
      return `@fil@${path}`
    })
    clawbot.send({ kind: 'file', name: 'report.txt', bytes: Buffer.from('the report') })
    const message = await clawbot.nextMessage()
    expect(Buffer.from(await message.bytes()).toString()).toBe('the report')
  })
})

describe('never a false success', () => {
  test('a message accepted without an id is unconfirmed', async () => {
    const { bot, clawbot } = await talking()
    const sent = events(bot, 'sent')
    clawbot.shadow()
    expect(await bot.send('hi')).toMatchObject({ MsgID: '', unconfirmed: true })
    expect(sent).toMatchObject([{ outcome: 'unconfirmed' }])
    expect(clawbot.unread).toEqual([])
  })

  test.each([
    ['quota', (clawbot: Sandbox['clawbot']) => clawbot.spendQuota(), 'throttled'],
    ['penalty', (clawbot: Sandbox['clawbot']) => clawbot.throttle(), 'throttled'],
    ['window', (clawbot: Sandbox['clawbot']) => clawbot.closeWindow(), 'throttled'],
  ] as const)('a refusal because of the server’s %s, which the program cannot see (%#)', async (_, act, reason) => {
    const { bot, clawbot, sandbox } = await talking()
    act(clawbot)
    await expect(bot.send('hi')).rejects.toMatchObject({ reason, retryAtMs: expect.any(Number) })
    await expect(bot.send('again')).rejects.toMatchObject({ reason })
    expect(sandbox.requests.filter(({ endpoint }) => endpoint === 'sendmessage')).toHaveLength(1)
    expect(sandbox.warnings).toEqual([])
  })

  test('after ten messages, the eleventh is refused without a request; parts count', async () => {
    const { bot, sandbox } = await talking()
    await bot.send('x'.repeat(1_800 * 3))
    for (let count = 0; count < 7; count++) await bot.send('hi')
    const sent = events(bot, 'sent')
    await expect(bot.send('hi')).rejects.toMatchObject({ reason: 'quota' })
    expect(sent).toMatchObject([{ outcome: 'refused' }])
    expect(sandbox.requests.filter(({ endpoint }) => endpoint === 'sendmessage')).toHaveLength(10)
  })

  test('a queued message is sent after the next message from the owner, oldest first', async () => {
    const { bot, clawbot } = await talking({}, { window: { sends: 1 } })
    await bot.send('first')
    await clawbot.nextMessage()
    const sent = events(bot, 'sent')
    const isSent = new Promise<void>((resolve) => bot.on('sent', ({ outcome }) => outcome === 'sent' && resolve()))
    expect(await bot.send('second', undefined, { queue: true })).toMatchObject({ ok: true, MsgID: '', queued: true })
    clawbot.say('go on')
    expect(await clawbot.nextMessage()).toMatchObject({ text: 'second' })
    await isSent
    expect(sent.map(({ outcome }) => outcome)).toEqual(['queued', 'sent'])
    expect(new Set(sent.map(({ localId }) => localId)).size).toBe(1)
  })
})

test('the phone shows that the bot is typing while a handler runs', async () => {
  const { bot, clawbot } = await talking({}, { typing: true })
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  bot.msgRegister('Text', async () => {
    await held
    return 'done'
  })
  const typing = new Promise<void>((resolve) => {
    const check = setInterval(() => {
      if (!clawbot.typing) return
      clearInterval(check)
      resolve()
    }, 5)
  })
  clawbot.say('work')
  await typing
  release()
  await clawbot.nextMessage()
  await bot.close()
  expect(clawbot.typing).toBe(false)
})

test('calls that the protocol does not have throw an UnsupportedError before any request', async () => {
  const { bot, clawbot, sandbox } = await talking()
  const owner = clawbot.userId
  const before = sandbox.requests.length
  const calls: readonly (() => unknown)[] = [
    () => bot.createChatroom([owner], 'topic'),
    () => bot.setAlias(owner, 'x'),
    () => bot.setPinned(owner),
    () => bot.addFriend(owner),
    () => bot.getHeadImg(),
    () => bot.updateFriend(owner),
    () => bot.revoke('1', owner),
    () => bot.sendCard(bot.searchFriends(), owner),
    () => bot.markRead(owner),
    () => bot.sendRawMsg(1, 'x', owner),
    () => bot.uploadFile(Buffer.from('x')),
    () => bot.sendFile({ mediaId: 'x', name: 'x', sizeBytes: 1 }, owner),
    () => bot.webInit(),
    () => bot.showMobileLogin(),
    () => bot.getMsg(),
  ]
  for (const call of calls) await expect((async () => call())()).rejects.toThrow(UnsupportedError)
  expect(sandbox.requests.slice(before).filter(({ endpoint }) => endpoint !== 'getupdates')).toEqual([])
})
