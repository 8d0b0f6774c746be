import { TEXT } from 'itchat'
import type { FaultSpec } from 'itchat/sandbox'
import { expect, test } from 'vitest'
import { botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'
import { HastyClock } from '../support/hasty-clock.js'

const SPECS: FaultSpec[] = [
  { kind: 'drop', path: 'synccheck' },
  { kind: 'drop', path: 'webwxsync' },
  { kind: 'dropReply', path: 'webwxsync' },
  { kind: 'cut', path: 'webwxsync' },
  { kind: 'truncate', path: 'webwxsync' },
  { kind: 'garbage', path: 'synccheck' },
  { kind: 'garbage', path: 'webwxsync' },
  { kind: 'status', path: 'webwxsync', count: 2 },
  { kind: 'delay', path: 'webwxsync', ms: 20 },
  { kind: 'duplicate' },
  { kind: 'syncKeyReset' },
  { kind: 'ret', ret: 1205, path: 'webwxsync' },
  { kind: 'ret', ret: -1, path: 'synccheck' },
]

/** A bot that answers every text, a friend it has answered once, and what it handled and met. */
async function answeringBot() {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox, { clock: new HastyClock() })
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

test.each(SPECS)('a message is handled once although %j', async (spec) => {
  const { sandbox, friend, handled, errors } = await answeringBot()
  const fault = sandbox.faults.add(spec)
  for (const text of ['second', 'third', 'last']) {
    friend.say(text)
    expect((await friend.nextMessage()).text).toBe(`re ${text}`)
  }
  expect(handled).toEqual(['first', 'second', 'third', 'last'])
  expect(fault.hits).toBe(spec.count ?? 1)
  expect(errors).toEqual([])
  expect(sandbox.warnings).toEqual([])
})

test.each([1, 2, 3, 4, 5, 6])(
  'whatever types are wrong in a sync (seed %i), later messages are handled',
  async (seed) => {
    const { sandbox, friend, handled } = await answeringBot()
    const fault = sandbox.faults.add({ kind: 'wrongTypes', path: 'webwxsync', seed })
    friend.say('spoilt')
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
] as const)('a server that says %i ends the session for the bot: %s', async (ret, reason) => {
  const { sandbox, bot, run, friend } = await answeringBot()
  const ended = nextEvent(bot, 'logout')
  sandbox.faults.add({ kind: 'ret', ret, path: 'synccheck', count: Number.POSITIVE_INFINITY })
  friend.say('wakes the poll')
  expect(await ended).toMatchObject({ reason })
  await run
  expect(sandbox.session, 'the session itself lives').not.toHaveProperty('endCode')
})

test('a send whose acknowledgement is lost is not repeated', async () => {
  const { sandbox, bot, friend } = await answeringBot()
  sandbox.faults.add({ kind: 'dropReply', path: 'webwxsendmsg' })
  const [person] = bot.searchFriends({ remarkName: '小满' })
  expect(await failureOf(bot.send('once', person?.UserName))).toMatchObject({ outcome: 'unknown' })
  await bot.send('next', person?.UserName)
  expect([(await friend.nextMessage()).text, (await friend.nextMessage()).text]).toEqual(['once', 'next'])
})

test.each<FaultSpec>([
  { kind: 'expireQr' },
  { kind: 'drop', path: 'login' },
  { kind: 'status', path: 'jslogin' },
  { kind: 'cut', path: 'webwxinit' },
  { kind: 'status', path: 'webwxgetcontact' },
])('a login goes through although %j', async (spec) => {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox, { clock: new HastyClock() })
  const fault = sandbox.faults.add(spec)
  await bot.login()
  expect(fault.hits).toBe(1)
  expect(bot.state).toBe('online')
})

test('a login refused with 1203 says so', async () => {
  const sandbox = await sandboxFor()
  sandbox.faults.add({ kind: 'ret', ret: 1203 })
  expect(await failureOf(botFor(sandbox).login())).toMatchObject({ name: 'LoginError', reason: 'refused' })
})
