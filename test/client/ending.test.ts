import { type Itchat, StateError, TEXT } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, test } from 'vitest'
import { botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { ManualClock } from '../support/manual-clock.js'

async function loggedIn(options: Parameters<typeof botFor>[1] = {}): Promise<{ sandbox: Sandbox; bot: Itchat }> {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox, options)
  await bot.login()
  return { sandbox, bot }
}

/** Resolves when the current poll has ended, either with a reply or because the client has disconnected. */
function pollEnded(sandbox: Sandbox): Promise<void> {
  const open = sandbox.requests.findLast(({ endpoint }) => endpoint === 'synccheck')
  return new Promise((resolve) => {
    sandbox.on('request', ({ id, status }) => {
      if (id === open?.id && status !== undefined) resolve()
    })
  })
}

describe.each(['close', 'logout'] as const)('%s()', (end) => {
  test('waits for handlers in flight, which can still send', async () => {
    const { sandbox, bot } = await loggedIn()
    const order: string[] = []
    const started = gate()
    const finish = gate()
    bot.msgRegister(TEXT, async (msg) => {
      started.open()
      await finish.opened
      await msg.reply('sent by the handler')
      order.push('handler done')
      return 'its answer'
    })
    const running = bot.run().then(() => order.push('run resolved'))
    const friend = sandbox.friend('小满')
    friend.say('x')
    await started.opened
    await sandbox.held('synccheck')
    const polled = pollEnded(sandbox)
    const ending = bot[end]().then(() => order.push('ended'))
    // The poll ends first. If the call did not wait for the handler, the session would have ended by now.
    await polled
    await fetch(sandbox.url)
    finish.open()
    await Promise.all([ending, running])
    expect(order[0]).toBe('handler done')
    expect([...order].sort()).toEqual(['ended', 'handler done', 'run resolved'])
    expect(friend.unread.map(({ text }) => text)).toEqual(['sent by the handler', 'its answer'])
    expect(sandbox.session?.endCode).toBe(end === 'logout' ? 0 : undefined)
  })

  test('starts no further handlers', async () => {
    const { sandbox, bot } = await loggedIn()
    const seen: string[] = []
    const started = gate()
    const finish = gate()
    bot.msgRegister(TEXT, async (msg) => {
      seen.push(msg.text)
      started.open()
      await finish.opened
    })
    const running = bot.run()
    sandbox.friend('小满').say('in flight')
    sandbox.friend('小满').say('behind it')
    await started.opened
    const ending = bot[end]()
    finish.open()
    await Promise.all([ending, running])
    expect(seen).toEqual(['in flight'])
  })

  test('resolves when handlers in two conversations call it at the same time', async () => {
    const { sandbox, bot } = await loggedIn()
    const logouts = events(bot, 'logout')
    const both = gate()
    let handlers = 0
    const ended: string[] = []
    const allEnded = gate()
    bot.msgRegister(TEXT, async (msg) => {
      if (++handlers === 2) both.open()
      await both.opened
      await bot[end]()
      ended.push(msg.text)
      if (ended.length === 2) allEnded.open()
    })
    const running = bot.run()
    sandbox.friend('小满').say('one')
    sandbox.friend('沈青禾').say('two')
    await Promise.all([running, allEnded.opened])
    expect(logouts).toEqual(end === 'logout' ? [{ reason: 'self' }] : [])
  })

  test('resolves in a handler after the phone has logged out', async () => {
    const { sandbox, bot } = await loggedIn()
    const logouts = events(bot, 'logout')
    const started = gate()
    const ended = gate()
    const loggedOut = nextEvent(bot, 'logout')
    bot.msgRegister(TEXT, async () => {
      started.open()
      await loggedOut
      await bot[end]()
      ended.open()
    })
    const running = bot.run()
    sandbox.friend('小满').say('x')
    await started.opened
    sandbox.phone.logoutWeb()
    await Promise.all([running, ended.opened])
    expect(logouts).toEqual([{ reason: 'phone' }])
    expect(bot.state).toBe(end === 'close' ? 'closed' : 'loggedOut')
  })
})

test('when close() is called while a handler awaits logout(), all calls resolve and logout is emitted once', async () => {
  const { sandbox, bot } = await loggedIn()
  const logouts = events(bot, 'logout')
  const closing = gate()
  const handled = gate()
  bot.msgRegister(TEXT, async () => {
    const loggingOut = bot.logout()
    closing.open()
    await loggingOut
    handled.open()
  })
  const running = bot.run()
  sandbox.friend('小满').say('x')
  await closing.opened
  await Promise.all([bot.close(), handled.opened, running])
  expect(logouts).toEqual([{ reason: 'self' }])
  expect(bot.state).toBe('closed')
})

test('when a handler calls logout() after close(), all calls resolve and the server receives the logout', async () => {
  const { sandbox, bot } = await loggedIn()
  const logouts = events(bot, 'logout')
  const started = gate()
  const closing = gate()
  const handled = gate()
  bot.msgRegister(TEXT, async () => {
    started.open()
    await closing.opened
    await bot.logout()
    handled.open()
  })
  const running = bot.run()
  sandbox.friend('小满').say('x')
  await started.opened
  const closed = bot.close()
  closing.open()
  await Promise.all([closed, handled.opened, running])
  expect(logouts).toEqual([{ reason: 'self' }])
  expect(sandbox.session?.endCode).toBe(0)
  expect(bot.state).toBe('closed')
})

test('close() waits no longer than handlerTimeoutMs for a handler', async () => {
  const clock = new ManualClock()
  const { sandbox, bot } = await loggedIn({ clock, handlerTimeoutMs: 90_000 })
  const started = gate()
  bot.msgRegister(TEXT, () => {
    started.open()
    return new Promise(() => {})
  })
  const running = bot.run()
  sandbox.friend('小满').say('x')
  await started.opened
  let isClosed = false
  const closing = bot.close().then(() => {
    isClosed = true
  })
  await clock.advance(89_999)
  expect(isClosed).toBe(false)
  await clock.advance(1)
  await Promise.all([closing, running])
})

test('a second close() waits for the first; exitCallback runs once, before either resolves', async () => {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  const order: string[] = []
  const exit = gate()
  await bot.login({
    exitCallback: async () => {
      await exit.opened
      order.push('exitCallback')
    },
  })
  const running = bot.run().then(() => order.push('run resolved'))
  const first = bot.close().then(() => order.push('first'))
  const second = bot.close().then(() => order.push('second'))
  await fetch(sandbox.url)
  expect(order).toEqual([])
  exit.open()
  await Promise.all([first, second, running])
  expect(order[0]).toBe('exitCallback')
  expect([...order].sort()).toEqual(['exitCallback', 'first', 'run resolved', 'second'])
})

test('when exitCallback throws, an error event is emitted and close() still completes', async () => {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  const errors = events(bot, 'error')
  await bot.login({
    exitCallback: () => {
      throw new Error('broken callback')
    },
  })
  const running = bot.run()
  await bot.close()
  await running
  expect(errors).toEqual([{ error: new Error('broken callback') }])
  expect(bot.state).toBe('closed')
})

test.each([
  ['awaited', (bot: Itchat) => bot.close()],
  ['not awaited', (bot: Itchat) => void bot.close()],
])('close() in loginCallback (%s) makes the login fail, and receiving does not start', async (_, close) => {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  const logins = events(bot, 'login')
  expect(await failureOf(bot.login({ loginCallback: () => close(bot) }))).toBeInstanceOf(StateError)
  await bot.close()
  expect(bot.state).toBe('closed')
  expect(logins).toEqual([])
  expect(sandbox.requests.filter(({ endpoint }) => endpoint === 'synccheck')).toEqual([])
})

describe('startReceiving() throws without a session', () => {
  test('after close()', async () => {
    const { bot } = await loggedIn()
    await bot.close()
    expect(() => bot.startReceiving()).toThrow(StateError)
    expect(await failureOf(bot.login())).toBeInstanceOf(StateError)
    expect(bot.state).toBe('closed')
  })

  test('after logout()', async () => {
    const { sandbox, bot } = await loggedIn()
    await bot.logout()
    const polls = () => sandbox.requests.filter(({ endpoint }) => endpoint === 'synccheck').length
    const before = polls()
    expect(() => bot.startReceiving()).toThrow(StateError)
    expect(bot.state).toBe('loggedOut')
    expect(polls()).toBe(before)
  })

  test('after a refused login that follows a successful one', async () => {
    const { sandbox, bot } = await loggedIn()
    const running = bot.run()
    await sandbox.held('synccheck')
    sandbox.expireSession(1101)
    await running
    sandbox.phone.refuse()
    expect(await failureOf(bot.login())).toMatchObject({ name: 'LoginError', reason: 'refused' })
    expect(() => bot.startReceiving()).toThrow(StateError)
    expect(await failureOf(bot.dumpLoginStatus('unused'))).toBeInstanceOf(StateError)
  })
})

describe('the next login of the same instance', () => {
  test('handles pending messages from the previous session as stale, with the contacts of the new session', async () => {
    const { sandbox, bot } = await loggedIn()
    const friend = sandbox.friend('小满')
    await sandbox.held('synccheck')
    const delivered = new Promise<void>((resolve) => sandbox.on('delivered', () => resolve()))
    friend.say('old')
    await delivered
    await sandbox.held('synccheck')
    await bot.logout()
    await bot.login()
    bot.msgRegister(TEXT, (msg) => `got ${msg.text} ${msg.stale}`)
    void bot.run()
    friend.say('new')
    expect((await friend.nextMessage()).text).toBe('got old true')
    expect((await friend.nextMessage()).text).toBe('got new false')
    expect(friend.unread).toEqual([])
  })

  test('handles no message before run()', async () => {
    const { sandbox, bot } = await loggedIn()
    const seen: string[] = []
    const handled = gate()
    bot.msgRegister(TEXT, (msg) => {
      seen.push(msg.text)
      handled.open()
    })
    const running = bot.run()
    await bot.logout()
    await running
    await bot.login()
    await sandbox.held('synccheck')
    const delivered = new Promise<void>((resolve) => sandbox.on('delivered', () => resolve()))
    sandbox.friend('小满').say('early')
    await delivered
    await sandbox.held('synccheck')
    expect(seen).toEqual([])
    void bot.run()
    await handled.opened
    expect(seen).toEqual(['early'])
  })
})
