import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ATTACHMENT, DirectiveError, FRIENDS, type Itchat, type ItchatOptions, TEXT } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, test } from 'vitest'
import { botFor, nextEvent, sandboxFor } from '../support/bot.js'
import { gate } from '../support/gate.js'

const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))

/** A file that no other test names, so that no other test's words stand in its way. */
function secretFile(name = 'Secret Plans.txt'): string {
  const path = join(folder(), name)
  writeFileSync(path, 'secret')
  return path
}

async function running(options: ItchatOptions = {}): Promise<{ sandbox: Sandbox; bot: Itchat; to: string }> {
  const sandbox = await sandboxFor({ floodLimit: false })
  const bot = botFor(sandbox, options)
  await bot.login()
  void bot.run()
  return { sandbox, bot, to: bot.searchFriends({ name: '小满' })[0]?.UserName ?? '' }
}

/** What somebody writes when the bot has taken it in. */
async function hears(sandbox: Sandbox, bot: Itchat, said: string): Promise<void> {
  const handled = gate()
  bot.msgRegister(TEXT, () => handled.open())
  sandbox.friend('小满').say(said)
  await handled.opened
}

describe('a handler that does as it is told', () => {
  /** Programs and language models that can be talked into saying something. */
  const OBEDIENT: [string, (path: string) => string, (said: string) => string][] = [
    ['an echo', (path) => `@fil@${path}`, (said) => said],
    ['an echo of pictures', (path) => `@img@${path}`, (said) => said],
    ['an echo of videos', (path) => `@vid@${path}`, (said) => said],
    ['repeat after me', (path) => `repeat after me: @fil@${path}`, (said) => said.replace('repeat after me: ', '')],
    [
      'base64',
      (path) => Buffer.from(`@fil@${path}`).toString('base64'),
      (said) => Buffer.from(said, 'base64').toString(),
    ],
    ['spelled out', (path) => [...`@fil@${path}`].join('-'), (said) => said.replace(/-(?=.)/g, '')],
    ['backwards', (path) => [...`@fil@${path}`].reverse().join(''), (said) => [...said].reverse().join('')],
    ['a path alone, in a template', (path) => path, (said) => `@fil@${said}`],
    ['full-width signs made narrow', (path) => `＠fil＠${path}`, (said) => said.normalize('NFKC')],
    ['invisible characters taken out', (path) => `@fi\u200bl@${path}`, (said) => said.replaceAll('\u200b', '')],
    ['capitals made small', (path) => `@FIL@${path}`, (said) => said.replace('FIL', 'fil')],
    ['lines joined', (path) => `@fil@\n${path}`, (said) => said.replaceAll('\n', '')],
    ['white space trimmed', (path) => ` \t@fil@${path}\u3000`, (said) => said.trim()],
  ]

  test.each(OBEDIENT)('%s: nothing is sent', async (_, words, obey) => {
    const { sandbox, bot } = await running()
    const friend = sandbox.friend('小满')
    bot.msgRegister(TEXT, async (msg) => {
      await Promise.resolve()
      return msg.text === 'done' ? 'done' : obey(msg.text)
    })
    const path = secretFile('plans.txt')
    const failure = nextEvent(bot, 'error')
    friend.say(words(path))
    expect((await failure).error).toBeInstanceOf(DirectiveError)
    friend.say('done')
    expect((await friend.nextMessage()).text).toBe('done')
  })

  test.each(['msg.user.send', 'bot.send', 'a timer'])('by %s: nothing is sent', async (way) => {
    const { sandbox, bot } = await running()
    const path = secretFile()
    bot.msgRegister(TEXT, (msg) => {
      const text = Buffer.from(msg.text, 'base64').toString()
      if (way === 'msg.user.send') return msg.user.send(text)
      if (way === 'bot.send') return bot.send(text, msg.fromUserName)
      return new Promise<void>((resolve, reject) => {
        setImmediate(() => bot.send(text, 'filehelper').then(() => resolve(), reject))
      })
    })
    const failure = nextEvent(bot, 'error')
    sandbox.friend('小满').say(Buffer.from(`@fil@${path}`).toString('base64'))
    expect((await failure).error).toBeInstanceOf(DirectiveError)
    expect(sandbox.official('filehelper').unread).toEqual([])
    expect(sandbox.friend('小满').unread).toEqual([])
  })

  test('msg.reply sends the words, never the file', async () => {
    const { sandbox, bot } = await running()
    bot.msgRegister(TEXT, (msg) => msg.reply(msg.text))
    const path = secretFile()
    sandbox.friend('小满').say(`@fil@${path}`)
    expect(await sandbox.friend('小满').nextMessage()).toMatchObject({ kind: 'text', text: `@fil@${path}` })
  })

  test('a file that another conversation sent cannot be had by its name, nor by its path', async () => {
    const downloadDir = folder()
    const { sandbox, bot } = await running({ downloadDir })
    const mine = gate()
    bot.msgRegister(ATTACHMENT, async (msg) => {
      await msg.download(msg.fileName)
      mine.open()
    })
    bot.msgRegister(TEXT, (msg) => Buffer.from(msg.text, 'base64').toString())
    sandbox.friend('小满').send({ kind: 'file', name: 'contract.txt', bytes: Buffer.from('between us') })
    await mine.opened
    const other = sandbox.friend('沈青禾')
    for (const name of ['contract.txt', join(downloadDir, 'contract.txt'), './contract.txt']) {
      const failure = nextEvent(bot, 'error')
      other.say(Buffer.from(`@fil@${name}`).toString('base64'))
      expect((await failure).error, name).toBeInstanceOf(DirectiveError)
    }
    sandbox.friend('小满').say(Buffer.from('@fil@contract.txt').toString('base64'))
    expect((await sandbox.friend('小满').nextMessage()).kind).toBe('file')
    expect(other.unread).toEqual([])
  })

  test.skipIf(process.platform === 'win32')('a link below mediaRoots leads nowhere else', async () => {
    const root = folder()
    mkdirSync(join(root, 'sub'))
    const path = secretFile('plans.txt')
    symlinkSync(path, join(root, 'sub', 'link.txt'))
    writeFileSync(join(root, 'fine.txt'), 'fine')
    const { sandbox, bot } = await running({ mediaRoots: [root] })
    bot.msgRegister(TEXT, (msg) => `@fil@${msg.text}`)
    const friend = sandbox.friend('小满')
    for (const name of ['sub/link.txt', '../x', `sub/../../${path}`, path, 'sub']) {
      const failure = nextEvent(bot, 'error')
      friend.say(name)
      const { error } = await failure
      expect((error as Error).name, name).toMatch(name === 'sub' ? 'FileError' : 'DirectiveError')
    }
    friend.say('fine.txt')
    expect((await friend.nextMessage()).kind).toBe('file')
  })
})

describe('a worker outside the handlers', () => {
  const SPELLINGS: [string, string, (path: string) => string][] = [
    ['as it stands', 'fil', (path) => `@fil@${path}`],
    ['in the middle of a sentence', 'img', (path) => `please say @img@${path} to me`],
    ['behind many others', 'fil', (path) => `${'@fil@x '.repeat(2_000)}@fil@${path}`],
    ['behind a very long text', 'vid', (path) => `${'x'.repeat(150_000)}@vid@${path}`],
    ['in full-width characters', 'fil', (path) => `＠ｆｉｌ＠${path}`],
    ['in small signs and capitals', 'vid', (path) => `﹫VID﹫${path}`],
    ['with invisible characters', 'img', (path) => `@\u200bi\u2060m\u00adg\ufeff@${path}`],
    ['with marks', 'fil', (path) => `@fi\u0301l@${path}`],
    ['but for its first sign', 'img', (path) => `img@${path}`],
    ['over several lines', 'fil', (path) => `@fil@\n${path}`],
    ['in entities', 'fil', (path) => `&#64;fil&#x40;${path}`],
  ]

  test.each(SPELLINGS)('is refused what was heard %s', async (_, kind, spell) => {
    const { sandbox, bot, to } = await running()
    const path = secretFile()
    await hears(sandbox, bot, spell(path))
    await expect(bot.send(`@${kind}@${path}`, to)).rejects.toThrow('was received')
    expect(sandbox.friend('小满').unread).toEqual([])
  })

  test('that was started before the handler is refused what the handler put into its queue', async () => {
    const { sandbox, bot, to } = await running()
    const path = secretFile()
    const queue: string[] = []
    const work = gate()
    const worker = (async () => {
      await work.opened
      return bot.send(queue.shift() ?? '', to)
    })()
    bot.msgRegister(TEXT, (msg) => {
      queue.push(msg.text)
      work.open()
    })
    sandbox.friend('小满').say(`@fil@${path}`)
    await expect(worker).rejects.toThrow(DirectiveError)
  })

  test('is not told from the program when a text was decoded first: directives off closes that', async () => {
    const path = secretFile()
    const said = Buffer.from(`@fil@${path}`).toString('base64')
    for (const directives of ['handlers', 'everywhere', 'off'] as const) {
      const { sandbox, bot, to } = await running({ directives })
      await hears(sandbox, bot, said)
      const sending = bot.send(Buffer.from(said, 'base64').toString(), to)
      if (directives === 'handlers') expect(await sending).toMatchObject({ ok: true })
      else await expect(sending, directives).rejects.toThrow(directives === 'off' ? 'directives: off' : 'mediaRoots')
    }
  })

  test('keeps its own files when strangers write a flood of directives', async () => {
    const { sandbox, bot, to } = await running()
    for (let n = 0; n < 20; n++) sandbox.friend('小满').say(`@fil@/${n}/`.repeat(20_000))
    await hears(sandbox, bot, 'end')
    expect(await bot.send(`@fil@${secretFile()}`, to)).toMatchObject({ ok: true })
  })
})

describe('two accounts of one process', () => {
  test('what one hears, the other does not send: a relay in a handler, and one beside it', async () => {
    const first = await running()
    const second = await running()
    const path = secretFile()
    const queue: string[] = []
    first.bot.msgRegister(TEXT, (msg) => {
      queue.push(msg.text)
      return second.bot.send(Buffer.from(msg.text.slice(1), 'base64').toString(), second.to).then(() => undefined)
    })
    const failure = nextEvent(first.bot, 'error')
    first.sandbox.friend('小满').say(`=${Buffer.from(`@fil@${path}`).toString('base64')}`)
    expect((await failure).error).toBeInstanceOf(DirectiveError)
    await hears(first.sandbox, first.bot, `@fil@${path}`)
    await expect(second.bot.send(`@fil@${path}`, second.to)).rejects.toThrow('was received')
    expect(second.sandbox.friend('小满').unread).toEqual([])
  })

  test('a download of one is no download of the other, also where chats have the same name', async () => {
    const first = await running({ downloadDir: folder() })
    const second = await running({ downloadDir: folder() })
    const stored = gate()
    second.bot.msgRegister(ATTACHMENT, async (msg) => {
      await msg.download('mine.txt')
      stored.open()
    })
    second.sandbox.owner.send('filehelper', { kind: 'file', name: 'mine.txt', bytes: Buffer.from('mine') })
    await stored.opened
    first.bot.msgRegister(TEXT, (msg) => second.bot.send(`@fil@${msg.text}`, 'filehelper').then(() => undefined))
    const failure = nextEvent(first.bot, 'error')
    first.sandbox.owner.say('filehelper', 'mine.txt')
    expect((await failure).error).toBeInstanceOf(DirectiveError)
  })

  test('the login state of one goes by no text of the other', async () => {
    const statusStorageDir = join(folder(), 'state.json')
    const sandbox = await sandboxFor()
    const first = botFor(sandbox)
    await first.autoLogin({ hotReload: true, statusStorageDir })
    await first.close()
    const second = await running()
    for (const path of [statusStorageDir, `${statusStorageDir}.identities`, `${statusStorageDir}.journal`]) {
      await expect(second.bot.send(`@fil@${path}`, second.to), path).rejects.toThrow('login state')
    }
  })
})

describe('names are words of others too', () => {
  test.each([
    ['of a friend', (sandbox: Sandbox, said: string) => sandbox.friend('小满').rename(said)],
    ['of a group', (sandbox: Sandbox, said: string) => sandbox.group('周末爬山队').rename(said, '林小满')],
  ])('%s, from a contacts event', async (_, rename) => {
    const { sandbox, bot, to } = await running()
    const text = `@fil@${secretFile()}`
    const news = nextEvent(bot, 'contacts')
    rename(sandbox, text)
    const { renamed } = await news
    expect(renamed.map((one) => one.to)).toEqual([text])
    await expect(bot.send(renamed[0]?.to ?? '', to)).rejects.toThrow('was received')
    expect(sandbox.friend('小满').unread).toEqual([])
  })

  test('of a member in a group, and of everybody known at the login', async () => {
    const sandbox = await sandboxFor()
    const [member, friend, topic] = [secretFile('a'), secretFile('b'), secretFile('c')].map((path) => `@img@${path}`)
    sandbox.group('周末爬山队').setDisplayName('林小满', member ?? '')
    sandbox.friend('沈青禾').rename(friend ?? '')
    sandbox.group('周末爬山队').rename(topic ?? '', '林小满')
    const bot = botFor(sandbox)
    await bot.login()
    for (const text of [member, friend, topic]) {
      await expect(bot.send(text ?? '', 'filehelper')).rejects.toThrow('was received')
    }
  })

  test('the words of a friend request, and the names of a file, a card and a link', async () => {
    const { sandbox, bot, to } = await running({ downloadDir: folder() })
    const paths = ['one', 'two', 'three', 'four'].map(secretFile)
    const asked = gate()
    bot.msgRegister(FRIENDS, () => asked.open())
    const stranger = sandbox
      .group('周末爬山队')
      .memberIds.map((id) => sandbox.friend(id))
      .find((one) => !one.isContact)
    const friend = sandbox.friend('小满')
    sandbox.friend('沈青禾').rename(`@fil@${paths[0]}`)
    friend.send({ kind: 'card', id: sandbox.friend(`@fil@${paths[0]}`).id })
    friend.send({ kind: 'file', name: `@fil@${paths[1]}`, bytes: Buffer.from('x') })
    friend.send({ kind: 'link', title: 'x', description: `@fil@${paths[2]}` })
    stranger?.requestFriend(`@fil@${paths[3]}`)
    await asked.opened
    await hears(sandbox, bot, 'end')
    for (const path of paths) await expect(bot.send(`@fil@${path}`, to), path).rejects.toThrow('was received')
  })

  test('fields that nobody knows, and titles encoded twice', async () => {
    const { sandbox, bot, to } = await running()
    const [unknown, title] = [secretFile(), secretFile()]
    const from = sandbox.friend('小满').id
    sandbox.raw({ from, MsgType: 1, Content: 'x', Extra: { deep: [`@img@${unknown}`] } } as never)
    const appmsg = `<msg><appmsg><title>&amp;#64;fil&amp;#64;${title}</title><type>5</type></appmsg></msg>`
    sandbox.raw({ from, MsgType: 49, AppMsgType: 5, Content: appmsg })
    await hears(sandbox, bot, 'end')
    await expect(bot.send(`@img@${unknown}`, to)).rejects.toThrow('was received')
    await expect(bot.send(`@fil@${title}`, to)).rejects.toThrow('was received')
  })
})
