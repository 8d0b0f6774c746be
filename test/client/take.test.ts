import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Itchat, type Message, StateError, type TakenMessage, TEXT } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { botFor, recordingLogger, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { ManualClock } from '../support/manual-clock.js'
import { diskOf, folder, hotReload, saidAndTaken } from '../support/restarts.js'

/** Texts in the order their handlers begin; those of `taken` are taken, each time they come. */
function taking(bot: Itchat, ...taken: string[]) {
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

/** Another program, on what `place` holds; resolves to the texts it handles before one that is said now. */
async function handledByNext(sandbox: Sandbox, place: string): Promise<string[]> {
  const bot = botFor(sandbox)
  const got = taking(bot)
  await bot.autoLogin(hotReload(place))
  void bot.run()
  sandbox.friend('老爸').say('last')
  expect((await sandbox.friend('老爸').nextMessage()).text).toBe('got last')
  await bot.close()
  return got.texts().filter((text) => text !== 'last')
}

async function running(options: Parameters<typeof botFor>[1] = {}, ...taken: string[]) {
  const sandbox = await sandboxFor()
  const place = folder()
  const bot = botFor(sandbox, options)
  const got = taking(bot, ...taken)
  await bot.autoLogin(hotReload(place))
  const ended = bot.run()
  const friend = sandbox.friend('小满')
  const said = async (text: string) => {
    friend.say(text)
    expect((await friend.nextMessage()).text).toBe(`got ${text}`)
  }
  return { sandbox, place, bot, got, ended, friend, said }
}

describe('a message that is taken', () => {
  test('is answered as usual, its conversation goes on, and close() does not wait for it; the next run has it again', async () => {
    const { sandbox, place, bot, got, said } = await running({}, '1')
    await said('1')
    await said('2')
    await bot.close()
    expect(got.texts()).toEqual(['1', '2'])
    expect(await handledByNext(sandbox, place)).toEqual(['1'])
  })

  test('never comes again once it is done', async () => {
    const { sandbox, place, bot, got, said } = await running({}, '1')
    await said('1')
    await got.handles[0]?.done()
    await got.handles[0]?.done()
    await bot.close()
    expect(await handledByNext(sandbox, place)).toEqual([])
  })

  test('may be done while its handler runs', async () => {
    const sandbox = await sandboxFor()
    const place = folder()
    const bot = botFor(sandbox)
    bot.msgRegister(TEXT, async (msg) => {
      await msg.take().done()
      return 'done'
    })
    await bot.autoLogin(hotReload(place))
    void bot.run()
    sandbox.friend('小满').say('1')
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('done')
    await bot.close()
    expect(await handledByNext(sandbox, place)).toEqual([])
  })

  test('has one handle, however often it is taken', async () => {
    const { got, said, bot } = await running({}, '1')
    let message: Message | undefined
    bot.msgRegister(TEXT, (msg) => {
      message = msg
      got.handles.push(msg.take(), msg.take())
      return `got ${msg.text}`
    })
    await said('1')
    const [one, two] = got.handles
    expect(one).toBe(two)
    expect(message?.take()).toBe(one)
  })

  test('comes again after a kill, which does not count as its doing, however often', async () => {
    const { sandbox, place, bot, said } = await running({}, '1')
    await said('1')
    let disk = place
    const killed = async (program: Itchat) => {
      // Its handler is over.
      await vi.waitFor(() => expect(readFileSync(join(disk, 'state.json.journal'), 'utf8')).toContain('"attempts":0'))
      disk = diskOf(disk)
      await program.close()
    }
    await killed(bot)
    for (let count = 0; count < 4; count++) {
      const next = botFor(sandbox)
      taking(next, '1')
      await next.autoLogin(hotReload(disk))
      void next.run()
      expect((await sandbox.friend('小满').nextMessage()).text).toBe('got 1')
      await killed(next)
    }
    expect(await handledByNext(sandbox, disk)).toEqual(['1'])
  })

  test('comes again after a kill while its handler runs, which counts', async () => {
    const sandbox = await sandboxFor()
    const born = folder()
    const bot = botFor(sandbox)
    const [took, release] = [gate(), gate()]
    onTestFinished(() => release.open())
    bot.msgRegister(TEXT, async (msg) => {
      msg.take()
      took.open()
      await release.opened
    })
    await bot.autoLogin(hotReload(born))
    void bot.run()
    sandbox.friend('小满').say('1')
    await took.opened
    const place = diskOf(born)
    release.open()
    await bot.close()
    expect(readFileSync(join(place, 'state.json.journal'), 'utf8')).toContain('"attempts":1')
    expect(await handledByNext(sandbox, place)).toEqual(['1'])
  })

  test('is unfinished also when its handler throws after it', async () => {
    const sandbox = await sandboxFor()
    const place = folder()
    const bot = botFor(sandbox)
    const failed = gate()
    bot.on('error', () => failed.open())
    bot.msgRegister(TEXT, (msg) => {
      msg.take()
      throw new Error('on purpose')
    })
    await bot.autoLogin(hotReload(place))
    void bot.run()
    sandbox.friend('小满').say('1')
    await failed.opened
    await bot.close()
    expect(await handledByNext(sandbox, place)).toEqual(['1'])
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
    expect(lines.filter((line) => line.includes('runs longer'))).toEqual([])
  })

  test('may be taken by middleware, also where no handler matches', async () => {
    const sandbox = await sandboxFor()
    const place = folder()
    const bot = botFor(sandbox)
    const handles: TakenMessage[] = []
    const both = gate()
    bot.use((msg, next) => {
      if (msg.type === 'Text' && handles.push(msg.take()) === 2) both.open()
      return next()
    })
    await bot.autoLogin(hotReload(place))
    void bot.run()
    await saidAndTaken(sandbox, () => sandbox.friend('小满').say('1'))
    await saidAndTaken(sandbox, () => sandbox.friend('小满').say('2'))
    await both.opened
    await handles[1]?.done()
    await bot.close()
    expect(await handledByNext(sandbox, place)).toEqual(['1'])
  })

  test('cannot be taken when its handler is over', async () => {
    const { bot, said } = await running()
    let message: Message | undefined
    bot.msgRegister(TEXT, (msg) => {
      message = msg
      return `got ${msg.text}`
    })
    await said('1')
    await said('2')
    await said('3')
    const former = message
    await said('4')
    expect(() => former?.take()).toThrow(StateError)
  })

  test('rejects done() after close(): it comes again', async () => {
    const { sandbox, place, bot, got, said } = await running({}, '1')
    await said('1')
    await bot.close()
    expect(await failureOf(got.handles[0]?.done() ?? Promise.resolve())).toBeInstanceOf(StateError)
    expect(await handledByNext(sandbox, place)).toEqual(['1'])
  })

  test('is done also after logout() and after a new login of the same instance', async () => {
    const { sandbox, place, bot, got, said } = await running({}, '1', '2')
    await said('1')
    await said('2')
    await bot.logout()
    await got.handles[0]?.done()
    await bot.autoLogin(hotReload(place))
    await got.handles[1]?.done()
    await bot.close()
    expect(got.texts()).toEqual(['1', '2'])
    expect(await handledByNext(sandbox, place)).toEqual([])
  })
})

describe.each(['with hot reload', 'in memory alone'])('a message that is given back %s', (mode) => {
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
    const answers = async (count: number) => {
      const all: string[] = []
      while (all.length < count) all.push((await friend.nextMessage()).text)
      return all
    }
    return { sandbox, bot, friend, texts, answers }
  }

  test('goes to the handlers again, behind what waits in its conversation', async () => {
    const second = gate()
    let taken: TakenMessage | undefined
    const { sandbox, bot, friend, texts, answers } = await scene(async (msg, count) => {
      if (count === 1) taken = msg.take()
      if (count === 2) await second.opened
    })
    for (const text of ['1', '2', '3']) await saidAndTaken(sandbox, () => friend.say(text))
    void bot.run()
    expect(await answers(1)).toEqual(['got 1'])
    taken?.giveBack()
    taken?.giveBack()
    // Too late: it was given back.
    await taken?.done()
    await new Promise((resolve) => setImmediate(resolve))
    second.open()
    expect(await answers(3)).toEqual(['got 2', 'got 3', 'got 1'])
    friend.say('4')
    expect(await answers(1)).toEqual(['got 4'])
    expect(texts).toEqual(['1', '2', '3', '1', '4'])
  })

  test('by its handler comes again when that is over, and may be taken again', async () => {
    const handles: TakenMessage[] = []
    const { bot, friend, texts, answers } = await scene((msg, count) => {
      const taken = msg.take()
      handles.push(taken)
      if (count < 3) taken.giveBack()
      return taken
    })
    void bot.run()
    friend.say('1')
    expect(await answers(3)).toEqual(['got 1', 'got 1', 'got 1'])
    await handles[2]?.done()
    handles[2]?.giveBack()
    friend.say('2')
    expect(await answers(1)).toEqual(['got 2'])
    expect([texts, new Set(handles).size]).toEqual([['1', '1', '1', '2'], 4])
  })
})

test('a message that is given back after a new login comes as stale, with the people of the new session', async () => {
  const { sandbox, place, bot, got, said } = await running({}, '1')
  await said('1')
  await bot.logout()
  const again = new Promise<Message>((resolve) => bot.msgRegister(TEXT, (msg) => resolve(msg)))
  await bot.autoLogin(hotReload(place))
  void bot.run()
  got.handles[0]?.giveBack()
  const message = await again
  expect([message.text, message.stale]).toEqual(['1', true])
  expect(message.user).toBe(bot.searchFriends({ name: '小满' })[0])
  await message.reply('late, but here')
  expect((await sandbox.friend('小满').nextMessage()).text).toBe('late, but here')
})
