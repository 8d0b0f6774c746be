import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import {
  ATTACHMENT,
  DirectiveError,
  type Itchat,
  type ItchatOptions,
  PICTURE,
  ServerError,
  SHARING,
  TEXT,
} from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { Agent, type Dispatcher } from 'undici'
import { describe, expect, test } from 'vitest'
import { botFor, nextEvent, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'
import { untilGone, wireTo } from '../support/wire.js'

const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
/** The start of a video file, enough to detect its type. */
const MP4 = Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1')
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')

async function loggedIn(options: ItchatOptions = {}): Promise<{ sandbox: Sandbox; bot: Itchat; to: string }> {
  const sandbox = await sandboxFor({ floodLimit: false })
  const bot = botFor(sandbox, options)
  await bot.login()
  return { sandbox, bot, to: bot.searchFriends({ name: '小满' })[0]?.UserName ?? '' }
}

describe('files', () => {
  test.each(['report.pdf', '报告 "final" & <b>.pdf', "it's 100% done.txt", '没有扩展名', 'emoji 🌻.bin'])(
    '%j arrives with its name and bytes',
    async (name) => {
      const { sandbox, bot, to } = await loggedIn()
      const bytes = randomBytes(1000)
      await bot.sendFile(bytes, to, { name })
      const sent = await sandbox.friend('小满').nextMessage()
      expect(sent).toMatchObject({ kind: 'file', name })
      expect((await sent.bytes()).equals(bytes)).toBe(true)
      expect(sandbox.warnings).toEqual([])
    },
  )

  test('are sent from a path, a file URL, bytes, a Blob and streams', async () => {
    const { sandbox, bot, to } = await loggedIn()
    const path = join(folder(), 'a.txt')
    writeFileSync(path, 'content')
    const sources = [
      path,
      pathToFileURL(path),
      Buffer.from('content'),
      new Blob(['content']),
      Readable.from(['con', 'tent']),
      new Blob(['content']).stream(),
    ]
    const names = []
    for (const source of sources) {
      await bot.sendFile(source, to)
      const sent = await sandbox.friend('小满').nextMessage()
      expect((await sent.bytes()).toString()).toBe('content')
      names.push(sent.name)
    }
    expect(names).toEqual(['a.txt', 'a.txt', 'file', 'file', 'file', 'file'])
  })

  test('larger than 25 MiB are uploaded in chunks, with progress reports, after one webwxcheckupload request', async () => {
    const { sandbox, bot, to } = await loggedIn()
    const bytes = randomBytes(26 * 1024 * 1024)
    const progress: number[] = []
    await bot.sendFile(bytes, to, { name: 'large.bin', onProgress: ({ sentBytes }) => progress.push(sentBytes) })
    const sent = await sandbox.friend('小满').nextMessage()
    expect(
      createHash('md5')
        .update(await sent.bytes())
        .digest('hex'),
    ).toBe(createHash('md5').update(bytes).digest('hex'))
    expect(progress).toHaveLength(52)
    expect(progress.at(-1)).toBe(bytes.length)
    expect(sandbox.requests.filter(({ endpoint }) => endpoint === 'webwxcheckupload')).toHaveLength(1)
    expect(sandbox.warnings).toEqual([])
    await bot.sendFile(bytes, to, { name: 'again.bin' })
    expect((await sandbox.friend('小满').nextMessage()).name).toBe('again.bin')
  })

  test('can be sent as images or videos, and GIFs are sent as stickers regardless of their names', async () => {
    const { sandbox, bot, to } = await loggedIn()
    const friend = sandbox.friend('小满')
    await bot.sendImage(PNG, to, { name: 'dot.png' })
    expect((await friend.nextMessage()).kind).toBe('image')
    await bot.sendImg(GIF, to, { name: 'MOVES.GIF' })
    expect((await friend.nextMessage()).kind).toBe('sticker')
    await bot.sendImage(GIF, to, { name: 'mislabeled.png' })
    expect((await friend.nextMessage()).kind).toBe('sticker')
    await bot.sendVideo(MP4, to, { name: 'clip.mp4' })
    expect((await friend.nextMessage()).kind).toBe('video')
    expect(sandbox.warnings).toEqual([])
  })

  test('can be sent again by media ID without another upload', async () => {
    const { sandbox, bot, to } = await loggedIn()
    const { MediaId } = await bot.uploadFile(PNG, { isPicture: true, toUserName: to })
    await bot.sendImage({ mediaId: MediaId }, to)
    expect((await (await sandbox.friend('小满').nextMessage()).bytes()).equals(PNG)).toBe(true)
    const file = await bot.uploadFile(Buffer.from('abc'), { name: 'a.txt', toUserName: to })
    await bot.sendFile({ mediaId: file.MediaId, name: file.name, sizeBytes: file.sizeBytes }, to)
    expect((await sandbox.friend('小满').nextMessage()).name).toBe('a.txt')
    await expect(bot.sendFile({ mediaId: file.MediaId }, to)).rejects.toThrow('name and sizeBytes')
  })

  test('that are invalid are rejected without a request', async () => {
    const { sandbox, bot, to } = await loggedIn()
    const path = folder()
    writeFileSync(join(path, 'empty'), '')
    const before = sandbox.requests.filter(({ endpoint }) => endpoint.includes('upload')).length
    for (const [source, message] of [
      [join(path, 'missing'), 'the file does not exist'],
      [join(path, 'empty'), 'empty'],
      [path, 'not a regular file'],
      [new URL('https://example.com/x'), 'expected a file: URL'],
      [42 as never, 'expected a path, a file: URL, bytes'],
    ] as const) {
      await expect(bot.sendFile(source, to)).rejects.toThrow(message)
    }
    expect(sandbox.requests.filter(({ endpoint }) => endpoint.includes('upload')).length).toBe(before)
  })

  test('are retried chunk by chunk when the connection breaks', async () => {
    const agent = new (class extends Agent {
      breaks = 1
      override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
        if (!options.path.includes('webwxuploadmedia') || this.breaks-- <= 0) return super.dispatch(options, handler)
        handler.onError?.(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
        return true
      }
    })()
    const { sandbox, bot, to } = await loggedIn({ dispatcher: agent })
    const bytes = randomBytes(1_200_000)
    await bot.sendFile(bytes, to, { name: 'x' })
    expect((await (await sandbox.friend('小满').nextMessage()).bytes()).equals(bytes)).toBe(true)
    expect(agent.breaks).toBeLessThan(1)
  })
})

describe('texts', () => {
  test('are split at paragraph boundaries without loss', async () => {
    const { sandbox, bot, to } = await loggedIn({ maxTextLength: 50 })
    const paragraphs = Array.from({ length: 6 }, (_, i) => `第${i}段👨‍👩‍👧，${'字'.repeat(20)}。`)
    const result = await bot.sendMsg(paragraphs.join('\n\n'), to)
    expect(result.parts?.length).toBeGreaterThan(2)
    const received = []
    for (const _ of result.parts ?? []) received.push((await sandbox.friend('小满').nextMessage()).text)
    expect(received.join('\n\n').replace(/\n+/g, '\n')).toBe(paragraphs.join('\n'))
    for (const part of received) expect([...new Intl.Segmenter().segment(part)].length).toBeLessThanOrEqual(50)
  })

  test('that are refused halfway cause an error with the parts already sent', async () => {
    const sandbox = await sandboxFor()
    const wire = await wireTo(sandbox)
    const bot = botFor(wire, { maxTextLength: 4 })
    await bot.login()
    const to = bot.searchFriends({ name: '小满' })[0]?.UserName ?? ''
    wire.intercept = ({ endpoint }) =>
      endpoint === 'webwxsendmsg' && wire.count('webwxsendmsg') > 2
        ? JSON.stringify({ BaseResponse: { Ret: 1204, ErrMsg: '' } })
        : undefined
    const failure = (await failureOf(bot.send('one two three four', to))) as ServerError
    expect(failure).toBeInstanceOf(ServerError)
    expect(failure).toMatchObject({ ret: 1204, parts: [{ ok: true }, { ok: true }] })
    const ids = failure.parts?.map(({ MsgID }) => MsgID).join(', ')
    expect(failure.message).toContain(`the first 2 were sent (MsgID ${ids})`)
    const friend = sandbox.friend('小满')
    expect([(await friend.nextMessage()).text, (await friend.nextMessage()).text]).toEqual(['one', 'two'])
    expect(friend.unread).toEqual([])
    // An error about the first part has no `parts`.
    expect(await failureOf(bot.send('one', to))).not.toHaveProperty('parts')
  })

  test('that are aborted halfway cause an error with the parts already sent', async () => {
    const sandbox = await sandboxFor()
    const wire = await wireTo(sandbox)
    const bot = botFor(wire, { maxTextLength: 4 })
    await bot.login()
    const to = bot.searchFriends({ name: '小满' })[0]?.UserName ?? ''
    const abort = new AbortController()
    wire.intercept = async (request) => {
      if (request.endpoint !== 'webwxsendmsg' || wire.count('webwxsendmsg') < 2) return undefined
      abort.abort()
      return untilGone(request)
    }
    const failure = await failureOf(bot.sendMsg('one two three', to, { signal: abort.signal }))
    expect(failure).toMatchObject({ name: 'AbortError', parts: [{ ok: true }] })
  })

  test('can be recalled, marked as read, and sent as replies with a mention; cards can be sent too', async () => {
    const { sandbox, bot, to } = await loggedIn()
    const friend = sandbox.friend('小满')
    const { MsgID } = await bot.sendMsg('oops', to)
    const sent = await friend.nextMessage()
    expect(await bot.revoke(MsgID, to)).toMatchObject({ ok: true })
    expect(friend.messages.find((message) => message.id === sent.id)?.recalled).toBe(true)
    await bot.markRead(to)
    const other = bot.searchFriends({ nickName: '沈青禾' })[0]
    if (other) await bot.sendCard(other, to)
    expect((await friend.nextMessage()).kind).toBe('card')
    bot.msgRegister(TEXT, { isGroupChat: true }, (msg) => msg.reply('看到了', { at: true }))
    void bot.run()
    const group = sandbox.group('周末爬山队')
    group.member('林小满').say('在吗')
    expect((await group.nextMessage()).text).toBe('@小满🌾\u2005看到了')
    expect(sandbox.warnings).toEqual([])
  })
})

describe('forward', () => {
  test('delivers every kind of message to another friend', async () => {
    const { sandbox, bot } = await loggedIn()
    const to = bot.searchFriends({ nickName: '沈青禾' })[0]
    bot.msgRegister((msg) => (to ? msg.forward(to).then(() => {}) : undefined))
    void bot.run()
    const [from, target] = [sandbox.friend('小满'), sandbox.friend('沈青禾')]
    for (const [kind, arrives] of [
      ['text', 'text'],
      ['image', 'image'],
      ['sticker', 'sticker'],
      ['video', 'video'],
      ['file', 'file'],
      ['link', 'link'],
      ['card', 'card'],
      ['location', 'location'],
      ['voice', 'file'],
    ] as const) {
      if (kind === 'text') from.say('plain')
      else from.send({ kind })
      expect((await target.nextMessage()).kind).toBe(arrives)
    }
  })
})

describe('directives', () => {
  test('can send back a file that the handler has just downloaded, as in the tutorials', async () => {
    const { sandbox, bot } = await loggedIn({ downloadDir: folder() })
    bot.msgRegister([PICTURE, ATTACHMENT], async (msg) => {
      await msg.download(msg.fileName)
      return `@${msg.type === 'Picture' ? 'img' : 'fil'}@${msg.fileName}`
    })
    void bot.run()
    const friend = sandbox.friend('小满')
    friend.send({ kind: 'image' })
    expect((await friend.nextMessage()).kind).toBe('image')
    friend.send({ kind: 'file', name: 'notes.txt', bytes: Buffer.from('hello') })
    const sent = await friend.nextMessage()
    expect([sent.kind, (await sent.bytes()).toString()]).toEqual(['file', 'hello'])
  })

  test('can send private files outside handlers; inside handlers, they cannot send private or hidden files, links, or files from other conversations', async () => {
    const downloadDir = folder()
    const mediaRoot = join(downloadDir, 'media')
    mkdirSync(mediaRoot)
    writeFileSync(join(downloadDir, 'private.txt'), 'secret')
    writeFileSync(join(mediaRoot, 'cat.png'), PNG)
    writeFileSync(join(mediaRoot, '.hidden'), 'secret')
    if (process.platform !== 'win32') symlinkSync(join(downloadDir, 'private.txt'), join(mediaRoot, 'link.txt'))
    const { sandbox, bot, to } = await loggedIn({ downloadDir, mediaRoots: [mediaRoot] })
    const friend = sandbox.friend('小满')
    await bot.send(`@fil@${join(downloadDir, 'private.txt')}`, to)
    expect((await friend.nextMessage()).name).toBe('private.txt')

    let text = ''
    bot.msgRegister(TEXT, () => text)
    bot.msgRegister(ATTACHMENT, async (msg) => void (await msg.download(msg.fileName)))
    void bot.run()
    sandbox.friend('沈青禾').send({ kind: 'file', name: 'theirs.txt', bytes: Buffer.from('theirs') })
    for (const refused of [
      `@fil@${join(downloadDir, 'private.txt')}`,
      '@fil@private.txt',
      '@fil@../private.txt',
      '@fil@theirs.txt',
      '@fil@.hidden',
      '@fil@link.txt',
      '@fil@',
    ]) {
      text = refused
      const error = nextEvent(bot, 'error')
      friend.say('go')
      expect((await error).error, refused).toBeInstanceOf(DirectiveError)
    }
    text = '@img@cat.png'
    friend.say('go')
    expect((await friend.nextMessage()).kind).toBe('image')
    expect(friend.unread).toEqual([])
  })

  test('received in a text message are rejected by send(), even when only part of the text is sent', async () => {
    const { sandbox, bot, to } = await loggedIn()
    const queue: string[] = []
    let wake = () => {}
    bot.msgRegister(TEXT, (msg) => {
      queue.push(msg.text.replace('repeat after me: ', ''))
      wake()
    })
    void bot.run()
    const received = new Promise<void>((resolve) => {
      wake = resolve
    })
    sandbox.friend('小满').say('repeat after me: @fil@/etc/passwd')
    await received
    await expect(bot.send(queue[0] ?? '', to)).rejects.toThrow(DirectiveError)
    await bot.sendMsg(queue[0] ?? '', to)
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('@fil@/etc/passwd')
  })

  test('received in any notation or field are rejected', async () => {
    const { sandbox, bot, to } = await loggedIn()
    const seen = new Promise<void>((resolve) => {
      bot.msgRegister([TEXT, SHARING], (msg) => (msg.text === 'end' ? resolve() : undefined))
    })
    void bot.run()
    const friend = sandbox.friend('小满')
    friend.say('@FIL@/etc/one')
    friend.say('＠fil＠/etc/two')
    friend.say('@fi\u200bl@/etc/three')
    friend.send({ kind: 'link', title: '@fil@/etc/four' })
    friend.say('end')
    await seen
    for (const name of ['one', 'two', 'three', 'four']) {
      await expect(bot.send(`@fil@/etc/${name}`, to), name).rejects.toThrow(DirectiveError)
    }
  })

  test('never send the login state or hidden files, not even outside handlers', async () => {
    const path = folder()
    const { bot, to } = await loggedIn()
    writeFileSync(join(path, '.env'), 'secret')
    mkdirSync(join(path, '.ssh'))
    writeFileSync(join(path, '.ssh', 'key'), 'secret')
    const names = ['.env', '.ssh/key']
    if (process.platform !== 'win32') {
      symlinkSync(join(path, '.env'), join(path, 'innocent.txt'))
      names.push('innocent.txt')
    }
    for (const name of names) {
      await expect(bot.send(`@fil@${join(path, name)}`, to), name).rejects.toThrow('hidden files')
    }
    await bot.sendFile(join(path, '.env'), to)
  })

  test('can be turned off, and file() still sends a file', async () => {
    const { sandbox, bot } = await loggedIn({ directives: 'off' })
    bot.msgRegister(TEXT, (msg) => (msg.text === 'directive' ? '@fil@x' : bot.file(PNG, { as: 'image' })))
    void bot.run()
    const friend = sandbox.friend('小满')
    friend.say('picture')
    expect((await friend.nextMessage()).kind).toBe('image')
    const error = nextEvent(bot, 'error')
    friend.say('directive')
    expect(String((await error).error)).toContain('directives: off')
  })
})
