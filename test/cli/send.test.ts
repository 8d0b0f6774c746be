import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { botFor, nextEvent, sandboxFor } from '../support/bot.js'
import { emptyFolder, jsonLines, loggedInFolder } from './command.js'

const WORLD = {
  friends: [{ name: '林小满', remark: '小满' }, { name: '周望舒' }, { name: '周末' }],
  groups: [{ topic: '爬山', members: ['林小满', '周望舒'] }],
}

async function scene() {
  const sandbox = await sandboxFor({ world: WORLD })
  const folder = await loggedInFolder(sandbox)
  return { sandbox, ...folder, friend: sandbox.friend('林小满') }
}

describe('itchat send', () => {
  test('sends a text verbatim to the friend with this remark, and says to whom', async () => {
    const { run, friend } = await scene()
    const result = await run(['send', '小满', '@img@cat.png'])
    expect(result).toEqual({ code: 0, stdout: '', stderr: 'To 林小满  friend · remark 小满\n✓ Sent\n' })
    expect((await friend.nextMessage()).text).toBe('@img@cat.png')
  })

  test('speaks Chinese with --lang zh, and finds a contact by the initials of the pinyin', async () => {
    const { run, friend } = await scene()
    const { stderr } = await run(['send', 'lxm', '你好', '--lang', 'zh'])
    expect(stderr).toBe('给 林小满  好友 · 备注 小满\n✓ 已发送\n')
    expect((await friend.nextMessage()).text).toBe('你好')
  })

  test.each([[['send', '小满']], [['send', '小满', '-']]])('%j reads the text from standard input', async (args) => {
    const { run, friend } = await scene()
    expect((await run(args, { input: ' line 1\nline 2 \r\n' })).code).toBe(0)
    expect((await friend.nextMessage()).text).toBe(' line 1\nline 2 ')
  })

  test('sends a text and files in the order of the command line, with progress by lines where there is no terminal', async () => {
    const { run, cwd, friend } = await scene()
    writeFileSync(join(cwd, 'a.bin'), new Uint8Array(3_000_000))
    writeFileSync(join(cwd, 'b.txt'), 'b')
    const { stderr } = await run(['send', '小满', 'two files', '--video', 'b.txt', '--file', 'a.bin'])
    expect(stderr).toMatch(
      /^To .*\n✓ Sent\nb\.txt {2}0% {2}0\/1 B\n[\s\S]*✓ Sent 1 B · .* b\.txt\na\.bin {2}0% {2}0\/2\.9 MB\n/,
    )
    expect(stderr).toMatch(/\na\.bin {2}100% {2}2\.9\/2\.9 MB\n✓ Sent 2\.9 MB · \d.* s {2}a\.bin\n$/)
    const kinds = [await friend.nextMessage(), await friend.nextMessage(), await friend.nextMessage()]
    expect(kinds.map(({ kind }) => kind)).toEqual(['text', 'video', 'file'])
  })

  test('prints one JSON object with the ids of what was sent', async () => {
    const { run, cwd } = await scene()
    writeFileSync(join(cwd, 'a.txt'), 'a')
    const { code, stdout } = await run(['send', 'me', 'x'.repeat(2500), '--file', 'a.txt', '--json'])
    expect(code).toBe(0)
    const id = expect.stringMatching(/^\d+$/)
    expect(jsonLines(stdout)).toEqual([
      {
        to: expect.objectContaining({ kind: 'self' }),
        sent: [
          { kind: 'text', id, parts: [id, id] },
          { kind: 'file', id, name: 'a.txt', sizeBytes: 1 },
        ],
      },
    ])
  })

  test('says which parts of a text were sent before an error', async () => {
    const { run, sandbox } = await scene()
    sandbox.on('message', ({ origin }) => {
      if (origin === 'bot') sandbox.faults.add({ kind: 'ret', ret: 1201, path: 'webwxsendmsg' })
    })
    const { code, stdout, stderr } = await run(['send', '小满', 'x'.repeat(2500), '--json'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/The text has 2 parts; the first 1 were sent \(MsgID \d+\)/)
    expect(jsonLines(stdout)).toEqual([
      expect.objectContaining({
        sent: [{ kind: 'text', parts: [expect.stringMatching(/^\d+$/)] }],
        error: expect.stringContaining('1201'),
      }),
    ])
    const chinese = await run(['send', '小满', 'x'.repeat(2500), '--lang', 'zh'])
    expect(chinese.stderr).toMatch(/\n服务器拒绝了请求（webwxsendmsg，1201）。文字的前 1 段已经发送，其余没有。\n$/)
  })

  test('does not call the file transfer assistant a friend', async () => {
    const { run } = await scene()
    const [{ to }] = jsonLines((await run(['send', 'filehelper', 'x', '--json'])).stdout)
    expect(to.kind).toBe('builtIn')
    expect((await run(['send', 'filehelper', 'x'])).stderr).toMatch(/^To .* {2}built-in\n/)
  })

  test('lists the candidates for a name with several matches, and exits with 3 without a terminal', async () => {
    const { run, sandbox } = await scene()
    const { code, stdout, stderr } = await run(['send', '周', 'hello'])
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(
      /^ {2}[0-9a-f]{16} {2}周望舒 {2}friend\n {2}[0-9a-f]{16} {2}周末 {4}friend\n"周" matches 2 contacts\. .*\n$/,
    )
    const json = await run(['send', '周', 'hello', '--json'])
    expect(json.code).toBe(3)
    const [{ error, candidates }] = jsonLines(json.stdout)
    expect(error).toBe('ambiguous')
    expect(candidates.map(({ name }: { name: string }) => name)).toEqual(['周望舒', '周末'])
    // An id from the candidates finds exactly one of them.
    expect((await run(['send', candidates[1].id, 'hello'])).code).toBe(0)
    expect((await sandbox.friend('周末').nextMessage()).text).toBe('hello')
  })

  test('says how to find a contact when the name is unknown', async () => {
    const { run } = await scene()
    const { code, stderr } = await run(['send', 'stranger', 'x'])
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^No contact is named "stranger"/) })
  })

  test('prefers a complete name to a part of another name', async () => {
    const sandbox = await sandboxFor({ world: { friends: ['周', '周末'] } })
    const { run } = await loggedInFolder(sandbox)
    expect((await run(['send', '周', 'hello'])).code).toBe(0)
    expect((await sandbox.friend('周').nextMessage()).text).toBe('hello')
  })

  test.each<[name: string, args: string[], code: number, message: RegExp, input?: Uint8Array]>([
    ['a missing file', ['send', '小满', '--file', 'none.zip'], 1, /^The file none\.zip does not exist\.\n$/],
    ['a folder', ['send', '小满', '--file', 'folder'], 1, /^folder cannot be sent: it is not a regular file\.\n$/],
    ['an empty file', ['send', '小满', '--image', 'empty'], 1, /^The file empty is empty\./],
    ['a blank text', ['send', '小满', '  '], 2, /^There is nothing to send/],
    ['no input', ['send', '小满'], 2, /^There is nothing to send/],
    ['binary input', ['send', '小满'], 1, /is not UTF-8 text/, new Uint8Array([0xff, 0xfe])],
    ['input that is too long', ['send', '小满'], 1, /longer than 256 KB/, new Uint8Array(256 * 1024 + 1).fill(97)],
    ['a missing recipient', ['send'], 2, /missing required argument 'who'/],
    ['a misspelled option', ['send', '小满', 'x', '--fil', 'a'], 2, /\(Did you mean --file\?\)/],
    ['a misspelled command', ['snd', '小满', 'x'], 2, /\(Did you mean send\?\)/],
    ['too many arguments', ['send', '小满', 'x', 'y'], 2, /too many arguments/],
  ])('rejects %s in words, before the login', async (_, args, code, message, input) => {
    const { run, cwd } = emptyFolder({ url: 'http://127.0.0.1:1' })
    mkdirSync(join(cwd, 'folder'))
    writeFileSync(join(cwd, 'empty'), '')
    const result = await run(args, input ? { input } : {})
    expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: '' })
    expect(result.stderr).toMatch(message)
  })

  test.each(['小满', 'me'])('refuses binary data on standard input, also in UTF-8 (to %s)', async (who) => {
    const { run } = emptyFolder({ url: 'http://127.0.0.1:1' })
    const { code, stderr } = await run(['send', who], { input: 'a\0b' })
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('is not UTF-8 text') })
  })

  test('leaves messages that arrive before and while it runs to the bot that uses the login next', async () => {
    const { run, sandbox, state, friend } = await scene()
    friend.say('before')
    sandbox.on('message', ({ origin }) => {
      if (origin === 'bot') friend.say('meanwhile')
    })
    expect((await run(['send', '小满', 'hello'])).code).toBe(0)
    const bot = botFor(sandbox)
    const texts: string[] = []
    const both = new Promise<void>((resolve) => {
      bot.msgRegister('Text', ({ text }) => {
        if (texts.push(text) === 2) resolve()
      })
    })
    await bot.autoLogin({ hotReload: true, statusStorageDir: state })
    void bot.run()
    await both
    expect(texts).toEqual(['before', 'meanwhile'])
  })
})

describe('itchat send says what was sent', () => {
  /** Interrupts the command at the first request to an endpoint, which is answered too late. */
  async function interruptedAt(path: string, args: readonly string[]) {
    const { run, sandbox, cwd } = await scene()
    for (const name of ['a.txt', 'b.txt']) writeFileSync(join(cwd, name), name)
    sandbox.faults.add({ kind: 'delay', path, ms: 60_000 })
    let isInterrupted = false
    sandbox.on('request', ({ endpoint }) => {
      if (endpoint !== path || isInterrupted) return
      isInterrupted = true
      process.emit('SIGINT')
    })
    return run(args)
  }

  test.each<[string, string[], string]>([
    ['webwxsync', ['hello'], 'Nothing was sent.'],
    ['webwxuploadmedia', ['--file', 'a.txt'], 'Nothing was sent.'],
    ['webwxuploadmedia', ['hello', '--file', 'a.txt', '--file', 'b.txt'], 'Not sent: a.txt, b.txt.'],
    ['webwxsendmsg', ['hello'], 'Possibly sent, but not confirmed by the server: the text.'],
    [
      'webwxsendappmsg',
      ['hello', '--file', 'a.txt', '--file', 'b.txt'],
      'Possibly sent, but not confirmed by the server: a.txt. Not sent: b.txt.',
    ],
    ['webwxsendmsg', ['hello', '--lang', 'zh'], '可能已经发送，但服务器还没有确认：文字。'],
  ])('when it is interrupted at %s: %j', async (endpoint, args, result) => {
    const { code, stdout, stderr } = await interruptedAt(endpoint, ['send', '小满', ...args])
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(result)
  })

  test('as JSON when it is interrupted', async () => {
    const { stdout } = await interruptedAt('webwxuploadmedia', ['send', '小满', 'hello', '--file', 'a.txt', '--json'])
    expect(jsonLines(stdout)).toMatchObject([{ sent: [{ kind: 'text' }], error: 'Not sent: a.txt.' }])
  })

  test.each<[string, string, RegExp]>([
    ['webwxuploadmedia', 'drop', / Nothing was sent\.\n$/],
    ['webwxsendappmsg', 'dropReply', / Possibly sent, but not confirmed by the server: a\.txt\.\n$/],
  ])('when the connection breaks at %s (%s)', async (path, kind, result) => {
    const { run, sandbox, cwd } = await scene()
    writeFileSync(join(cwd, 'a.txt'), 'a')
    sandbox.faults.add({ kind: kind as 'drop', path, count: 100 })
    const { code, stderr } = await run(['send', '小满', '--file', 'a.txt'])
    expect(code).toBe(1)
    expect(stderr).toMatch(result)
  })

  test.each<[language: string, text: string, message: RegExp]>([
    ['en', 'hi', /\nThe server refused the message \(-2\): the recipient has to write first\. Nothing was sent\.\n$/],
    ['zh', 'hi', /\n服务器拒绝了这条消息（-2）：需要对方先发来一条消息。没有发送任何内容。\n$/],
    [
      'en',
      'x'.repeat(30_000),
      /\nThe text is too long for a message\. Send it as a file with --file\. Nothing was sent\.\n$/,
    ],
    ['zh', 'x'.repeat(30_000), /\n文字太长，不能作为消息发送。请用 --file 作为文件发送。没有发送任何内容。\n$/],
  ])('over iLink, in words for people (%s)', async (language, text, message) => {
    const sandbox = await sandboxFor({ ilink: true })
    const { run } = emptyFolder(sandbox)
    const env = { ITCHAT_TRANSPORT: 'ilink' }
    expect((await run(['login'], { env })).code).toBe(0)
    const { code, stderr } = await run(['send', 'me', text, '--lang', language], { env })
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(message) })
  })

  test('when a part of a long text may have been sent', async () => {
    const { run, sandbox } = await scene()
    sandbox.on('message', ({ origin }) => {
      if (origin === 'bot') sandbox.faults.add({ kind: 'dropReply', path: 'webwxsendmsg', count: 100 })
    })
    const { stderr } = await run(['send', '小满', 'x'.repeat(2500)])
    expect(stderr).toMatch(/ 1 part of the text arrived, and the next one may have arrived\.\n$/)
  })
})

describe('a command that needs a login', () => {
  let sandbox: Awaited<ReturnType<typeof sandboxFor>>
  beforeEach(async () => {
    sandbox = await sandboxFor({ world: WORLD, autoLogin: false })
  })

  test('says that the login is missing, and creates no files', async () => {
    const { run, cwd } = emptyFolder(sandbox)
    const { code, stderr } = await run(['send', '小满', 'x'])
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^Not logged in: .*itchat\.json does not exist\. Run npx itchat login/),
    })
    expect(readdirSync(cwd)).toEqual([])
  })

  test('says that the login has expired, without asking the phone', async () => {
    const { run, state } = emptyFolder(sandbox)
    const bot = botFor(sandbox)
    bot.on('qr', () => {
      sandbox.phone.scan()
      sandbox.phone.confirm()
    })
    await bot.autoLogin({ hotReload: true, statusStorageDir: state })
    await bot.close()
    sandbox.phone.logoutWeb()
    const { code, stderr } = await run(['contacts', '--lang', 'zh'])
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^尚未登录：.*itchat login/) })
    expect(sandbox.phone.login.state).toBe('loggedOut')
    expect((await run(['contacts', '--verbose'])).stderr).toMatch(
      /^Not logged in: .* contains no login .*\n {2}LoginError: .*\n$/,
    )
  })
})

test('while a bot holds the state file, a command exits with 1 and says that it is in use', async () => {
  const { run, sandbox, state } = await scene()
  const bot = botFor(sandbox)
  const online = nextEvent(bot, 'online')
  await bot.autoLogin({ hotReload: true, statusStorageDir: state })
  await online
  const { code, stderr } = await run(['send', '小满', 'x'])
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^The login state .* is in use by another/),
  })
  expect((await run(['listen', '--lang', 'zh'])).stderr).toMatch(/正在使用中（in use）/)
})

test.each<[language: string, message: RegExp]>([
  ['en', /^The journal .*itchat\.json\.journal could not be opened \(EISDIR\)\. The path is a folder/],
  ['zh', /^无法读写 .*itchat\.json\.journal（EISDIR）：这是文件夹，请写出文件的路径。没有发送任何内容。\n$/],
])('a command says which file cannot be used, and why (%s)', async (language, message) => {
  const { run, state } = await scene()
  rmSync(`${state}.journal`)
  mkdirSync(`${state}.journal`)
  const { code, stderr } = await run(['send', '小满', 'x', '--lang', language])
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(message) })
})

test.each([
  ['ITCHAT_STATE_KEY', 'short'],
  ['ITCHAT_TRANSPORT', 'qq'],
  ['ITCHAT_BASE_URL', 'sandbox'],
])('an invalid %s is explained in Chinese', async (name, value) => {
  const { run } = await scene()
  const { code, stderr } = await run(['contacts', '--lang', 'zh'], { env: { [name]: value } })
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(new RegExp(`^${name} [^a-z]*`)) })
  expect(stderr).not.toMatch(/expected|found/)
})

test('a command explains in one line that the server is gone', async () => {
  const { run, sandbox } = await scene()
  await sandbox.close()
  const { code, stderr } = await run(['send', '小满', 'x'])
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^webwxsync at .*: connection refused.*\n$/),
  })
  expect((await run(['contacts', '--lang', 'zh', '--verbose'])).stderr).toMatch(
    /^无法与服务器通信（webwxsync）：连接被拒绝。.*\n {2}webwxsync at .*: connection refused/,
  )
})
