import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
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
    expect(chinese.stderr).toMatch(/\n服务器拒绝了请求（webwxsendmsg，1201）。/)
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

test('a command explains in one line that the server is gone', async () => {
  const { run, sandbox } = await scene()
  await sandbox.close()
  const { code, stderr } = await run(['send', '小满', 'x'])
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^webwxsync at .*: connection refused.*\n$/),
  })
  expect((await run(['contacts', '--lang', 'zh', '--verbose'])).stderr).toMatch(
    /^无法与服务器通信（webwxsync）。.*\n {2}webwxsync at .*: connection refused/,
  )
})
