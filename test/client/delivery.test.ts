import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InterruptedError, type Itchat, type Message, TEXT } from 'itchat'
import { describe, expect, test } from 'vitest'
import { botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { gate } from '../support/gate.js'
import { folder, hotReload, interrupted, sayAndDeliver } from '../support/restarts.js'

/** Records the messages that the bot handles. `until` resolves once `count` messages have been handled. */
function handled(bot: Itchat) {
  const seen: Message[] = []
  let check = () => {}
  bot.msgRegister(TEXT, { isFriendChat: true, isGroupChat: true }, (msg) => {
    seen.push(msg)
    check()
  })
  return {
    seen,
    texts: () => seen.map(({ text }) => String(text)),
    until: (count: number) =>
      new Promise<void>((resolve) => {
        check = () => seen.length >= count && resolve()
        check()
      }),
  }
}

describe('an unhandled message', () => {
  test('is handled by the next run, in order, before newer messages', async () => {
    const sandbox = await sandboxFor()
    const dir = folder()
    const first = botFor(sandbox)
    await first.autoLogin(hotReload(dir))
    await sayAndDeliver(sandbox, () => sandbox.friend('小满').say('1'))
    await sayAndDeliver(sandbox, () => sandbox.friend('小满').say('2'))
    await first.close()
    sandbox.friend('小满').say('3')

    const second = botFor(sandbox)
    const got = handled(second)
    await second.autoLogin(hotReload(dir))
    void second.run()
    await got.until(3)
    expect(got.texts()).toEqual(['1', '2', '3'])
    expect(got.seen.map(({ stale }) => stale)).toEqual([false, false, false])
  })

  test('is handled as stale after a new login, with the contacts of the new session', async () => {
    const sandbox = await sandboxFor()
    const dir = folder()
    const first = botFor(sandbox)
    await first.autoLogin(hotReload(dir))
    await sayAndDeliver(sandbox, () => sandbox.friend('小满').say('are you there?'))
    await sayAndDeliver(sandbox, () => sandbox.group('周末爬山队').member('老马').say('and in the group?'))
    const before = first.searchFriends({ name: '小满' })[0]?.UserName
    await first.close()
    sandbox.expireSession(1102)

    const second = botFor(sandbox)
    const got = handled(second)
    await second.autoLogin(hotReload(dir))
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

  test('for another account is quarantined and not handled', async () => {
    const sandbox = await sandboxFor()
    const other = await sandboxFor({ world: { owner: { name: 'another account' }, friends: [{ name: '小满' }] } })
    const dir = folder()
    const first = botFor(sandbox)
    await first.autoLogin(hotReload(dir))
    await sayAndDeliver(sandbox, () => sandbox.friend('小满').say('for the first account'))
    await first.close()

    const second = botFor(other)
    const quarantined = events(second, 'setAside')
    const got = handled(second)
    await second.autoLogin(hotReload(dir))
    void second.run()
    other.friend('小满').say('for the second')
    await got.until(1)
    expect(got.texts()).toEqual(['for the second'])
    expect(quarantined.map(({ what }) => what)).toEqual(['session', 'journal'])
    expect(readFileSync(quarantined[1]?.keptAs ?? '', 'utf8')).toContain('for the first account')
  })

  test('waits on disk behind a hanging handler, along with 10,000 others, while other conversations continue', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await bot.autoLogin(hotReload(folder()))
    const count = 10_400
    const from = sandbox.friend('小满').id
    await sayAndDeliver(sandbox, () => {
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

describe('a pending message of an instance that logs in again', () => {
  /**
   * Logs in once for each mode, with or without hot reload, and then once more with the last mode. Only the final login
   * handles messages. Resolves to the texts and `stale` flags of the handled messages.
   */
  async function textsOfLastLogin(...modes: boolean[]): Promise<(string | boolean)[][]> {
    const sandbox = await sandboxFor()
    const dir = folder()
    const bot = botFor(sandbox)
    const logIn = (isOn: boolean) => bot.autoLogin({ ...hotReload(dir), hotReload: isOn })
    for (const [index, isOn] of modes.entries()) {
      await logIn(isOn)
      await sayAndDeliver(sandbox, () => sandbox.friend('小满').say(`said ${index}`))
      await bot.logout()
    }
    await logIn(modes.at(-1) === true)
    const got = handled(bot)
    void bot.run()
    await sandbox.held('synccheck')
    sandbox.friend('小满').say('last')
    await new Promise<void>((resolve) => {
      const check = () => (got.texts().includes('last') ? resolve() : void got.until(got.seen.length + 1).then(check))
      check()
    })
    await bot.close()
    return got.seen.map(({ text, stale }) => [String(text), stale])
  }

  test('is handled once, even after several logins', async () => {
    expect((await textsOfLastLogin(false, false, false)).sort()).toEqual([
      ['last', false],
      ['said 0', true],
      ['said 1', true],
      ['said 2', true],
    ])
  })

  test('is handled even if hot reload was off at first', async () => {
    expect((await textsOfLastLogin(false, true)).sort()).toEqual([
      ['last', false],
      ['said 0', true],
      ['said 1', true],
    ])
  })

  test('stays in the journal while hot reload is off, and is not handled twice', async () => {
    expect(await textsOfLastLogin(true, false)).toEqual([
      ['said 1', true],
      ['last', false],
    ])
    expect((await textsOfLastLogin(true, false, true)).sort()).toEqual([
      ['last', false],
      ['said 0', true],
      ['said 1', true],
      ['said 2', true],
    ])
  })
})

describe('a handled message', () => {
  test.each([
    ['a reply', () => 'answer'],
    [
      'an exception',
      () => {
        throw new Error('on purpose')
      },
    ],
  ])('is not delivered again after %s', async (_, handler) => {
    const sandbox = await sandboxFor()
    const dir = folder()
    const first = botFor(sandbox)
    first.on('error', () => {})
    const done = gate()
    first.msgRegister(TEXT, (msg) => {
      if (msg.text === 'last') done.open()
      return handler()
    })
    await first.autoLogin(hotReload(dir))
    void first.run()
    sandbox.friend('小满').say('1')
    sandbox.friend('小满').say('last')
    await done.opened
    await first.close()

    const second = botFor(sandbox)
    const got = handled(second)
    await second.autoLogin(hotReload(dir))
    void second.run()
    sandbox.friend('小满').say('new')
    await got.until(1)
    expect(got.texts()).toEqual(['new'])
  })

  test.each(['close', 'logout'] as const)(
    'whose handler called %s() is not delivered again, so it cannot end the next run',
    async (end) => {
      const sandbox = await sandboxFor()
      const dir = folder()
      const first = botFor(sandbox)
      first.msgRegister(TEXT, async () => {
        await first[end]()
      })
      await first.autoLogin(hotReload(dir))
      const running = first.run()
      sandbox.friend('小满').say('stop')
      await running
      await first.close()

      const second = botFor(sandbox)
      const got = handled(second)
      await second.autoLogin(hotReload(dir))
      void second.run()
      sandbox.friend('小满').say('new')
      await got.until(1)
      expect(got.texts()).toEqual(['new'])
    },
  )

  test('is recognized when the server delivers it again', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const got = handled(bot)
    await bot.login()
    void bot.run()
    const from = sandbox.friend('小满').id
    const deliver = (MsgId: string) => sandbox.raw({ from, MsgType: 1, MsgId, Content: MsgId })
    deliver('7001')
    deliver('7001')
    await got.until(1)
    deliver('7001')
    deliver('7002')
    await got.until(2)
    expect(got.texts()).toEqual(['7001', '7002'])
  })

  test('is recognized when the server delivers it again in the next run', async () => {
    const sandbox = await sandboxFor()
    const dir = folder()
    const from = sandbox.friend('小满').id
    const seen: string[] = []
    for (const own of ['8001', '8002', '8003']) {
      const bot = botFor(sandbox)
      const got = handled(bot)
      await bot.autoLogin(hotReload(dir))
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
  test('twice is retried alone: no other handler starts before it finishes', async () => {
    const sandbox = await sandboxFor()
    const dir = await interrupted(sandbox, '小满', 'suspect', 2)
    const bot = botFor(sandbox)
    const steps: string[] = []
    const [started, release, handled] = [gate(), gate(), gate()]
    bot.msgRegister(TEXT, async ({ text }) => {
      steps.push(`${text} begins`)
      if (text !== 'suspect') return handled.open()
      started.open()
      await release.opened
      steps.push('suspect ends')
    })
    await bot.autoLogin(hotReload(dir))
    void bot.run()
    await started.opened
    await sayAndDeliver(sandbox, () => sandbox.friend('老爸').say('innocent'))
    release.open()
    await handled.opened
    expect(steps).toEqual(['suspect begins', 'suspect ends', 'innocent begins'])
    expect(existsSync(join(dir, 'state.json.journal.aside'))).toBe(false)
  })

  test('three times becomes a dead letter and is reported; other messages are still handled', async () => {
    const sandbox = await sandboxFor()
    const dir = await interrupted(sandbox, '小满', 'poison', 3)
    const fourth = botFor(sandbox)
    const got = handled(fourth)
    const error = nextEvent(fourth, 'error')
    await fourth.autoLogin(hotReload(dir))
    void fourth.run()
    sandbox.friend('小满').say('after it')
    const failure = await error
    expect([failure.error, failure.message?.text]).toEqual([expect.any(InterruptedError), 'poison'])
    await got.until(1)
    expect(got.texts()).toEqual(['after it'])
    const deadLetters = join(dir, 'state.json.journal.aside')
    expect(existsSync(deadLetters) && readFileSync(deadLetters, 'utf8')).toContain('poison')
  })
})
