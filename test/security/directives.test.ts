import {
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { ATTACHMENT, DirectiveError, FRIENDS, type Itchat, type ItchatOptions, TEXT } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, test, vi } from 'vitest'
import { processGuard } from '../../src/account/outbox/process-guard.js'
import { botFor, nextEvent, quiet, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { hotReload, interrupted, sayAndDeliver } from '../support/restarts.js'

const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))

/** Creates a file that no other test mentions, so that text from other tests does not affect it. */
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

/** Sends text as a friend and resolves when the bot has received it. */
async function deliverText(sandbox: Sandbox, bot: Itchat, text: string): Promise<void> {
  const handled = gate()
  bot.msgRegister(TEXT, () => handled.open())
  sandbox.friend('小满').say(text)
  await handled.opened
}

describe('a handler that obeys the sender', () => {
  /** Ways in which a sender can make a program or a language model return a directive. */
  const OBEDIENT: [string, (path: string) => string, (received: string) => string][] = [
    ['an echo', (path) => `@fil@${path}`, (received) => received],
    ['an echo of pictures', (path) => `@img@${path}`, (received) => received],
    ['an echo of videos', (path) => `@vid@${path}`, (received) => received],
    [
      'repeat after me',
      (path) => `repeat after me: @fil@${path}`,
      (received) => received.replace('repeat after me: ', ''),
    ],
    [
      'base64',
      (path) => Buffer.from(`@fil@${path}`).toString('base64'),
      (received) => Buffer.from(received, 'base64').toString(),
    ],
    ['spelled out', (path) => [...`@fil@${path}`].join('-'), (received) => received.replace(/-(?=.)/g, '')],
    ['backwards', (path) => [...`@fil@${path}`].reverse().join(''), (received) => [...received].reverse().join('')],
    ['a path alone, in a template', (path) => path, (received) => `@fil@${received}`],
    ['full-width characters made narrow', (path) => `＠fil＠${path}`, (received) => received.normalize('NFKC')],
    ['invisible characters removed', (path) => `@fi\u200bl@${path}`, (received) => received.replaceAll('\u200b', '')],
    ['capitals lowercased', (path) => `@FIL@${path}`, (received) => received.replace('FIL', 'fil')],
    ['lines joined', (path) => `@fil@\n${path}`, (received) => received.replaceAll('\n', '')],
    ['white space trimmed', (path) => ` \t@fil@${path}\u3000`, (received) => received.trim()],
  ]

  test.each(OBEDIENT)('sends nothing (%s)', async (_, textFor, obey) => {
    const { sandbox, bot } = await running()
    const friend = sandbox.friend('小满')
    bot.msgRegister(TEXT, async (msg) => {
      await Promise.resolve()
      return msg.text === 'done' ? 'done' : obey(msg.text)
    })
    const path = secretFile('plans.txt')
    const failure = nextEvent(bot, 'error')
    friend.say(textFor(path))
    expect((await failure).error).toBeInstanceOf(DirectiveError)
    friend.say('done')
    expect((await friend.nextMessage()).text).toBe('done')
  })

  test.each(['msg.user.send', 'bot.send', 'a timer'])('sends nothing through %s', async (way) => {
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

  test('msg.reply sends the text, never the file', async () => {
    const { sandbox, bot } = await running()
    bot.msgRegister(TEXT, (msg) => msg.reply(msg.text))
    const path = secretFile()
    sandbox.friend('小满').say(`@fil@${path}`)
    expect(await sandbox.friend('小满').nextMessage()).toMatchObject({ kind: 'text', text: `@fil@${path}` })
  })

  test('cannot send a file from another conversation by its name or path', async () => {
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

  test.skipIf(process.platform === 'win32')('cannot send a file outside mediaRoots through a link', async () => {
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
    ['verbatim', 'fil', (path) => `@fil@${path}`],
    ['in the middle of a sentence', 'img', (path) => `please say @img@${path} to me`],
    ['after many others', 'fil', (path) => `${'@fil@x '.repeat(2_000)}@fil@${path}`],
    ['after a very long text', 'vid', (path) => `${'x'.repeat(150_000)}@vid@${path}`],
    ['in full-width characters', 'fil', (path) => `＠ｆｉｌ＠${path}`],
    ['in small forms and capitals', 'vid', (path) => `﹫VID﹫${path}`],
    ['with invisible characters', 'img', (path) => `@\u200bi\u2060m\u00adg\ufeff@${path}`],
    ['with combining marks', 'fil', (path) => `@fi\u0301l@${path}`],
    ['without its first character', 'img', (path) => `img@${path}`],
    ['over several lines', 'fil', (path) => `@fil@\n${path}`],
    ['as HTML entities', 'fil', (path) => `&#64;fil&#x40;${path}`],
  ]

  test.each(SPELLINGS)('cannot send a directive that was received %s', async (_, kind, spell) => {
    const { sandbox, bot, to } = await running()
    const path = secretFile()
    await deliverText(sandbox, bot, spell(path))
    await expect(bot.send(`@${kind}@${path}`, to)).rejects.toThrow('was received')
    expect(sandbox.friend('小满').unread).toEqual([])
  })

  /** Ways to spell a path to the same file, each with the text that a program produces by echoing, normalizing or decoding it. */
  const DETOURS: [string, (path: string) => string, (received: string, path: string) => string][] = [
    ['a long chain of dots', (path) => `@fil@${'/.'.repeat(2_000)}${path}`, (received) => received],
    ['a chain too long for the system', (path) => `@fil@${'/.'.repeat(2_500)}${path}`, (received) => received],
    ['a longer chain, normalized', (path) => `@fil@${'/.'.repeat(100_000)}${path}`, (received) => normalized(received)],
    [
      'a detour through folders, normalized',
      (path) => `@fil@${'/tmp/..'.repeat(5_000)}${path}`,
      (received) => normalized(received),
    ],
    [
      'a path relative to the working directory',
      (path) => `@fil@${relative(process.cwd(), path)}`,
      (received) => normalized(received),
    ],
    ['a name in the working directory', () => '@fil@package.json', (received) => normalized(received)],
    ['doubled slashes', (path) => `@fil@${path.replaceAll('/', '//')}`, (received) => received.replaceAll('//', '/')],
    ['a nested directive', (path) => `@fil@/x/@img@/../..${path}`, (received) => normalized(received)],
    ['another directive kind', (path) => `@vid@${path}`, (received) => received.replace('vid', 'img')],
    ['dots after the name', (path) => `@fil@${path}...`, (received) => received.replace(/\.+$/, '')],
    ['text after the name, and a way back', (path) => `@fil@${path} ok? /../../..`, (_, path) => `@fil@${path}`],
    ['percent-encoding', (path) => encodeURIComponent(`@fil@${path}`), decodeURIComponent],
    ['percent-encoding in the path', (path) => `@fil@${encodeURIComponent(path)}`, decodeURIComponent],
    ['named entities', (path) => `&commat;fil&commat;${path.replaceAll('/', '&sol;')}`, (_, path) => `@fil@${path}`],
    ['JSON escapes', (path) => `\\u0040fil\\u0040${path}`, (received) => JSON.parse(`"${received}"`)],
    ['full-width slashes', (path) => `@fil@${path.replaceAll('/', '／')}`, (received) => received.normalize('NFKC')],
    ['capitals', (path) => `@Fil@${path}`, (received) => received.replace('Fil', 'fil')],
    ['invisible characters in the path', (path) => `@fil@${[...path].join('\u200d')}`, (_, path) => `@fil@${path}`],
  ]

  const normalized = (received: string) => received.replace(/(@\w+@)([\s\S]*)/, (_, kind, path) => kind + resolve(path))

  test.each(DETOURS)('cannot send the file at a received path by means of %s', async (_, spell, echo) => {
    const { sandbox, bot, to } = await running()
    const path = secretFile()
    const received = spell(path)
    await deliverText(sandbox, bot, received)
    expect(await failureOf(bot.send(echo(received, path), to))).toBeInstanceOf(DirectiveError)
    expect(sandbox.friend('小满').unread).toEqual([])
    expect(await bot.send(`@fil@${secretFile('another.txt')}`, to)).toMatchObject({ ok: true })
  })

  test.each([
    ['two', (text: string) => [text.slice(0, -4), text.slice(-4)]],
    ['two, cut inside the first word', (text: string) => [text.slice(0, 3), text.slice(3)]],
    ['five', (text: string) => [0, 1, 2, 3, 4].map((n) => text.slice(n * 12, n === 4 ? undefined : n * 12 + 12))],
  ])('cannot send a directive that was spread over several messages (%s)', async (_, cut) => {
    const { sandbox, bot, to } = await running()
    const path = secretFile()
    const pieces = cut(`@fil@${path}`)
    for (const piece of pieces.slice(0, -1)) sandbox.friend('小满').say(piece)
    await deliverText(sandbox, bot, pieces.at(-1) ?? '')
    await expect(bot.send(pieces.join(''), to)).rejects.toThrow('was received')
    expect(await bot.send(`@fil@${secretFile('another.txt')}`, to)).toMatchObject({ ok: true })
  })

  test('cannot send an overlong path, or one through a missing folder: paths are not shortened', async () => {
    const { sandbox, bot, to } = await running()
    const path = secretFile()
    expect(await failureOf(bot.send(`@fil@${'/.'.repeat(2_500)}${path}`, to))).toBeInstanceOf(DirectiveError)
    expect(await failureOf(bot.send(`@fil@/missing/..${path}`, to))).toMatchObject({ name: 'FileError' })
    expect(sandbox.friend('小满').unread).toEqual([])
  })

  test('that started before the handler cannot send what the handler put into its queue', async () => {
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

  test('can send a directive that was received in encoded form, unless directives is everywhere or off', async () => {
    const path = secretFile()
    const received = Buffer.from(`@fil@${path}`).toString('base64')
    for (const directives of ['handlers', 'everywhere', 'off'] as const) {
      const { sandbox, bot, to } = await running({ directives })
      await deliverText(sandbox, bot, received)
      const sending = bot.send(Buffer.from(received, 'base64').toString(), to)
      if (directives === 'handlers') expect(await sending).toMatchObject({ ok: true })
      else await expect(sending, directives).rejects.toThrow(directives === 'off' ? 'directives: off' : 'mediaRoots')
    }
  })

  test('can send its own files during a flood of directives from strangers', async () => {
    const { sandbox, bot, to } = await running()
    for (let n = 0; n < 20; n++) sandbox.friend('小满').say(`@fil@/${n}/`.repeat(20_000))
    await deliverText(sandbox, bot, 'end')
    expect(await bot.send(`@fil@${secretFile()}`, to)).toMatchObject({ ok: true })
  })
})

describe('listeners and loggers that a message triggers', () => {
  const coded = (path: string) => Buffer.from(`@fil@${path}`).toString('base64')
  const decoded = (text: string) => Buffer.from(text, 'base64').toString()

  test.each([
    ['an error listener', 'itself'],
    ['a deferred error listener', 'later'],
    ['a logger', 'logger'],
  ])('cannot send a file by decoding the text of an error (%s)', async (_, by) => {
    const path = secretFile()
    const sent = gate()
    const failures: unknown[] = []
    let answer = (_: string) => {}
    const logger = { ...quiet, error: (line: string) => answer(/cannot do (\S+)/.exec(line)?.[1] ?? '') }
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox, { logger })
    await bot.login()
    answer = (text) => {
      const sending = failureOf(bot.send(decoded(text), 'filehelper'))
      void sending.then((failure) => failures.push(failure)).then(sent.open)
    }
    if (by !== 'logger') {
      bot.on('error', ({ error }) => {
        const text =
          String((error as Error).message)
            .split(' ')
            .at(-1) ?? ''
        if (by === 'later') setImmediate(() => answer(text))
        else answer(text)
      })
    } else {
      // If a listener throws, the error is passed to the logger.
      bot.on('error', ({ error }) => {
        throw error
      })
    }
    bot.msgRegister(TEXT, (msg) => {
      throw new Error(`cannot do ${msg.text}`)
    })
    void bot.run()
    sandbox.friend('小满').say(coded(path))
    await sent.opened
    expect(failures[0]).toBeInstanceOf(DirectiveError)
    expect(sandbox.official('filehelper').unread).toEqual([])
  })

  test('text quoted in an error is also rejected outside the handler', async () => {
    const { sandbox, bot, to } = await running()
    const text = `@fil@${secretFile()}`
    bot.msgRegister(TEXT, (msg) => {
      throw new Error(`unknown command ${decoded(msg.text)}`)
    })
    const failure = nextEvent(bot, 'error')
    sandbox.friend('小满').say(Buffer.from(text).toString('base64'))
    await failure
    await expect(bot.send(text, to)).rejects.toThrow('was received')
  })

  test('cannot send a file by decoding a name (a contacts listener)', async () => {
    const { sandbox, bot } = await running()
    const failure = new Promise<unknown>((resolve) => {
      bot.on('contacts', ({ renamed }) => {
        resolve(failureOf(bot.send(decoded(renamed[0]?.to ?? ''), 'filehelper')))
      })
    })
    sandbox.friend('小满').rename(coded(secretFile()))
    expect(await failure).toBeInstanceOf(DirectiveError)
    expect(sandbox.official('filehelper').unread).toEqual([])
  })
})

describe('a downloaded file, sent by its name', () => {
  /** Starts a bot that replies to each text message with the downloaded file of that name. */
  async function downloaded(options: ItchatOptions = {}) {
    const downloadDir = folder()
    const { sandbox, bot } = await running({ downloadDir, ...options })
    const stored = gate()
    bot.msgRegister(ATTACHMENT, async (msg) => {
      await msg.download('x.txt')
      stored.open()
    })
    bot.msgRegister(TEXT, (msg) => `@fil@${msg.text}`)
    const friend = sandbox.friend('小满')
    friend.send({ kind: 'file', name: 'x.txt', bytes: Buffer.from('theirs') })
    await stored.opened
    return { bot, friend, path: join(downloadDir, 'x.txt') }
  }

  test('is sent as it was downloaded', async () => {
    const { friend } = await downloaded()
    friend.say('x.txt')
    expect((await (await friend.nextMessage()).bytes()).toString()).toBe('theirs')
  })

  const replaceBy = (path: string, create: () => void) => {
    rmSync(path)
    create()
  }

  const REPLACEMENTS: [string, (path: string) => void][] = [
    ['another file of that name', (path) => replaceBy(path, () => writeFileSync(path, 'secret'))],
    ['a file that was moved there', (path) => renameSync(secretFile(), path)],
    ['a hard link to another file', (path) => replaceBy(path, () => linkSync(secretFile(), path))],
    ['a symbolic link to another file', (path) => replaceBy(path, () => symlinkSync(secretFile(), path))],
    ['the content of another file', (path) => copyFileSync(secretFile(), path)],
    [
      'other content with the original timestamp',
      (path) => {
        const { atimeMs, mtimeMs } = statSync(path)
        writeFileSync(path, 'secret')
        utimesSync(path, atimeMs / 1000, mtimeMs / 1000)
      },
    ],
    [
      'a file in a folder that took the place of the original one',
      (path) => {
        renameSync(dirname(path), `${dirname(path)}-moved`)
        mkdirSync(dirname(path))
        writeFileSync(path, 'secret')
      },
    ],
    [
      'a file in a linked folder',
      (path) => {
        renameSync(dirname(path), `${dirname(path)}-moved`)
        symlinkSync(dirname(secretFile('x.txt')), dirname(path))
      },
    ],
  ]

  test.skipIf(process.platform === 'win32').each(REPLACEMENTS)(
    'is rejected if it has been replaced by %s',
    async (_, replace) => {
      const { bot, friend, path } = await downloaded()
      replace(path)
      const failure = nextEvent(bot, 'error')
      friend.say('x.txt')
      expect((await failure).error).toBeInstanceOf(DirectiveError)
      expect(friend.unread).toEqual([])
    },
  )

  test('causes an error if it has been deleted', async () => {
    const { bot, friend, path } = await downloaded()
    rmSync(path)
    const failure = nextEvent(bot, 'error')
    friend.say('x.txt')
    expect((await failure).error).toMatchObject({ name: 'FileError' })
  })
})

describe('a state file from an earlier run or another process', () => {
  /** Checks that a directive cannot send any of the named state files in a folder. */
  async function refusedIn(root: string, names: readonly string[]): Promise<void> {
    const { sandbox, bot } = await running({ mediaRoots: [root] })
    bot.msgRegister(TEXT, (msg) => `@fil@${msg.text}`)
    for (const name of names) {
      const failure = nextEvent(bot, 'error')
      sandbox.friend('小满').say(name)
      expect(String((await failure).error), name).toContain('login state')
    }
    expect(sandbox.friend('小满').unread).toEqual([])
  }

  test.each(['in plaintext', 'encrypted'])(
    'is never sent by a directive when it is %s, under its own name or another',
    async (kind) => {
      if (kind === 'encrypted') vi.stubEnv('ITCHAT_STATE_KEY', 'ab'.repeat(32))
      const sandbox = await sandboxFor()
      const directory = await interrupted(sandbox, '小满', 'poison', 3)
      const last = botFor(sandbox, { logger: quiet })
      const reported = nextEvent(last, 'error')
      await last.autoLogin(hotReload(directory))
      void last.run()
      await reported
      await sayAndDeliver(sandbox, () => sandbox.friend('小满').say('waiting'))
      await last.close()
      vi.unstubAllEnvs()
      processGuard.secretFiles.clear()
      const names = readdirSync(directory)
      const suffixes = ['', '.identities', '.identities.changes', '.journal', '.journal.aside']
      expect(names.sort()).toEqual(suffixes.map((suffix) => `state.json${suffix}`))
      // On close, the changes are merged and their file is emptied. Empty files are never sent.
      const filled = names.filter((name) => statSync(join(directory, name)).size > 0)
      const copies = filled.map((name, n) => {
        copyFileSync(join(directory, name), join(directory, `holiday${n}.txt`))
        return `holiday${n}.txt`
      })
      await refusedIn(directory, [...filled, ...copies])
    },
  )

  test('is never sent by a directive under a state file name, regardless of its content', async () => {
    const root = folder()
    const names = [
      'itchat.json',
      'ITCHAT.JSON.bak',
      'itchat.pkl',
      'bot.json.lock',
      'bot.journal',
      'bot.json.journal.new',
      'bot.json.2026-01-02.aside',
      'bot.json.2026-01-02-3.aside',
      'bot.json.identities.0123456789ab.tmp',
    ]
    for (const name of names) writeFileSync(join(root, name), 'x')
    await refusedIn(root, names)
  })
})

describe('two accounts in one process', () => {
  test('do not send what the other account has received, whether it is relayed inside or outside a handler', async () => {
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
    await deliverText(first.sandbox, first.bot, `@fil@${path}`)
    await expect(second.bot.send(`@fil@${path}`, second.to)).rejects.toThrow('was received')
    expect(second.sandbox.friend('小满').unread).toEqual([])
  })

  test('do not share downloads, even from chats with the same name', async () => {
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

  test('never send the login state of the other account because of a directive', async () => {
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

describe('untrusted text outside messages', () => {
  test.each([
    ['the name of a friend', (sandbox: Sandbox, received: string) => sandbox.friend('小满').rename(received)],
    [
      'the name of a group',
      (sandbox: Sandbox, received: string) => sandbox.group('周末爬山队').rename(received, '林小满'),
    ],
  ])('is rejected: %s, from a contacts event', async (_, rename) => {
    const { sandbox, bot, to } = await running()
    const text = `@fil@${secretFile()}`
    const change = nextEvent(bot, 'contacts')
    rename(sandbox, text)
    const { renamed } = await change
    expect(renamed.map(({ to }) => to)).toEqual([text])
    await expect(bot.send(renamed[0]?.to ?? '', to)).rejects.toThrow('was received')
    expect(sandbox.friend('小满').unread).toEqual([])
  })

  test('is rejected: the name of a group member, and the names of all contacts known at login', async () => {
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

  test('is rejected: the text of a friend request, and the names of a file, a card and a link', async () => {
    const { sandbox, bot, to } = await running({ downloadDir: folder() })
    const paths = ['one', 'two', 'three', 'four'].map(secretFile)
    const requested = gate()
    bot.msgRegister(FRIENDS, () => requested.open())
    const stranger = sandbox
      .group('周末爬山队')
      .memberIds.map((id) => sandbox.friend(id))
      .find((member) => !member.isContact)
    const friend = sandbox.friend('小满')
    sandbox.friend('沈青禾').rename(`@fil@${paths[0]}`)
    friend.send({ kind: 'card', id: sandbox.friend(`@fil@${paths[0]}`).id })
    friend.send({ kind: 'file', name: `@fil@${paths[1]}`, bytes: Buffer.from('x') })
    friend.send({ kind: 'link', title: 'x', description: `@fil@${paths[2]}` })
    stranger?.requestFriend(`@fil@${paths[3]}`)
    await requested.opened
    await deliverText(sandbox, bot, 'end')
    for (const path of paths) await expect(bot.send(`@fil@${path}`, to), path).rejects.toThrow('was received')
  })

  test('is rejected: unknown fields, and titles that are encoded twice', async () => {
    const { sandbox, bot, to } = await running()
    const [unknown, title] = [secretFile(), secretFile()]
    const from = sandbox.friend('小满').id
    sandbox.raw({ from, MsgType: 1, Content: 'x', Extra: { deep: [`@img@${unknown}`] } } as never)
    const appmsg = `<msg><appmsg><title>&amp;#64;fil&amp;#64;${title}</title><type>5</type></appmsg></msg>`
    sandbox.raw({ from, MsgType: 49, AppMsgType: 5, Content: appmsg })
    await deliverText(sandbox, bot, 'end')
    await expect(bot.send(`@img@${unknown}`, to)).rejects.toThrow('was received')
    await expect(bot.send(`@fil@${title}`, to)).rejects.toThrow('was received')
  })
})
