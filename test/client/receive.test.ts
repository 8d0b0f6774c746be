import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import {
  ATTACHMENT,
  CARD,
  FRIENDS,
  type Itchat,
  MAP,
  type Message,
  type MessageType,
  NOTE,
  PICTURE,
  RECORDING,
  SHARING,
  TEXT,
  VIDEO,
} from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'

const ALL = [TEXT, MAP, CARD, NOTE, SHARING, PICTURE, RECORDING, ATTACHMENT, VIDEO, FRIENDS] as const

/** A bot whose `next()` resolves to the next message received, regardless of its type and conversation. */
async function receiver(
  options: Parameters<typeof botFor>[1] = {},
): Promise<{ sandbox: Sandbox; bot: Itchat; next(): Promise<Message> }> {
  const sandbox = await sandboxFor({ floodLimit: false })
  const bot = botFor(sandbox, options)
  const received: Message[] = []
  let wake = () => {}
  bot.msgRegister(ALL, { isFriendChat: true, isGroupChat: true, isMpChat: true }, (msg) => {
    received.push(msg as Message)
    wake()
  })
  await bot.login()
  void bot.run()
  return {
    sandbox,
    bot,
    next: async () => {
      while (received.length === 0)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      return received.shift() as Message
    },
  }
}

function as<K extends MessageType>(msg: Message, type: K): Extract<Message, { type: K }> {
  expect(msg.type).toBe(type)
  return msg as Extract<Message, { type: K }>
}

const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))

describe('payloads', () => {
  test('are decoded for locations, cards, links, music, mini programs, quotes and channel videos', async () => {
    const { sandbox, next } = await receiver()
    const friend = sandbox.friend('小满')
    friend.send({ kind: 'location' })
    const map = as(await next(), 'Map')
    expect(map.location?.latitude).toBeTypeOf('number')
    expect(map.text).toContain(map.location?.poiName)
    friend.send({ kind: 'card', id: sandbox.friend('沈青禾').id })
    expect(as(await next(), 'Card').card).toMatchObject({ nickName: '沈青禾', isOfficial: false })
    friend.send({ kind: 'link', title: 'A & B <c>', url: 'https://example.com/a?x=1&y=2' })
    const link = as(await next(), 'Sharing')
    expect(link.text).toBe('A & B <c>')
    expect(link.sharing).toMatchObject({ kind: 'link', title: 'A & B <c>', url: 'https://example.com/a?x=1&y=2' })
    friend.send({ kind: 'music' })
    expect(as(await next(), 'Sharing').sharing).toMatchObject({ kind: 'music' })
    friend.send({ kind: 'miniProgram' })
    expect(as(await next(), 'Sharing').sharing).toMatchObject({ kind: 'miniProgram' })
    friend.send({ kind: 'quote' })
    const quote = as(await next(), 'Sharing').sharing
    expect(quote?.kind === 'quote' && quote.quoted.content.length).toBeGreaterThan(0)
    friend.send({ kind: 'channelVideo' })
    expect(as(await next(), 'Sharing').sharing).toMatchObject({ kind: 'channelVideo' })
  })

  test('are decoded for notes about recalls, transfers, red packets and topic changes', async () => {
    const { sandbox, next } = await receiver()
    const friend = sandbox.friend('小满')
    const said = friend.say('秘密')
    await next()
    said.recall()
    const recall = as(await next(), 'Note')
    expect(recall.note).toMatchObject({ kind: 'recall', recalledMsgId: said.id })
    friend.send({ kind: 'transfer', amountFen: 880 })
    const transfer = as(await next(), 'Note')
    expect(transfer.note).toMatchObject({ kind: 'transfer', amount: expect.stringContaining('8.80') })
    friend.send({ kind: 'redPacket' })
    expect(as(await next(), 'Note').note).toMatchObject({ kind: 'redPacket', direction: 'received' })
    const group = sandbox.group('周末爬山队')
    group.rename('周日爬山队', '林小满')
    expect(as(await next(), 'Note').note).toMatchObject({ kind: 'topicChanged', topic: '周日爬山队' })
    const member = group.member('林小满')
    const inGroup = member.say('秘密')
    await next()
    inGroup.recall()
    const groupRecall = as(await next(), 'Note')
    expect(groupRecall.note).toMatchObject({ kind: 'recall', recalledMsgId: inGroup.id })
    expect(groupRecall.actualNickName).toBe('小满🌾')
  })

  test('of friend requests identify the requester, not the account that delivers the request', async () => {
    const { sandbox, next } = await receiver()
    const stranger = sandbox
      .group('周末爬山队')
      .memberIds.map((id) => sandbox.friend(id))
      .find(({ isContact }) => !isContact)
    stranger?.requestFriend('我是爬山认识的')
    const msg = as(await next(), 'Friends')
    expect(msg.request).toMatchObject({ nickName: stranger?.name, content: '我是爬山认识的' })
    expect(msg.user.UserName).toBe(msg.request.userName)
    expect(msg.text.verifyContent).toBe(msg.request.ticket)
  })
})

describe('download', () => {
  test('returns the bytes, or writes a complete file and returns its type, for every kind of media', async () => {
    const downloadDir = folder()
    const { sandbox, next } = await receiver({ downloadDir })
    const friend = sandbox.friend('小满')
    for (const [kind, type, mime] of [
      ['image', 'Picture', 'image/jpeg'],
      ['sticker', 'Picture', 'image/gif'],
      ['voice', 'Recording', 'audio/mpeg'],
      ['video', 'Video', 'video/mp4'],
      ['file', 'Attachment', 'application/pdf'],
    ] as const) {
      friend.send({ kind })
      const msg = as(await next(), type)
      const bytes = await msg.download()
      const progress: number[] = []
      const result = await msg.text(msg.fileName, { onProgress: ({ receivedBytes }) => progress.push(receivedBytes) })
      expect(result.path).toBe(join(downloadDir, msg.fileName))
      expect(readFileSync(result.path).equals(bytes)).toBe(true)
      expect(result).toMatchObject({ ok: true, mime, sizeBytes: bytes.length })
      expect(result.verified).not.toBe(false)
      expect(progress.at(-1)).toBe(bytes.length)
    }
    expect(readdirSync(downloadDir)).toHaveLength(5)
    expect(sandbox.warnings).toEqual([])
  })

  test('does not mix up files from one batch', async () => {
    const { sandbox, next } = await receiver()
    const friend = sandbox.friend('小满')
    const contents = ['one', 'two', 'three']
    for (const text of contents) friend.send({ kind: 'file', name: 'same.txt', bytes: Buffer.from(text) })
    const messages = [await next(), await next(), await next()]
    const texts = await Promise.all(messages.map(async (msg) => Buffer.from(await msg.download()).toString()))
    expect(texts).toEqual(contents)
  })

  test('never replaces an existing file, except an earlier download of the same message', async () => {
    const downloadDir = folder()
    writeFileSync(join(downloadDir, 'same.txt'), 'mine')
    const { sandbox, next } = await receiver({ downloadDir })
    const friend = sandbox.friend('小满')
    friend.send({ kind: 'file', name: 'same.txt', bytes: Buffer.from('theirs') })
    const msg = await next()
    const first = await msg.download('same.txt')
    const again = await msg.download(basename(first.path))
    expect([first.path, again.path].map((path) => basename(path))).toEqual(['same (1).txt', 'same (1).txt'])
    expect(readFileSync(join(downloadDir, 'same.txt'), 'utf8')).toBe('mine')
    expect(readdirSync(downloadDir).sort()).toEqual(['same (1).txt', 'same.txt'])
  })

  test.each([
    ['../../escaped.txt', 'escaped.txt'],
    ['..\\..\\windows.txt', 'windows.txt'],
    ['/etc/passwd', 'passwd'],
    ['a\r\n"b.txt', 'a_b.txt'],
    ['con.txt', '_con.txt'],
    ['.bashrc', '_.bashrc'],
    ['package.json', '_package.json'],
    ['报告 (最终版).pdf', '报告 (最终版).pdf'],
    ['\u202egnp.exe', 'gnp.exe'],
  ])('sanitizes the name %j', async (name, safe) => {
    const outside = folder()
    const downloadDir = join(outside, 'downloads', 'here')
    mkdirSync(downloadDir, { recursive: true })
    const { sandbox, next } = await receiver({ downloadDir })
    sandbox.friend('小满').send({ kind: 'file', name, bytes: Buffer.from('x') })
    const msg = as(await next(), 'Attachment')
    expect(msg.fileName).toBe(safe)
    expect(msg.originalFileName).toBe(name)
    const { path } = await msg.download(msg.fileName)
    expect(path).toBe(join(downloadDir, safe))
    const { path: again } = await msg.download(`sub/${msg.fileName}`)
    expect(again).toBe(join(downloadDir, 'sub', safe))
    expect(readdirSync(outside)).toEqual(['downloads'])
  })

  test('rejects a path outside the folder, even through a link', async () => {
    const outside = folder()
    const downloadDir = join(outside, 'in')
    mkdirSync(downloadDir)
    const { sandbox, next } = await receiver({ downloadDir })
    sandbox.friend('小满').send({ kind: 'file', name: 'x', bytes: Buffer.from('x') })
    const msg = await next()
    await expect(msg.download('../escaped')).rejects.toThrow('is outside')
    await expect(msg.download('a\0b')).rejects.toThrow('NUL')
    if (process.platform !== 'win32') {
      symlinkSync(outside, join(downloadDir, 'link'))
      await expect(msg.download('link/escaped')).rejects.toThrow('through a link')
    }
    expect(existsSync(join(outside, 'escaped'))).toBe(false)
  })

  test('rejects for a message without media, and creates no file when media is missing', async () => {
    const downloadDir = folder()
    const { sandbox, next } = await receiver({ downloadDir })
    const friend = sandbox.friend('小满')
    friend.say('text')
    await expect((await next()).download()).rejects.toThrow('has no media')
    sandbox.raw({ from: friend.id, MsgType: 3, Content: 'not xml at all' })
    await expect((await next()).download('missing.png')).rejects.toThrow()
    expect(readdirSync(downloadDir)).toEqual([])
  })
})

describe('hostile content', () => {
  test('such as broken XML, entity bombs, megabytes of text, lone surrogates and NUL never blocks other messages', async () => {
    const { sandbox, next } = await receiver()
    const friend = sandbox.friend('小满')
    const bomb =
      '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><msg><appmsg><title>&b;</title></appmsg></msg>'
    const deep = '<a>'.repeat(50_000)
    for (const Content of [
      bomb,
      deep,
      '<msg><appmsg><title>',
      'x'.repeat(1_000_000),
      '\ud800<msg/>',
      'a\0b',
      '<![CDATA['.repeat(10_000),
      '@'.repeat(100_000),
    ]) {
      for (const [MsgType, AppMsgType] of [
        [49, 5],
        [49, 2000],
        [10002, 0],
        [3, 0],
        [47, 0],
        [42, 0],
        [37, 0],
        [10000, 0],
        [1, 0],
      ] as const) {
        sandbox.raw({
          from: friend.id,
          MsgType,
          AppMsgType,
          Content,
          OriContent: Content,
          Url: MsgType === 1 ? 'x' : '',
        })
      }
    }
    friend.say('still here')
    let count = 0
    while (true) {
      const msg = await next()
      if (msg.type === 'Text' && msg.text === 'still here') break
      count++
    }
    expect(count).toBe(8 * 9)
  })
})
