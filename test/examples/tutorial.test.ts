import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { type Program, start } from './program.js'

const WORLD = {
  owner: 'Bot',
  friends: [
    { name: 'LittleCoder' },
    { name: 'LittleCoder机器人', alias: 'littlecodersh', remark: 'autolife' },
    { name: 'Alice' },
  ],
  officials: ['LittleCoder的公众号', '沙丘日报'],
  groups: [{ topic: '测试群', members: ['Alice'] }],
}

/** Files that the tutorial programs send. Existing files are not replaced. The video is recognized by its bytes. */
const FILES = {
  '/tmp/test.text': 'a text file',
  '/tmp/test.txt': 'another text file',
  '/tmp/test.png': Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
  '/tmp/test.mkv': Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1'),
}

beforeAll(() => {
  mkdirSync('/tmp', { recursive: true })
  for (const [path, content] of Object.entries(FILES)) if (!existsSync(path)) writeFileSync(path, content)
})

/** Resolves when everything that Alice sent has been handled: messages in one chat are handled in order. */
async function handled({ itchat, sandbox }: Program): Promise<void> {
  const last = new Promise<void>((resolve) => {
    itchat.msgRegister('Text', () => resolve())
  })
  sandbox.friend('Alice').say('was that all?')
  await last
}

/** Resolves when the program registers another handler. */
function nextRegistration(itchat: Program['itchat']): Promise<void> {
  return new Promise((resolve) => {
    const register = itchat.msgRegister.bind(itchat) as (...args: unknown[]) => unknown
    const spy = vi.spyOn(itchat, 'msgRegister').mockImplementation(((...args: unknown[]) => {
      spy.mockRestore()
      resolve()
      return register(...args)
    }) as never)
  })
}

describe('login', () => {
  test('hot-reload: the second run needs no scan', async () => {
    const first = await start('hot-reload', { world: WORLD })
    await first.sandbox.online()
    first.sandbox.friend('Alice').say('hi')
    expect(await first.prints(1)).toEqual([['hi']])
    await first.itchat.close()
    await first.ended
    const written = ['itchat.json', 'itchat.json.identities', 'itchat.json.journal']
    expect(readdirSync(first.folder)).toEqual(expect.arrayContaining(written))
    const { sandbox, folder } = first
    const second = await start('hot-reload', { sandbox, folder })
    sandbox.friend('Alice').say('again')
    expect(await second.prints(1)).toEqual([['again']])
    expect(sandbox.requests.filter(({ endpoint }) => endpoint === 'jslogin')).toHaveLength(1)
  })

  test('load-and-dump: the first run stores the login, and the second run resumes it', async () => {
    const first = await start('load-and-dump', { world: WORLD })
    await first.ended
    expect(first.printed).toEqual([['Config stored, so exit.']])
    const { sandbox, folder } = first
    const second = await start('load-and-dump', { sandbox, folder })
    sandbox.friend('Alice').say('hi')
    expect(await second.prints(1)).toEqual([['hi']])
    sandbox.phone.logoutWeb()
    await second.ended
  })

  test('terminal-qr: prints the QR code in three styles', async () => {
    const { ended, errors } = await start('terminal-qr', { world: WORLD })
    await ended
    const styles = errors
      .join('')
      .split(/^.*Logged out$/m)
      .map((style) => style.split('\n').filter((line) => line.includes('\x1b[')).length)
    expect(styles[0]).toBeGreaterThan(10)
    expect(styles[1]).toBeGreaterThan((styles[0] ?? 0) * 1.5)
    expect(styles[2]).toBe(styles[0])
  })

  test('login-by-hand: runs every step, then replies', async () => {
    const { sandbox, prints, printed } = await start('login-by-hand', { world: WORLD })
    await prints(4)
    await sandbox.online()
    expect(printed.flat()).toEqual([
      '[INFO] Getting uuid',
      '[INFO] Getting QR code',
      '[INFO] Please scan the QR code',
      ...(printed.flat().includes('[INFO] Please press confirm') ? ['[INFO] Please press confirm'] : []),
      '[INFO] Logged in as Bot',
    ])
    sandbox.friend('Alice').say('hi')
    expect((await sandbox.friend('Alice').nextMessage()).text).toBe('I received: hi')
  })

  test('callbacks: calls one callback after the login and the other at the end', async () => {
    const { ended, printed, sandbox } = await start('callbacks', { world: WORLD })
    await ended
    expect(printed).toEqual([['Finish Login!'], ['exit']])
    expect(sandbox.session?.endCode).toBe(0)
  })

  test('several-accounts: the second account replies while the first stays offline', async () => {
    const { sandbox, itchat, folder } = await start('several-accounts', { world: WORLD })
    await sandbox.online()
    sandbox.friend('Alice').say('hi')
    expect((await sandbox.friend('Alice').nextMessage()).text).toBe('hi')
    expect(itchat.instanceList.map(({ state }) => state)).toEqual(['offline', 'online'])
    expect(readdirSync(folder).every((name) => name.startsWith('newInstance.pkl'))).toBe(true)
    expect(readdirSync(folder)).toContain('newInstance.pkl')
  })
})

describe('sending', () => {
  test('send: sends text and three kinds of file to its own account', async () => {
    const { sandbox, ended } = await start('send', { world: WORLD })
    await ended
    const sent = sandbox.owner.unread
    expect(sent.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'text Hello World!',
      'file test.text',
      'image ',
      'video ',
    ])
    expect(await sent[2]?.bytes()).toEqual(readFileSync('/tmp/test.png'))
    expect(await sent[3]?.bytes()).toEqual(readFileSync('/tmp/test.mkv'))
  })

  test.each([
    ['send-msg', 'text', undefined],
    ['send-file', 'file', '/tmp/test.txt'],
    ['send-img', 'image', '/tmp/test.png'],
    ['send-video', 'video', '/tmp/test.mkv'],
  ])('%s: sends a %s message to its own account', async (name, kind, path) => {
    const { sandbox, ended } = await start(name, { world: WORLD })
    await ended
    expect(sandbox.owner.unread).toHaveLength(1)
    const sent = await sandbox.owner.nextMessage()
    expect(sent.kind).toBe(kind)
    if (path === undefined) expect(sent.text).toBe('hello world.')
    else expect(await sent.bytes()).toEqual(readFileSync(path))
  })
})

describe('handlers', () => {
  test('keys-as-attributes: greets a friend and prints the UserName of the sender', async () => {
    const { sandbox, itchat, prints } = await start('keys-as-attributes', { world: WORLD })
    const author = sandbox.friend('LittleCoder')
    expect((await author.nextMessage()).text).toBe('greeting, LittleCoder!')
    author.say('thanks')
    expect(await prints(1)).toEqual([[itchat.search_friends({ nickName: 'LittleCoder' })[0]?.UserName]])
  })

  test('simple-reply: replies to friends, but not to groups', async () => {
    const { sandbox } = await start('simple-reply', { world: WORLD })
    await sandbox.online()
    sandbox.group('测试群').member('Alice').say('in the group')
    sandbox.friend('Alice').say('hi')
    expect((await sandbox.friend('Alice').nextMessage()).text).toBe('T received: hi')
    expect(sandbox.group('测试群').unread).toEqual([])
  })

  test('reply-everywhere: replies to friends, groups and official accounts', async () => {
    const { sandbox } = await start('reply-everywhere', { world: WORLD })
    await sandbox.online()
    sandbox.group('测试群').member('Alice').say('one')
    sandbox.friend('Alice').say('two')
    sandbox.official('沙丘日报').say('three')
    expect((await sandbox.group('测试群').nextMessage()).text).toBe('Text : one')
    expect((await sandbox.friend('Alice').nextMessage()).text).toBe('Text : two')
    expect((await sandbox.official('沙丘日报').nextMessage()).text).toBe('Text : three')
  })

  test('reply-twice: sends one reply, then the reply that the handler returns', async () => {
    const { sandbox } = await start('reply-twice', { world: WORLD })
    await sandbox.online()
    const friend = sandbox.friend('Alice')
    friend.say('hi')
    expect((await friend.nextMessage()).text).toBe('已经收到了文本消息，消息内容为hi')
    expect((await friend.nextMessage()).text).toBe('T received: hi')
  })

  test('group-keys: prints whether the account is mentioned, the sender and the text', async () => {
    const { sandbox, prints } = await start('group-keys', { world: WORLD })
    await sandbox.online()
    sandbox.group('测试群').member('Alice').displayName = '阿丽'
    sandbox.group('测试群').member('Alice').say('hi', { at: 'owner' })
    expect(await prints(3)).toEqual([[true], ['阿丽'], ['@Bot\u2005hi']])
  })

  test('reply-when-mentioned: replies only to mentions', async () => {
    const { sandbox } = await start('reply-when-mentioned', { world: WORLD })
    await sandbox.online()
    const group = sandbox.group('测试群')
    group.member('Alice').say('not you')
    group.member('Alice').say('hi', { at: 'owner' })
    expect((await group.nextMessage()).text).toBe('我已经收到了来自Alice的消息，实际内容为@Bot\u2005hi')
    expect(group.unread).toEqual([])
  })

  test('who-wrote: prints the UserName, the contact and the nickname of the sender', async () => {
    const { sandbox, itchat, prints } = await start('who-wrote', { world: WORLD })
    await sandbox.online()
    sandbox.friend('Alice').say('hi')
    const alice = itchat.search_friends({ name: 'Alice' })[0]
    expect(await prints(3)).toEqual([[alice?.UserName], [alice], ['Alice']])
  })

  test('run-in-background: the program continues while the bot runs', async () => {
    const { sandbox, prints, itchat, ended } = await start('run-in-background', { world: WORLD })
    expect(await prints(1)).toEqual([['free for other work']])
    sandbox.friend('Alice').say('hi')
    expect((await sandbox.friend('Alice').nextMessage()).text).toBe('hi')
    await itchat.logout()
    await ended
  })

  test('configured-reply: handles one message after another', async () => {
    const { sandbox } = await start('configured-reply', { world: WORLD })
    await sandbox.online()
    const friend = sandbox.friend('Alice')
    for (const text of ['one', 'two']) friend.say(text)
    expect([(await friend.nextMessage()).text, (await friend.nextMessage()).text]).toEqual(['one', 'two'])
  })

  test('toggle: turns replies off, stays silent and turns them on again', async () => {
    const { sandbox, itchat } = await start('toggle', { world: WORLD })
    await sandbox.online()
    const group = sandbox.group('测试群')
    const sendAndRead = async (text: string) => {
      group.member('Alice').say(text)
      return (await group.nextMessage()).text
    }
    expect(await sendAndRead('?')).toBe('输入"关闭" 或者 "开启" 测试功能')
    expect(await sendAndRead('开启')).toBe('已经在运行')
    const changed = nextRegistration(itchat)
    expect(await sendAndRead('关闭')).toBe('已关闭')
    await changed
    group.member('Alice').say('anybody?')
    expect(await sendAndRead('开启')).toBe('重新开启成功')
    expect(group.unread).toEqual([])
  })
})

describe('media', () => {
  test('store-attachments: stores a file under its original name', async () => {
    const program = await start('store-attachments', { world: WORLD })
    const { sandbox, folder } = program
    await sandbox.online()
    sandbox.friend('Alice').send({ kind: 'file', name: '报告.txt', bytes: Buffer.from('content') })
    await handled(program)
    expect(readFileSync(join(folder, '报告.txt'), 'utf8')).toBe('content')
  })

  test.each(['download-and-return', 'download-and-resend'])('%s: returns a picture and a file', async (name) => {
    const { sandbox } = await start(name, { world: WORLD })
    await sandbox.online()
    const friend = sandbox.friend('Alice')
    for (const [kind, type] of [
      ['image', 'Picture'],
      ['file', 'Attachment'],
    ] as const) {
      const { content } = friend.send({ kind })
      const returned = await friend.nextMessage()
      expect(returned.kind).toBe(kind)
      expect('media' in content && content.media.sizeBytes).toBe(returned.sizeBytes)
      if (name === 'download-and-return') expect((await friend.nextMessage()).text).toBe(`${type} received`)
    }
    expect(friend.unread).toEqual([])
  })

  test('download-bytes: the program writes the bytes itself', async () => {
    const program = await start('download-bytes', { world: WORLD })
    const { sandbox, folder } = program
    await sandbox.online()
    sandbox.friend('Alice').send({ kind: 'file', name: 'a.txt', bytes: Buffer.from('content') })
    await handled(program)
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('content')
  })
})

describe('contacts', () => {
  test('get-friends: prints the friends as JSON, starting with the account itself', async () => {
    const { ended, printed } = await start('get-friends', { world: WORLD })
    await ended
    const friends = JSON.parse(String(printed[0]?.[0])) as { NickName: string }[]
    expect(friends.map(({ NickName }) => NickName)).toEqual(['Bot', 'LittleCoder', 'LittleCoder机器人', 'Alice'])
  })

  test('search-friends: finds the account itself, and friends by name, by WeChat ID and by both', async () => {
    const { ended, printed } = await start('search-friends', { world: WORLD })
    await ended
    const robot = [['LittleCoder机器人']]
    expect(printed).toEqual([['Bot'], [undefined], robot, robot, robot])
  })

  test('find-official-accounts: finds accounts by part of the name; a UserName takes precedence', async () => {
    const { ended, printed } = await start('find-official-accounts', { world: WORLD })
    await ended
    expect(printed).toEqual([[2], [undefined], [['LittleCoder的公众号']], [undefined]])
  })
})

test('every tutorial program has a test', () => {
  const tests = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
    .join()
  const programs = readdirSync(join(import.meta.dirname, '../../examples/tutorial')).map((name) =>
    basename(name, '.ts'),
  )
  expect(programs.filter((name) => !tests.includes(`'${name}'`))).toEqual([])
})
