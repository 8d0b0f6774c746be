import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InterruptedError, type Itchat, type Message, TEXT } from 'itchat'
import { describe, expect, test } from 'vitest'
import { botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { gate } from '../support/gate.js'
import { folder, hotReload, interrupted, saidAndTaken } from '../support/restarts.js'

/** Texts the bot handles from now on; `until` resolves when there are so many. */
function handled(bot: Itchat) {
  const seen: Message[] = []
  let look = () => {}
  bot.msgRegister(TEXT, { isFriendChat: true, isGroupChat: true }, (msg) => {
    seen.push(msg)
    look()
  })
  return {
    seen,
    texts: () => seen.map(({ text }) => String(text)),
    until: (count: number) =>
      new Promise<void>((resolve) => {
        look = () => seen.length >= count && resolve()
        look()
      }),
  }
}

describe('what nobody handled', () => {
  test('is handled by the next run, in order, before what came since', async () => {
    const sandbox = await sandboxFor()
    const place = folder()
    const first = botFor(sandbox)
    await first.autoLogin(hotReload(place))
    await saidAndTaken(sandbox, () => sandbox.friend('小满').say('1'))
    await saidAndTaken(sandbox, () => sandbox.friend('小满').say('2'))
    await first.close()
    sandbox.friend('小满').say('3')

    const second = botFor(sandbox)
    const got = handled(second)
    await second.autoLogin(hotReload(place))
    void second.run()
    await got.until(3)
    expect(got.texts()).toEqual(['1', '2', '3'])
    expect(got.seen.map(({ stale }) => stale)).toEqual([false, false, false])
  })

  test('is handled after a new login as stale, with the people of the new session', async () => {
    const sandbox = await sandboxFor()
    const place = folder()
    const first = botFor(sandbox)
    await first.autoLogin(hotReload(place))
    await saidAndTaken(sandbox, () => sandbox.friend('小满').say('are you there?'))
    await saidAndTaken(sandbox, () => sandbox.group('周末爬山队').member('老马').say('and in the group?'))
    const before = first.searchFriends({ name: '小满' })[0]?.UserName
    await first.close()
    sandbox.expireSession(1102)

    const second = botFor(sandbox)
    const got = handled(second)
    await second.autoLogin(hotReload(place))
    void second.run()
    await got.until(2)
    const [friend, group] = got.seen
    expect([friend?.text, friend?.stale]).toEqual(['are you there?', true])
    expect(friend?.user).toBe(second.searchFriends({ name: '小满' })[0])
    expect(friend?.FromUserName).not.toBe(before)
    const room = second.searchChatrooms({ name: '爬山' })[0]
    const speaker = room?.memberList.find(({ UserName }) => UserName === group?.ActualUserName)
    expect([group?.text, group?.stale, group?.ActualNickName]).toEqual(['and in the group?', true, '老马'])
    expect(group?.user).toBe(room)
    expect(speaker?.NickName || speaker?.DisplayName).toBeTruthy()
    await friend?.reply('late, but here')
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('late, but here')
  })

  test('of another account is set aside, and not handled', async () => {
    const one = await sandboxFor()
    const other = await sandboxFor({ world: { owner: { name: 'somebody else' }, friends: [{ name: '小满' }] } })
    const place = folder()
    const first = botFor(one)
    await first.autoLogin(hotReload(place))
    await saidAndTaken(one, () => one.friend('小满').say('for the first account'))
    await first.close()

    const second = botFor(other)
    const asides = events(second, 'setAside')
    const got = handled(second)
    await second.autoLogin(hotReload(place))
    void second.run()
    other.friend('小满').say('for the second')
    await got.until(1)
    expect(got.texts()).toEqual(['for the second'])
    expect(asides.map(({ what }) => what)).toEqual(['session', 'journal'])
    expect(readFileSync(asides[1]?.keptAs ?? '', 'utf8')).toContain('for the first account')
  })

  test('waits on the disk behind a handler that hangs, beyond 10,000; the other conversations go on', {
    timeout: 60_000,
  }, async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await bot.autoLogin(hotReload(folder()))
    const count = 10_400
    const from = sandbox.friend('小满').id
    await saidAndTaken(sandbox, () => {
      for (let n = 0; n < count; n++) sandbox.raw({ from, MsgType: 1, Content: `${n}` })
      sandbox.friend('小满').say(`${count}`)
    })
    const release = gate()
    const got: string[] = []
    const all = gate()
    bot.msgRegister(TEXT, async ({ text, user }) => {
      if (user.UserName !== bot.searchFriends({ name: '小满' })[0]?.UserName) return `got ${text}`
      if (got.length === 0) await release.opened
      if (got.push(String(text)) > count) all.open()
      return undefined
    })
    void bot.run()
    for (const name of ['老爸', '老妈']) {
      sandbox.friend(name).say('and me?')
      expect((await sandbox.friend(name).nextMessage()).text).toBe('got and me?')
    }
    expect(got).toEqual([])
    release.open()
    await all.opened
    expect(got).toEqual(Array.from({ length: count + 1 }, (_, n) => `${n}`))
  })
})

describe('what waits in an instance that logs in again', () => {
  /** Logs in with and without hot reload in turn, while nobody handles anything; the last login handles what there is. */
  async function textsAtLast(...modes: boolean[]): Promise<(string | boolean)[][]> {
    const sandbox = await sandboxFor()
    const place = folder()
    const bot = botFor(sandbox)
    const logIn = (isOn: boolean) => bot.autoLogin({ ...hotReload(place), hotReload: isOn })
    for (const [index, isOn] of modes.entries()) {
      await logIn(isOn)
      await saidAndTaken(sandbox, () => sandbox.friend('小满').say(`said ${index}`))
      await bot.logout()
    }
    await logIn(modes.at(-1) === true)
    const got = handled(bot)
    void bot.run()
    await sandbox.held('synccheck')
    sandbox.friend('小满').say('last')
    await new Promise<void>((resolve) => {
      const look = () => (got.texts().includes('last') ? resolve() : void got.until(got.seen.length + 1).then(look))
      look()
    })
    await bot.close()
    return got.seen.map(({ text, stale }) => [String(text), stale])
  }

  test('is handled once, however often it is', async () => {
    expect((await textsAtLast(false, false, false)).sort()).toEqual([
      ['last', false],
      ['said 0', true],
      ['said 1', true],
      ['said 2', true],
    ])
  })

  test('is handled also when hot reload was off before', async () => {
    expect((await textsAtLast(false, true)).sort()).toEqual([
      ['last', false],
      ['said 0', true],
      ['said 1', true],
    ])
  })

  test('and is in a journal stays there while hot reload is off: it is not handled twice', async () => {
    expect(await textsAtLast(true, false)).toEqual([
      ['said 1', true],
      ['last', false],
    ])
    expect((await textsAtLast(true, false, true)).sort()).toEqual([
      ['last', false],
      ['said 0', true],
      ['said 1', true],
      ['said 2', true],
    ])
  })
})

describe('what was handled', () => {
  test.each([
    ['by an answer', () => 'answer'],
    [
      'by a failure',
      () => {
        throw new Error('on purpose')
      },
    ],
  ])('%s never comes again', async (_, handler) => {
    const sandbox = await sandboxFor()
    const place = folder()
    const first = botFor(sandbox)
    first.on('error', () => {})
    const done = gate()
    first.msgRegister(TEXT, (msg) => {
      if (msg.text === 'last') done.open()
      return handler()
    })
    await first.autoLogin(hotReload(place))
    void first.run()
    sandbox.friend('小满').say('1')
    sandbox.friend('小满').say('last')
    await done.opened
    await first.close()

    const second = botFor(sandbox)
    const got = handled(second)
    await second.autoLogin(hotReload(place))
    void second.run()
    sandbox.friend('小满').say('new')
    await got.until(1)
    expect(got.texts()).toEqual(['new'])
  })

  test.each(['close', 'logout'] as const)(
    'by %s() never comes again, which would end the next run too',
    async (end) => {
      const sandbox = await sandboxFor()
      const place = folder()
      const first = botFor(sandbox)
      first.msgRegister(TEXT, async () => {
        await first[end]()
      })
      await first.autoLogin(hotReload(place))
      const running = first.run()
      sandbox.friend('小满').say('stop')
      await running
      await first.close()

      const second = botFor(sandbox)
      const got = handled(second)
      await second.autoLogin(hotReload(place))
      void second.run()
      sandbox.friend('小满').say('new')
      await got.until(1)
      expect(got.texts()).toEqual(['new'])
    },
  )

  test('is known when the server delivers it again', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const got = handled(bot)
    await bot.login()
    void bot.run()
    const from = sandbox.friend('小满').id
    const tell = (MsgId: string) => sandbox.raw({ from, MsgType: 1, MsgId, Content: MsgId })
    tell('7001')
    tell('7001')
    await got.until(1)
    tell('7001')
    tell('7002')
    await got.until(2)
    expect(got.texts()).toEqual(['7001', '7002'])
  })

  test('is known when the server delivers it again to the next run', async () => {
    const sandbox = await sandboxFor()
    const place = folder()
    const from = sandbox.friend('小满').id
    const seen: string[] = []
    for (const own of ['8001', '8002', '8003']) {
      const bot = botFor(sandbox)
      const got = handled(bot)
      await bot.autoLogin(hotReload(place))
      void bot.run()
      sandbox.raw({ from, MsgType: 1, MsgId: '8000', Content: 'again' })
      sandbox.raw({ from, MsgType: 1, MsgId: own, Content: own })
      await got.until(own === '8001' ? 2 : 1)
      seen.push(...got.texts())
      await bot.close()
    }
    expect(seen).toEqual(['again', '8001', '8002', '8003'])
  })
})

describe('a message whose handler was interrupted', () => {
  test('twice is tried alone: no other handler begins before it is over', async () => {
    const sandbox = await sandboxFor()
    const place = await interrupted(sandbox, '小满', 'suspect', 2)
    const bot = botFor(sandbox)
    const steps: string[] = []
    const [began, release, handled] = [gate(), gate(), gate()]
    bot.msgRegister(TEXT, async ({ text }) => {
      steps.push(`${text} begins`)
      if (text !== 'suspect') return handled.open()
      began.open()
      await release.opened
      steps.push('suspect ends')
    })
    await bot.autoLogin(hotReload(place))
    void bot.run()
    await began.opened
    await saidAndTaken(sandbox, () => sandbox.friend('老爸').say('innocent'))
    release.open()
    await handled.opened
    expect(steps).toEqual(['suspect begins', 'suspect ends', 'innocent begins'])
    expect(existsSync(join(place, 'state.json.journal.aside'))).toBe(false)
  })

  test('three times is set aside and reported; the others go on', async () => {
    const sandbox = await sandboxFor()
    const place = await interrupted(sandbox, '小满', 'poison', 3)
    const fourth = botFor(sandbox)
    const got = handled(fourth)
    const error = nextEvent(fourth, 'error')
    await fourth.autoLogin(hotReload(place))
    void fourth.run()
    sandbox.friend('小满').say('after it')
    const told = await error
    expect([told.error, told.message?.text]).toEqual([expect.any(InterruptedError), 'poison'])
    await got.until(1)
    expect(got.texts()).toEqual(['after it'])
    const aside = join(place, 'state.json.journal.aside')
    expect(existsSync(aside) && readFileSync(aside, 'utf8')).toContain('poison')
  })
})
