import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openAsBlob,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { ArgumentError, ATTACHMENT, FileError, type Itchat, type ItchatOptions, type Message, VIDEO } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, onTestFinished, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { wireTo } from '../support/wire.js'

const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))
const POSIX = process.platform !== 'win32'

/** Starts a bot. `next` sends it a file as a friend and resolves to the message the bot received. */
async function receiver(options: ItchatOptions, sandbox?: Sandbox) {
  const target = sandbox ?? (await sandboxFor({ floodLimit: false }))
  const bot = botFor(target, options)
  let take = (_: Message) => {}
  bot.msgRegister([ATTACHMENT, VIDEO], (msg) => take(msg as Message))
  await bot.login()
  void bot.run()
  const next = (name: string, content = 'theirs') =>
    new Promise<Message>((resolve) => {
      take = resolve
      target.friend('小满').send({ kind: 'file', name, bytes: Buffer.from(content) })
    })
  return { sandbox: target, bot, next }
}

describe('downloaded files', () => {
  test.each([
    '../../up.txt',
    '/etc/abs.txt',
    '..\\..\\win.txt',
    'nul\0byte.txt',
    '%2e%2e%2fcoded.txt',
    `${'long'.repeat(2_000)}.txt`,
    'rtl\u202etxt.exe',
    '．．／wide.txt',
    '.ssh',
    'package.json',
  ])('with the name %j stay in their folder', async (name) => {
    const outside = folder()
    const downloadDir = join(outside, 'in')
    const { next } = await receiver({ downloadDir })
    const msg = await next(name)
    const { path } = await msg.download(msg.fileName)
    expect(readdirSync(outside)).toEqual(['in'])
    expect(readdirSync(downloadDir)).toEqual([basename(path)])
    expect(basename(path)).not.toMatch(/^\.|[\0\u202e]|^package\.json$/)
  })

  test.each(['../x', 'a/../../x', 'a\0b'])('with the path %j are rejected, and no folder is created', async (path) => {
    const outside = folder()
    const downloadDir = join(outside, 'in')
    const { next } = await receiver({ downloadDir })
    await expect((await next('x')).download(path)).rejects.toThrow(FileError)
    expect(readdirSync(outside)).not.toContain('x')
    expect(existsSync(join(downloadDir, 'a'))).toBe(false)
  })

  test.skipIf(!POSIX)('never follow a link to a folder or create folders behind it', async () => {
    const [downloadDir, outside] = [folder(), folder()]
    symlinkSync(outside, join(downloadDir, 'link'))
    symlinkSync(join(outside, 'not-there'), join(downloadDir, 'dangling'))
    const { next } = await receiver({ downloadDir })
    const msg = await next('x')
    for (const path of ['link/x', 'link/x/y', 'link/a/b/c', 'dangling/x', 'dangling/x/y']) {
      await expect(msg.download(path), path).rejects.toThrow(FileError)
    }
    expect(readdirSync(outside)).toEqual([])
    expect(readdirSync(downloadDir).sort()).toEqual(['dangling', 'link'])
  })

  test.skipIf(!POSIX)('do not follow a link with their name', async () => {
    const [downloadDir, outside] = [folder(), folder()]
    writeFileSync(join(outside, 'precious.txt'), 'mine')
    symlinkSync(join(outside, 'precious.txt'), join(downloadDir, 'x.txt'))
    const { next } = await receiver({ downloadDir })
    const { path } = await (await next('x.txt')).download('x.txt')
    expect(basename(path)).toBe('x (1).txt')
    expect(readFileSync(join(outside, 'precious.txt'), 'utf8')).toBe('mine')
  })

  test.each([
    ['has been replaced', (path: string) => writeFileSync(path, 'mine and longer')],
    ['has been modified', (path: string) => appendFileSync(path, ', and mine')],
  ])('do not overwrite an earlier download that %s', async (_, change) => {
    const downloadDir = folder()
    const { next } = await receiver({ downloadDir })
    const msg = await next('x.txt')
    const first = await msg.download('x.txt')
    expect((await msg.download('x.txt')).path).toBe(first.path)
    change(first.path)
    const mine = readFileSync(first.path, 'utf8')
    const { path } = await msg.download('x.txt')
    expect(basename(path)).toBe('x (1).txt')
    expect(readFileSync(first.path, 'utf8')).toBe(mine)
    expect(readFileSync(path, 'utf8')).toBe('theirs')
  })

  test.each([
    ['without an id', ['', '0', '']],
    // The second and third messages are from different chats.
    ['with the same id in two chats', ['1', '7', '7']],
  ])('%s do not overwrite each other', async (_, ids) => {
    const downloadDir = folder()
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox, { downloadDir })
    const messages: Message[] = []
    const all = gate()
    bot.msgRegister(ATTACHMENT, (msg) => {
      messages.push(msg as Message)
      if (messages.length === 3) all.open()
    })
    await bot.login()
    void bot.run()
    for (const name of ['小满', '小满', '沈青禾']) {
      sandbox.friend(name).send({ kind: 'file', name: 'x.txt', bytes: Buffer.from('words') })
    }
    await all.opened
    const paths: string[] = []
    for (const [n, message] of messages.entries()) {
      const id = message.MsgId
      // The download uses the media key, not this id.
      message.MsgId = ids[n] ?? ''
      paths.push(basename((await message.download('x.txt')).path))
      message.MsgId = id
    }
    expect(paths.sort()).toEqual(['x (1).txt', 'x (2).txt', 'x.txt'])
  })

  test('contain what was requested: a refusal in JSON or HTML is not stored as an avatar', async () => {
    const downloadDir = folder()
    const sandbox = await sandboxFor()
    const wire = await wireTo(sandbox)
    const bot = botFor(wire, { downloadDir })
    await bot.login()
    const userName = bot.searchFriends({ name: '小满' })[0]?.UserName ?? ''
    for (const type of ['application/json', 'text/html; charset=utf-8']) {
      wire.intercept = ({ endpoint }) =>
        endpoint === 'webwxgeticon'
          ? new Response('{"BaseResponse":{"Ret":1}}', { headers: { 'content-type': type } })
          : undefined
      const download = bot.getHeadImg({ userName, picDir: 'face.jpg' })
      expect(await failureOf(download), type).toMatchObject({ name: 'ProtocolError' })
    }
    expect(readdirSync(downloadDir)).toEqual([])
  })

  test('are complete or absent: a partial response is not stored', async () => {
    const downloadDir = folder()
    const sandbox = await sandboxFor()
    const wire = await wireTo(sandbox)
    const bot = botFor(wire, { downloadDir })
    const received = new Promise<Message>((resolve) => {
      bot.msgRegister(VIDEO, (msg) => resolve(msg as Message))
    })
    await bot.login()
    void bot.run()
    sandbox.friend('小满').send({ kind: 'video' })
    const msg = await received
    const parts: [range: string | undefined, name: RegExp][] = [
      ['bytes 0-3/10', /^ProtocolError$/],
      ['bytes 6-9/10', /^ProtocolError$/],
      ['bytes 4-7/*', /^ProtocolError$/],
      ['nonsense', /^ProtocolError$/],
      [`bytes 0-${'9'.repeat(40)}/10`, /^ProtocolError$/],
      // A part of a file whose total size is unknown.
      ['bytes 0-3/*', /^ProtocolError$/],
      ['bytes */10', /^ProtocolError$/],
      ['items 0-3/4', /^ProtocolError$/],
      [undefined, /^(?:Protocol|Network)Error$/],
      // The whole file is declared, but only a part of it arrives.
      ['bytes 0-9/10', /^NetworkError$/],
      ['bytes 0-1/2', /^NetworkError$/],
    ]
    for (const [range, name] of parts) {
      const headers = { 'content-type': 'video/mp4', ...(range === undefined ? {} : { 'content-range': range }) }
      wire.intercept = ({ endpoint }) =>
        endpoint === 'webwxgetvideo' ? new Response('part', { status: 206, headers }) : undefined
      expect(((await failureOf(msg.download('film.mp4'))) as Error)?.name, range).toMatch(name)
    }
    expect(readdirSync(downloadDir)).toEqual([])
    wire.intercept = undefined
    expect((await msg.download('film.mp4')).sizeBytes).toBeGreaterThan(100)
  })
})

describe('sending a file', () => {
  async function sender(): Promise<{ sandbox: Sandbox; bot: Itchat; sent(): number }> {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await bot.login()
    const sent = () => sandbox.requests.filter(({ endpoint }) => /upload|send/.test(endpoint)).length
    return { sandbox, bot, sent }
  }

  test.skipIf(!POSIX)('rejects a pipe and a device immediately', async () => {
    const { bot, sent } = await sender()
    const pipe = join(folder(), 'pipe')
    execFileSync('mkfifo', [pipe])
    const link = join(folder(), 'link')
    symlinkSync(pipe, link)
    for (const path of [pipe, link, '/dev/null', '/dev/zero', '/dev/stdin', tmpdir()]) {
      expect(await failureOf(bot.sendFile(path, 'filehelper')), path).toMatchObject({ name: 'FileError', path })
    }
    for (const source of [pathToFileURL(pipe), bot.file(pipe)]) {
      expect(await failureOf(bot.send(source as never, 'filehelper'))).toBeInstanceOf(Error)
    }
    expect(await failureOf(bot.send(`@fil@${pipe}`, 'filehelper'))).toMatchObject({ name: 'FileError' })
    expect(sent()).toBe(0)
  })

  test.skipIf(!POSIX)('rejects a socket immediately', async () => {
    const { bot, sent } = await sender()
    const path = join(folder(), 'socket')
    const server = createServer().listen(path)
    onTestFinished(() => void server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    expect(await failureOf(bot.sendFile(path, 'filehelper'))).toMatchObject({ name: 'FileError', path })
    expect(sent()).toBe(0)
  })

  test('creates no temporary file for a stream, even while it is being read', async () => {
    const { sandbox, bot } = await sender()
    const temporaryFiles = () => readdirSync(tmpdir()).filter((name) => /^itchat-[0-9a-f]{24}$/.test(name))
    const before = temporaryFiles()
    const seen: string[][] = []
    async function* words() {
      yield 'some '
      seen.push(temporaryFiles())
      yield 'words'
    }
    await bot.sendFile(Readable.from(words()), 'filehelper')
    expect((await (await sandbox.official('filehelper').nextMessage()).bytes()).toString()).toBe('some words')
    expect(seen).toEqual([before])
  })

  test('reports a change to the file as the cause when the server rejects a chunk', async () => {
    const sandbox = await sandboxFor()
    const path = join(folder(), 'a.bin')
    writeFileSync(path, Buffer.alloc(2_000_000, 1))
    let chunks = 0
    const wire = await wireTo(sandbox, ({ endpoint }) => {
      if (endpoint !== 'webwxuploadmedia' || ++chunks < 2) return undefined
      writeFileSync(path, Buffer.alloc(2_000_000, 2))
      return '{"BaseResponse":{"Ret":1,"ErrMsg":""}}'
    })
    const bot = botFor(wire)
    await bot.login()
    expect(String(await failureOf(bot.sendFile(path, 'filehelper')))).toContain('changed while it was being sent')
  })

  test('reports that the file behind a Blob has changed', async () => {
    const { bot, sent } = await sender()
    const path = join(folder(), 'a.bin')
    writeFileSync(path, Buffer.alloc(2_000, 1))
    const blob = await openAsBlob(path)
    writeFileSync(path, Buffer.alloc(3_000, 2))
    expect(String(await failureOf(bot.sendFile(blob, 'filehelper')))).toContain('changed while it was being sent')
    expect(sent()).toBe(0)
  })

  test('rejects a locked stream', async () => {
    const { bot, sent } = await sender()
    const stream = new Blob(['x']).stream()
    stream.getReader()
    expect(await failureOf(bot.sendFile(stream, 'filehelper'))).toBeInstanceOf(ArgumentError)
    expect(sent()).toBe(0)
  })

  test.each([
    ['was truncated', (path: string) => truncateSync(path, 600_000)],
    [
      'was replaced by another one of the same length',
      (path: string) => writeFileSync(path, Buffer.alloc(2_000_000, 2)),
    ],
  ])('reports that the file %s during the upload, and not a server error', async (_, change) => {
    const { sandbox, bot } = await sender()
    const path = join(folder(), 'a.bin')
    writeFileSync(path, Buffer.alloc(2_000_000, 1))
    let chunks = 0
    const failure = await failureOf(
      bot.sendFile(path, 'filehelper', {
        onProgress: () => {
          if (++chunks === 1) change(path)
        },
      }),
    )
    expect(failure).toMatchObject({ name: 'FileError', path })
    expect(String(failure)).toContain('changed while it was being sent')
    expect(sandbox.official('filehelper').unread).toEqual([])
  })

  test('sends only the initial length of a growing file', async () => {
    const { sandbox, bot } = await sender()
    const path = join(folder(), 'bot.log')
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, Buffer.alloc(1_200_000, 1))
    await bot.sendFile(path, 'filehelper', { onProgress: () => appendFileSync(path, 'more') })
    expect((await (await sandbox.official('filehelper').nextMessage()).bytes()).length).toBe(1_200_000)
  })
})
