import { type Message, TEXT } from 'itchat'
import type { FaultSpec } from 'itchat/sandbox'
import { describe, expect, test } from 'vitest'
import { bareBotFor, events, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'
import { HastyClock } from '../support/hasty-clock.js'

/** A bot that runs and repeats what it is told, and what its handlers were given. */
async function echoBot() {
  const sandbox = await sandboxFor({ floodLimit: false })
  const bot = bareBotFor(sandbox, { clock: new HastyClock() })
  const handled: string[] = []
  bot.msgRegister(TEXT, (msg) => {
    const { content } = msg as Message
    handled.push(content)
    return `re ${content}`
  })
  await bot.login()
  const logouts = events(bot, 'logout')
  void bot.run()
  await sandbox.online()
  return { sandbox, bot, handled, logouts }
}

const PATHS = ['synccheck', 'webwxsync'] as const
const ON_THE_WAY = ['drop', 'dropReply', 'cut', 'truncate', 'status', 'garbage'] as const

const TROUBLE: FaultSpec[] = [
  ...ON_THE_WAY.flatMap((kind) => PATHS.map((path): FaultSpec => ({ kind, path, count: 3 }))),
  ...PATHS.map((path): FaultSpec => ({ kind: 'ret', ret: -1, path, count: 3 })),
  { kind: 'ret', ret: 1205, path: 'webwxsync', count: 3 },
  { kind: 'delay', ms: 20, path: 'webwxsync', count: 3 },
  { kind: 'duplicate', count: 3 },
  { kind: 'syncKeyReset', count: 3 },
]

test.each(TROUBLE)('every message is handled once and answered under %j', async (spec) => {
  const { sandbox, bot, handled, logouts } = await echoBot()
  const friend = sandbox.friend('林小满')
  const fault = sandbox.faults.add(spec)
  for (const word of ['one', 'two', 'three', 'four']) {
    friend.say(word)
    expect((await friend.nextMessage()).text).toBe(`re ${word}`)
  }
  expect(handled).toEqual(['one', 'two', 'three', 'four'])
  expect(fault.hits).toBeGreaterThan(1)
  expect(logouts).toEqual([])
  expect(bot.state).toBe('online')
  expect(sandbox.warnings).toEqual([])
})

test('thirty messages under everything by chance are handled once each, in order', async () => {
  const { sandbox, bot, handled } = await echoBot()
  for (const [seed, kind] of ([...ON_THE_WAY, 'duplicate', 'syncKeyReset'] as const).entries()) {
    for (const path of PATHS.filter((one) => one === 'webwxsync' || seed < ON_THE_WAY.length)) {
      sandbox.faults.add({ kind, path, probability: 0.03, seed })
    }
  }
  const friend = sandbox.friend('林小满')
  const said = Array.from({ length: 30 }, (_, n) => `message ${n}`)
  for (const text of said) {
    friend.say(text)
    await friend.nextMessage()
  }
  expect(handled).toEqual(said)
  expect(sandbox.faults.list.reduce((sum, fault) => sum + fault.hits, 0)).toBeGreaterThan(3)
  expect(bot.state).toBe('online')
})

describe('a send', () => {
  test.each<[(typeof ON_THE_WAY)[number], string[]]>([
    ['drop', []],
    ['status', []],
    ['dropReply', ['once']],
    ['cut', ['once']],
  ])('struck by %s fails with an unknown outcome and is not repeated', async (kind, arrived) => {
    const { sandbox, bot } = await echoBot()
    const fault = sandbox.faults.add({ kind, path: 'webwxsendmsg' })
    expect(await failureOf(bot.send('once', 'filehelper'))).toMatchObject({ name: 'NetworkError', outcome: 'unknown' })
    expect(fault.requests).toBe(1)
    await bot.send('after', 'filehelper')
    expect(sandbox.official('filehelper').unread.map(({ text }) => text)).toEqual([...arrived, 'after'])
  })
})

describe('a login', () => {
  const ENDPOINTS = ['jslogin', 'login', 'webwxinit', 'webwxstatusnotify', 'webwxgetcontact', 'webwxbatchgetcontact']
  const SPECS = (['drop', 'dropReply', 'cut', 'status'] as const).flatMap((kind) =>
    ENDPOINTS.map((path): FaultSpec => ({ kind, path })),
  )
  test.each<FaultSpec>([...SPECS, { kind: 'expireQr', count: 2 }])('succeeds in spite of %j', async (spec) => {
    const sandbox = await sandboxFor()
    const fault = sandbox.faults.add(spec)
    const bot = bareBotFor(sandbox, { clock: new HastyClock() })
    await bot.login()
    expect(fault.active).toBe(false)
    expect(bot.searchFriends({ name: '林小满' })).toHaveLength(1)
  })

  test.each([
    [{ kind: 'ret', ret: 1203 }, 'LoginError'],
    [{ kind: 'ret', ret: 1101, path: 'webwxinit' }, 'LoggedOutError'],
    [{ kind: 'garbage', path: 'webwxinit' }, 'ProtocolError'],
  ] satisfies [FaultSpec, string][])('tells what is wrong under %j', async (spec, name) => {
    const sandbox = await sandboxFor()
    sandbox.faults.add(spec)
    const bot = bareBotFor(sandbox, { clock: new HastyClock() })
    expect(await failureOf(bot.login())).toMatchObject({ name })
    expect(bot.state).toBe('offline')
  })
})
