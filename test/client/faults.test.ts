import { TEXT } from 'itchat'
import type { FaultSpec } from 'itchat/sandbox'
import { expect, test } from 'vitest'
import { botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'
import { AutoAdvanceClock } from '../support/hasty-clock.js'

const PATHS = ['synccheck', 'webwxsync'] as const
const NETWORK_FAULTS = ['drop', 'dropReply', 'cut', 'truncate', 'status', 'garbage'] as const

const SPECS: FaultSpec[] = [
  ...NETWORK_FAULTS.flatMap((kind) => PATHS.map((path): FaultSpec => ({ kind, path, count: 3 }))),
  ...PATHS.map((path): FaultSpec => ({ kind: 'ret', ret: -1, path, count: 3 })),
  { kind: 'ret', ret: 1205, path: 'webwxsync', count: 3 },
  { kind: 'delay', path: 'webwxsync', ms: 20, count: 3 },
  { kind: 'duplicate', count: 3 },
  { kind: 'syncKeyReset', count: 3 },
]

/** A bot that replies to every text, a friend who has received one reply, and the handled texts and errors. */
async function answeringBot() {
  const sandbox = await sandboxFor({ floodLimit: false })
  const bot = botFor(sandbox, { clock: new AutoAdvanceClock() })
  const errors = events(bot, 'error')
  const handled: unknown[] = []
  bot.msgRegister(TEXT, (msg) => {
    handled.push(msg.text)
    return `re ${msg.text}`
  })
  await bot.login()
  const run = bot.run()
  await sandbox.online()
  const friend = sandbox.friend('林小满')
  friend.say('first')
  await friend.nextMessage()
  return { sandbox, bot, run, friend, handled, errors }
}

test.each(SPECS)('every message is handled once despite %j', async (spec) => {
  const { sandbox, bot, friend, handled, errors } = await answeringBot()
  const fault = sandbox.faults.add(spec)
  for (const text of ['second', 'third', 'last']) {
    friend.say(text)
    expect((await friend.nextMessage()).text).toBe(`re ${text}`)
  }
  expect(handled).toEqual(['first', 'second', 'third', 'last'])
  // The poll that was already held is unaffected.
  expect(fault.hits).toBeGreaterThan(1)
  expect(errors).toEqual([])
  expect(bot.state).toBe('online')
  expect(sandbox.warnings).toEqual([])
})

test('thirty messages are handled once each, in order, under random faults of every kind', async () => {
  const { sandbox, bot, friend, handled } = await answeringBot()
  const faults = [...NETWORK_FAULTS, 'duplicate', 'syncKeyReset'] as const
  for (const [seed, kind] of faults.entries()) {
    for (const path of PATHS.filter((path) => path === 'webwxsync' || seed < NETWORK_FAULTS.length)) {
      sandbox.faults.add({ kind, path, probability: 0.03, seed })
    }
  }
  const said = Array.from({ length: 30 }, (_, n) => `message ${n}`)
  for (const text of said) {
    friend.say(text)
    await friend.nextMessage()
  }
  expect(handled).toEqual(['first', ...said])
  expect(sandbox.faults.list.reduce((sum, fault) => sum + fault.hits, 0)).toBeGreaterThan(3)
  expect(bot.state).toBe('online')
})

test.each([1, 2, 3, 4, 5, 6])(
  'later messages are handled after a sync with values of the wrong type (seed %i)',
  async (seed) => {
    const { sandbox, friend, handled } = await answeringBot()
    const fault = sandbox.faults.add({ kind: 'wrongTypes', path: 'webwxsync', seed })
    friend.say('corrupted')
    while (fault.active) await new Promise<void>((resolve) => sandbox.on('faults', () => resolve()))
    friend.say('last')
    let answer = await friend.nextMessage()
    while (answer.text !== 're last') answer = await friend.nextMessage()
    expect(handled.at(-1)).toBe('last')
  },
)

test.each([
  [1100, 'phone'],
  [1101, 'elsewhere'],
  [1102, 'expired'],
] as const)('code %i ends the session for the bot with reason %s', async (ret, reason) => {
  const { sandbox, bot, run, friend } = await answeringBot()
  const ended = nextEvent(bot, 'logout')
  sandbox.faults.add({ kind: 'ret', ret, path: 'synccheck', count: Number.POSITIVE_INFINITY })
  friend.say('wakes the poll')
  expect(await ended).toMatchObject({ reason })
  await run
  expect(sandbox.session, 'the server still has the session').not.toHaveProperty('endCode')
})

test.each<[(typeof NETWORK_FAULTS)[number], string[]]>([
  ['drop', []],
  ['status', []],
  ['dropReply', ['once']],
  ['cut', ['once']],
])('a send that fails with %s has an unknown outcome and is not retried', async (kind, arrived) => {
  const { sandbox, bot } = await answeringBot()
  const fault = sandbox.faults.add({ kind, path: 'webwxsendmsg' })
  expect(await failureOf(bot.send('once', 'filehelper'))).toMatchObject({ name: 'NetworkError', outcome: 'unknown' })
  expect(fault.requests).toBe(1)
  await bot.send('after', 'filehelper')
  expect(sandbox.official('filehelper').unread.map(({ text }) => text)).toEqual([...arrived, 'after'])
})

const LOGIN_PATHS = ['jslogin', 'login', 'webwxinit', 'webwxstatusnotify', 'webwxgetcontact', 'webwxbatchgetcontact']

test.each<FaultSpec>([
  ...(['drop', 'dropReply', 'cut', 'status'] as const).flatMap((kind) =>
    LOGIN_PATHS.map((path): FaultSpec => ({ kind, path })),
  ),
  ...(['garbage', 'truncate'] as const).flatMap((kind) =>
    LOGIN_PATHS.slice(1).map((path): FaultSpec => ({ kind, path })),
  ),
  { kind: 'ret', ret: 1, path: 'webwxstatusnotify' },
  { kind: 'expireQr', count: 2 },
])('a login succeeds despite %j', async (spec) => {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox, { clock: new AutoAdvanceClock() })
  const fault = sandbox.faults.add(spec)
  await bot.login()
  expect(fault.active).toBe(false)
  expect(bot.state).toBe('online')
  expect(bot.searchFriends({ name: '林小满' })).toHaveLength(1)
})

test.each([
  [{ kind: 'ret', ret: 1101, path: 'webwxinit' }, 'LoggedOutError'],
  [{ kind: 'garbage', path: 'webwxinit', count: 3 }, 'ProtocolError'],
  [{ kind: 'truncate', path: 'webwxnewloginpage' }, 'ProtocolError'],
] satisfies [FaultSpec, string][])('a login rejects with a typed error after %j', async (spec, name) => {
  const sandbox = await sandboxFor()
  sandbox.faults.add(spec)
  const bot = botFor(sandbox, { clock: new AutoAdvanceClock() })
  expect(await failureOf(bot.login())).toMatchObject({ name })
  expect(bot.state).toBe('offline')
})

test('a login that is rejected with code 1203 fails with reason "refused"', async () => {
  const sandbox = await sandboxFor()
  sandbox.faults.add({ kind: 'ret', ret: 1203 })
  expect(await failureOf(botFor(sandbox).login())).toMatchObject({ name: 'LoginError', reason: 'refused' })
})

test('values of the wrong type in a sync never stall the bot', async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox, { clock: new AutoAdvanceClock() })
    bot.on('error', () => {})
    bot.msgRegister(TEXT, (msg) => (msg.text === 'after' ? 'still here' : undefined))
    await bot.login()
    void bot.run()
    await sandbox.held('synccheck')
    const fault = sandbox.faults.add({ kind: 'wrongTypes', path: 'webwxsync', seed })
    const injected = new Promise<void>((resolve) => sandbox.on('faults', () => !fault.active && resolve()))
    sandbox.friend('小满').say('corrupted')
    await injected
    sandbox.friend('小满').say('after')
    expect((await sandbox.friend('小满').nextMessage()).text, `seed ${seed}`).toBe('still here')
    await bot.close()
    await sandbox.close()
  }
})
