import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Itchat, type Message, StateError, type TakenMessage, TEXT } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, onTestFinished, test } from 'vitest'
import { botFor, recordingLogger, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { ManualClock } from '../support/manual-clock.js'
import { diskOf, folder, hotReload, sayAndDeliver } from '../support/restarts.js'

/** Records messages in the order in which their handlers start. Takes messages whose text is in `taken`. */
function recordTexts(bot: Itchat, ...taken: string[]) {
  const seen: Message[] = []
  const handles: TakenMessage[] = []
  let look = () => {}
  bot.msgRegister(TEXT, (msg) => {
    seen.push(msg)
    if (taken.includes(String(msg.text))) handles.push(msg.take())
    look()
    return `got ${msg.text}`
  })
  return {
    handles,
    texts: () => seen.map(({ text }) => String(text)),
    until: (count: number) =>
      new Promise<void>((resolve) => {
        look = () => seen.length >= count && resolve()
        look()
      }),
  }
}

/** Runs another instance on the state in `dir`. Resolves to the texts it handles before a newly sent one. */
async function handledByNext(sandbox: Sandbox, dir: string): Promise<string[]> {
  const bot = botFor(sandbox)
  const got = recordTexts(bot)
  await bot.autoLogin(hotReload(dir))
  void bot.run()
  sandbox.friend('老爸').say('last')
  expect((await sandbox.friend('老爸').nextMessage()).text).toBe('got last')
  await bot.close()
  return got.texts().filter((text) => text !== 'last')
}

async function running(options: Parameters<typeof botFor>[1] = {}, ...taken: string[]) {
  const sandbox = await sandboxFor()
  const dir = folder()
  const bot = botFor(sandbox, options)
  const got = recordTexts(bot, ...taken)
  await bot.autoLogin(hotReload(dir))
  const ended = bot.run()
  const friend = sandbox.friend('小满')
  const say = async (text: string) => {
    friend.say(text)
    expect((await friend.nextMessage()).text).toBe(`got ${text}`)
  }
  return { sandbox, dir, bot, got, ended, friend, say }
}

describe('a taken message', () => {
  test('is replied to as usual, blocks neither its conversation nor close(), and is redelivered in the next run', async () => {
    const { sandbox, dir, bot, got, say } = await running({}, '1')
    await say('1')
    await say('2')
    await bot.close()
    expect(got.texts()).toEqual(['1', '2'])
    expect(await handledByNext(sandbox, dir)).toEqual(['1'])
  })

  test('is not redelivered after done()', async () => {
    const { sandbox, dir, bot, got, say } = await running({}, '1')
    await say('1')
    await got.handles[0]?.done()
    await got.handles[0]?.done()
    await bot.close()
    expect(await handledByNext(sandbox, dir)).toEqual([])
  })

  test('can be marked as done while its handler is running', async () => {
    const sandbox = await sandboxFor()
    const dir = folder()
    const bot = botFor(sandbox)
    bot.msgRegister(TEXT, async (msg) => {
      await msg.take().done()
      return 'done'
    })
    await bot.autoLogin(hotReload(dir))
    void bot.run()
    sandbox.friend('小满').say('1')
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('done')
    await bot.close()
    expect(await handledByNext(sandbox, dir)).toEqual([])
  })

  test('has one handle, even if taken several times', async () => {
    const { got, say, bot } = await running({}, '1')
    let message: Message | undefined
    bot.msgRegister(TEXT, (msg) => {
      message = msg
      got.handles.push(msg.take(), msg.take())
      return `got ${msg.text}`
    })
    await say('1')
    const [one, two] = got.handles
    expect(one).toBe(two)
    expect(message?.take()).toBe(one)
  })

  test('is redelivered after repeated kills, which do not count as attempts', async () => {
    const { sandbox, dir, bot, say } = await running({}, '1')
    await say('1')
    let disk = dir
    const killed = async (program: Itchat) => {
      // Wait until the handler has ended.
      await expect.poll(() => readFileSync(join(disk, 'state.json.journal'), 'utf8')).toContain('"attempts":0')
      disk = diskOf(disk)
      await program.close()
    }
    await killed(bot)
    for (let count = 0; count < 4; count++) {
      const next = botFor(sandbox)
      recordTexts(next, '1')
      await next.autoLogin(hotReload(disk))
      void next.run()
      expect((await sandbox.friend('小满').nextMessage()).text).toBe('got 1')
      await killed(next)
    }
    expect(await handledByNext(sandbox, disk)).toEqual(['1'])
  })

  test('is redelivered after a kill while its handler is running, which counts as an attempt', async () => {
    const sandbox = await sandboxFor()
    const original = folder()
    const bot = botFor(sandbox)
    const [takenGate, release] = [gate(), gate()]
    onTestFinished(() => release.open())
    bot.msgRegister(TEXT, async (msg) => {
      msg.take()
      takenGate.open()
      await release.opened
    })
    await bot.autoLogin(hotReload(original))
    void bot.run()
    sandbox.friend('小满').say('1')
    await takenGate.opened
    const dir = diskOf(original)
    release.open()
    await bot.close()
    expect(readFileSync(join(dir, 'state.json.journal'), 'utf8')).toContain('"attempts":1')
    expect(await handledByNext(sandbox, dir)).toEqual(['1'])
  })

  test('stays unfinished even if its handler throws afterwards', async () => {
    const sandbox = await sandboxFor()
    const dir = folder()
    const bot = botFor(sandbox)
    const failed = gate()
    bot.on('error', () => failed.open())
    bot.msgRegister(TEXT, (msg) => {
      msg.take()
      throw new Error('on purpose')
    })
    await bot.autoLogin(hotReload(dir))
    void bot.run()
    sandbox.friend('小满').say('1')
    await failed.opened
    await bot.close()
    expect(await handledByNext(sandbox, dir)).toEqual(['1'])
  })

  test('frees its conversation at once, and its handler is not reported as slow', async () => {
    const sandbox = await sandboxFor()
    const clock = new ManualClock()
    const { lines, logger } = recordingLogger()
    const bot = botFor(sandbox, { clock, logger })
    const release = gate()
    onTestFinished(() => release.open())
    bot.msgRegister(TEXT, async (msg) => {
      if (msg.text !== '1') return `got ${msg.text}`
      msg.take()
      await release.opened
      return undefined
    })
    await bot.login()
    void bot.run()
    sandbox.friend('小满').say('1')
    sandbox.friend('小满').say('2')
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('got 2')
    await clock.advance(60_000)
    expect(lines.filter((line) => line.includes('has been running'))).toEqual([])
  })

  test('can be taken by middleware, even without a matching handler', async () => {
    const sandbox = await sandboxFor()
    const dir = folder()
    const bot = botFor(sandbox)
    const handles: TakenMessage[] = []
    const both = gate()
    bot.use((msg, next) => {
      if (msg.type === 'Text' && handles.push(msg.take()) === 2) both.open()
      return next()
    })
    await bot.autoLogin(hotReload(dir))
    void bot.run()
    await sayAndDeliver(sandbox, () => sandbox.friend('小满').say('1'))
    await sayAndDeliver(sandbox, () => sandbox.friend('小满').say('2'))
    await both.opened
    await handles[1]?.done()
    await bot.close()
    expect(await handledByNext(sandbox, dir)).toEqual(['1'])
  })

  test('must be taken before its handler ends', async () => {
    const { bot, say } = await running()
    let message: Message | undefined
    bot.msgRegister(TEXT, (msg) => {
      message = msg
      return `got ${msg.text}`
    })
    await say('1')
    await say('2')
    await say('3')
    const former = message
    await say('4')
    expect(() => former?.take()).toThrow(StateError)
  })

  test('rejects done() after close(), and is redelivered', async () => {
    const { sandbox, dir, bot, got, say } = await running({}, '1')
    await say('1')
    await bot.close()
    expect(await failureOf(got.handles[0]?.done() ?? Promise.resolve())).toBeInstanceOf(StateError)
    expect(await handledByNext(sandbox, dir)).toEqual(['1'])
  })

  test('can be marked as done after logout(), and after the same instance logs in again', async () => {
    const { sandbox, dir, bot, got, say } = await running({}, '1', '2')
    await say('1')
    await say('2')
    await bot.logout()
    await got.handles[0]?.done()
    await bot.autoLogin(hotReload(dir))
    await got.handles[1]?.done()
    await bot.close()
    expect(got.texts()).toEqual(['1', '2'])
    expect(await handledByNext(sandbox, dir)).toEqual([])
  })
})

describe.each(['with hot reload', 'in memory only'])('a message given back %s', (mode) => {
  async function scene(handle: (msg: Message, count: number) => unknown) {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const texts: string[] = []
    bot.msgRegister(TEXT, async (msg) => {
      texts.push(msg.text)
      await handle(msg, texts.length)
      return `got ${msg.text}`
    })
    if (mode === 'with hot reload') await bot.autoLogin(hotReload(folder()))
    else await bot.login()
    const friend = sandbox.friend('小满')
    const replies = async (count: number) => {
      const all: string[] = []
      while (all.length < count) all.push((await friend.nextMessage()).text)
      return all
    }
    return { sandbox, bot, friend, texts, replies }
  }

  test('is handled again, after the pending messages of its conversation', async () => {
    const second = gate()
    let taken: TakenMessage | undefined
    const { sandbox, bot, friend, texts, replies } = await scene(async (msg, count) => {
      if (count === 1) taken = msg.take()
      if (count === 2) await second.opened
    })
    for (const text of ['1', '2', '3']) await sayAndDeliver(sandbox, () => friend.say(text))
    void bot.run()
    expect(await replies(1)).toEqual(['got 1'])
    taken?.giveBack()
    taken?.giveBack()
    // This has no effect, because the message has already been given back.
    await taken?.done()
    await new Promise((resolve) => setImmediate(resolve))
    second.open()
    expect(await replies(3)).toEqual(['got 2', 'got 3', 'got 1'])
    friend.say('4')
    expect(await replies(1)).toEqual(['got 4'])
    expect(texts).toEqual(['1', '2', '3', '1', '4'])
  })

  test('by its handler is handled again after the handler has ended, and can be taken again', async () => {
    const handles: TakenMessage[] = []
    const { bot, friend, texts, replies } = await scene((msg, count) => {
      const taken = msg.take()
      handles.push(taken)
      if (count < 3) taken.giveBack()
      return taken
    })
    void bot.run()
    friend.say('1')
    expect(await replies(3)).toEqual(['got 1', 'got 1', 'got 1'])
    await handles[2]?.done()
    handles[2]?.giveBack()
    friend.say('2')
    expect(await replies(1)).toEqual(['got 2'])
    expect([texts, new Set(handles).size]).toEqual([['1', '1', '1', '2'], 4])
  })
})

test('a message given back after a new login is stale, but has the contacts of the new session', async () => {
  const { sandbox, dir, bot, got, say } = await running({}, '1')
  await say('1')
  await bot.logout()
  const redelivered = new Promise<Message>((resolve) => bot.msgRegister(TEXT, (msg) => resolve(msg)))
  await bot.autoLogin(hotReload(dir))
  void bot.run()
  got.handles[0]?.giveBack()
  const message = await redelivered
  expect([message.text, message.stale]).toEqual(['1', true])
  expect(message.user).toBe(bot.searchFriends({ name: '小满' })[0])
  await message.reply('late, but here')
  expect((await sandbox.friend('小满').nextMessage()).text).toBe('late, but here')
})
