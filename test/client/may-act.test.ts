import { type ItchatOptions, type LoginOptions, MemorySessionStore, StateError, type StoreLock, TEXT } from 'itchat'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../src/util/clock.js'
import { botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { wireTo } from '../support/wire.js'

/** Pauses are a hundredth of their maximum. */
const quickClock = { ...systemClock, random: () => 0.01 }

/** A bot that is online with a lease and has a poll in flight. */
async function leasedBot(lock: Partial<StoreLock>, options: ItchatOptions = {}, login: LoginOptions = {}) {
  const sandbox = await sandboxFor()
  const wire = await wireTo(sandbox)
  const bot = botFor(wire, options)
  const sessionStore = Object.assign(new MemorySessionStore(), {
    lock: async () => ({ unlock: async () => {}, ...lock }),
  })
  bot.msgRegister(TEXT, (msg) => `got ${msg.text}`)
  await bot.autoLogin({ ...login, hotReload: true, sessionStore })
  const running = bot.run()
  await sandbox.held('synccheck')
  return { sandbox, wire, bot, running, friend: sandbox.friend('小满'), requests: () => sandbox.requests.length }
}

describe('an expired lease', () => {
  test('blocks sends and polls until it is renewed', async () => {
    let isHeld = true
    const { bot, friend, requests } = await leasedBot({ mayAct: () => isHeld }, { clock: quickClock })
    const online = nextEvent(bot, 'online')
    const before = requests()
    isHeld = false
    const failure = await failureOf(bot.send('too late', 'filehelper'))
    expect(failure).toBeInstanceOf(StateError)
    expect(String(failure)).toContain('lock')
    const errors: unknown[] = []
    const enough = gate()
    bot.on('offline', ({ error }) => {
      if (errors.push(error) === 6) enough.open()
    })
    // The poll in flight is answered, and no other poll follows.
    friend.say('1')
    await enough.opened
    for (const error of errors) expect(error).toBeInstanceOf(StateError)
    expect(bot.state).toBe('reconnecting')
    expect(requests()).toBe(before)
    isHeld = true
    await online
    expect((await friend.nextMessage()).text).toBe('got 1')
  })

  test.each<[string, () => boolean]>([
    [
      'throws',
      () => {
        throw new Error('the store is gone')
      },
    ],
    ['returns a promise', () => Promise.resolve(true) as never],
    ['returns undefined', () => undefined as never],
  ])('is assumed when mayAct() %s', async (_, answer) => {
    let mayAct = () => true
    const { bot, requests } = await leasedBot({ mayAct: () => mayAct() })
    const before = requests()
    mayAct = answer
    expect(await failureOf(bot.send('too late', 'filehelper'))).toBeInstanceOf(StateError)
    expect(requests()).toBe(before)
  })

  test('delays the login that replaces a lost session', async () => {
    let isHeld = true
    const { sandbox, bot, friend } = await leasedBot(
      { mayAct: () => isHeld },
      { clock: quickClock },
      { relogin: 'push' },
    )
    const loggedIn = nextEvent(bot, 'login')
    bot.on('logout', () => {
      isHeld = false
    })
    const delayed = nextEvent(bot, 'relogin')
    sandbox.expireSession(1101)
    await delayed
    const before = sandbox.requests.length
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(sandbox.requests.length).toBe(before)
    isHeld = true
    await loggedIn
    await sandbox.held('synccheck')
    friend.say('1')
    expect((await friend.nextMessage()).text).toBe('got 1')
  })

  test('makes a login fail before its first request', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const lock = async () => ({ unlock: async () => {}, mayAct: () => false })
    const sessionStore = Object.assign(new MemorySessionStore(), { lock })
    expect(await failureOf(bot.autoLogin({ hotReload: true, sessionStore }))).toBeInstanceOf(StateError)
    expect(sandbox.requests).toEqual([])
  })
})

test('after the lock has been lost, no send, poll or logout request is made', async () => {
  const lost = new AbortController()
  const { bot, running, friend, requests } = await leasedBot({ lost: lost.signal })
  const errors = events(bot, 'error')
  const before = requests()
  lost.abort(new Error('it was taken over'))
  const failures = [failureOf(bot.send('too late', 'filehelper')), failureOf(bot.getFriends(true))]
  for (const failure of await Promise.all(failures)) expect(failure).toBeInstanceOf(StateError)
  friend.say('1')
  await running
  await bot.logout()
  await bot.close()
  expect(requests()).toBe(before)
  expect(errors).toMatchObject([{ error: { name: 'FileError' } }])
})
