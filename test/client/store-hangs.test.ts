import { FileError, type SessionStore, StateError, type StoredDocument, TEXT } from 'itchat'
import { describe, expect, test } from 'vitest'
import { botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { impatientClock } from '../support/impatient-clock.js'

const METHODS = ['lock', 'load', 'save', 'setAside'] as const
type Method = (typeof METHODS)[number]

/** A store in memory whose `method` misbehaves; what it saw. */
function storeWith(method: Method, misbehave: () => unknown) {
  const called = gate()
  const steps: string[] = []
  const kept = new Map<StoredDocument, string>()
  // So that it has to be set aside.
  if (method === 'setAside') kept.set('session', 'no JSON')
  const act = <T>(name: Method, usual: () => T): Promise<T> => {
    steps.push(name)
    if (name !== method) return Promise.resolve(usual())
    called.open()
    return misbehave() as Promise<T>
  }
  const store: SessionStore = {
    place: `a store whose ${method} misbehaves`,
    lock: () =>
      act('lock', () => ({
        unlock: async () => void steps.push('unlock'),
      })),
    load: (document) => act('load', () => kept.get(document)),
    save: (document, content) => act('save', () => void kept.set(document, content)),
    setAside: (document) =>
      act('setAside', () => {
        kept.delete(document)
        return 'nowhere'
      }),
  }
  return { store, kept, steps, called: called.opened }
}

const never = () => new Promise<never>(() => {})

describe.each(METHODS)('a store whose %s hangs', (method) => {
  test('does not keep autoLogin from rejecting with the reason of its signal', async () => {
    const sandbox = await sandboxFor()
    const { store, called } = storeWith(method, never)
    const bot = botFor(sandbox, { clock: impatientClock })
    events(bot, 'error')
    const abort = new AbortController()
    const reason = new Error('enough')
    const failure = failureOf(bot.autoLogin({ hotReload: true, sessionStore: store, signal: abort.signal }))
    await called
    abort.abort(reason)
    // A save hangs beside the login, which may be over before.
    expect([reason, undefined]).toContain(await failure)
  })

  test('does not keep close() from resolving, nor a login on its way from rejecting', async () => {
    const sandbox = await sandboxFor()
    const { store, called } = storeWith(method, never)
    const bot = botFor(sandbox, { clock: impatientClock })
    events(bot, 'error')
    const failure = failureOf(bot.autoLogin({ hotReload: true, sessionStore: store }))
    await called
    await bot.close()
    expect(bot.state).toBe('closed')
    expect((await failure) ?? new StateError('')).toBeInstanceOf(StateError)
  })
})

describe.each([
  [
    'throws',
    () => {
      throw new Error('it fails')
    },
  ],
  ['rejects', () => Promise.reject(new Error('it fails'))],
  ['rejects with nothing', () => Promise.reject(undefined)],
])('a store that %s', (_, misbehave) => {
  test.each(METHODS)('in %s lets the bot go on, and close', async (method) => {
    const sandbox = await sandboxFor()
    const { store } = storeWith(method, misbehave)
    const bot = botFor(sandbox)
    const errors = events(bot, 'error')
    bot.msgRegister(TEXT, (msg) => `got ${msg.text}`)
    await bot.autoLogin({ hotReload: true, sessionStore: store })
    void bot.run()
    sandbox.friend('小满').say('1')
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('got 1')
    await bot.close()
    expect(errors.every(({ error }) => error instanceof FileError)).toBe(true)
  })
})

describe('a store that answers late', () => {
  test.each(['lock', 'load', 'setAside'] as const)(
    '%s after the login was given up changes nothing',
    async (method) => {
      const sandbox = await sandboxFor()
      const answer = gate()
      const unlocked = gate()
      const late = { lock: { unlock: async () => unlocked.open() }, load: '{}', setAside: 'elsewhere' }[method]
      const { store, called, steps } = storeWith(method, () => answer.opened.then(() => late))
      const bot = botFor(sandbox)
      const [logins, asides] = [events(bot, 'login'), events(bot, 'setAside')]
      const abort = new AbortController()
      const failure = failureOf(bot.autoLogin({ hotReload: true, sessionStore: store, signal: abort.signal }))
      await called
      abort.abort(new Error('enough'))
      expect(await failure).toBe(abort.signal.reason)
      answer.open()
      // A lock that comes late is given back.
      if (method === 'lock') await unlocked.opened
      await new Promise((resolve) => setImmediate(resolve))
      expect([logins, asides, bot.state]).toEqual([[], [], 'offline'])
      expect(steps.includes('save')).toBe(false)
      if (method === 'load') expect(steps.at(-1)).toBe('unlock')
      // It is free for the next login.
      const next = storeWith('save', async () => {})
      await bot.autoLogin({ hotReload: true, sessionStore: next.store })
      expect(bot.state).toBe('online')
    },
  )

  test('save: it stays locked until it has answered, and the bot is closed before', async () => {
    const sandbox = await sandboxFor()
    const answer = gate()
    const unlocked = gate()
    const { store, called } = storeWith('save', () => answer.opened)
    store.lock = async () => async () => unlocked.open()
    let isUnlocked = false
    void unlocked.opened.then(() => {
      isUnlocked = true
    })
    const bot = botFor(sandbox, { clock: impatientClock })
    const errors = events(bot, 'error')
    const login = failureOf(bot.autoLogin({ hotReload: true, sessionStore: store }))
    await called
    await bot.close()
    await login
    expect(isUnlocked).toBe(false)
    expect(errors.map(({ error }) => String(error)).join()).toContain('stays locked until it does')
    answer.open()
    await unlocked.opened
  })
})

describe.each([
  ['null in place of nothing', 'load', null],
  ['bytes in place of a text', 'load', Buffer.from('{}')],
  ['null in place of a lock', 'lock', null],
  ['an object without unlock in place of a lock', 'lock', {}],
  ['nothing in place of where it is now', 'setAside', undefined],
] as const)('a store that gives %s', (_, method, given) => {
  test('does not end in an error that cannot be understood', async () => {
    const sandbox = await sandboxFor()
    const { store } = storeWith(method, async () => given)
    const bot = botFor(sandbox)
    events(bot, 'error')
    const failure = await failureOf(bot.autoLogin({ hotReload: true, sessionStore: store }))
    if (given === null && method === 'lock') expect(String(failure)).toContain('in use')
    else expect(failure).toBeUndefined()
  })
})

describe('a lock that is lost', () => {
  /** A bot on a store that can lose its lock. */
  async function running() {
    const sandbox = await sandboxFor()
    const { store, steps } = storeWith('setAside', async () => 'nowhere')
    const lost = new AbortController()
    store.lock = async () => ({ unlock: async () => void steps.push('unlock'), lost: lost.signal, token: '7' })
    const bot = botFor(sandbox)
    const [errors, logouts] = [events(bot, 'error'), events(bot, 'logout')]
    const exits: string[] = []
    return { sandbox, store, steps, lost, bot, errors, logouts, exits }
  }

  test('is an error event; the session ends without logging out, and nothing is saved or sent any more', async () => {
    const { sandbox, store, steps, lost, bot, errors, logouts, exits } = await running()
    const [began, release, sent] = [gate(), gate(), gate()]
    let failure: unknown
    bot.msgRegister(TEXT, async () => {
      began.open()
      await release.opened
      failure = await failureOf(bot.send('too late', 'filehelper'))
      sent.open()
    })
    await bot.autoLogin({ hotReload: true, sessionStore: store, exitCallback: () => void exits.push('exit') })
    const run = bot.run()
    sandbox.friend('小满').say('1')
    await began.opened
    const before = steps.length
    lost.abort(new Error('it was taken over by process 9 on elsewhere'))
    expect(bot.state).toBe('closed')
    release.open()
    await sent.opened
    await run
    await bot.close()
    expect(failure).toBeInstanceOf(StateError)
    expect(sandbox.official('filehelper').unread).toEqual([])
    expect(errors).toMatchObject([{ error: { name: 'FileError', path: store.place } }])
    expect(String(errors[0]?.error)).toContain('taken over by process 9 on elsewhere')
    expect([logouts, exits, steps.slice(before)]).toEqual([[], ['exit'], ['unlock']])
    expect(sandbox.requests.filter(({ endpoint }) => endpoint === 'webwxlogout')).toEqual([])
  })

  test('during a login is what autoLogin rejects with', async () => {
    const { store, lost, bot, errors } = await running()
    bot.on('qr', () => lost.abort(new Error('it was taken over')))
    const failure = await failureOf(bot.autoLogin({ hotReload: true, sessionStore: store }))
    expect(failure).toBe(errors[0]?.error)
    expect(bot.state).toBe('closed')
  })

  test('before it was taken, likewise', async () => {
    const { store, lost, bot, errors } = await running()
    lost.abort(new Error('it was taken over'))
    const failure = await failureOf(bot.autoLogin({ hotReload: true, sessionStore: store }))
    expect(failure).toBe(errors[0]?.error)
  })

  test('after the store was given back changes nothing', async () => {
    const { store, lost, bot, errors } = await running()
    await bot.autoLogin({ hotReload: true, sessionStore: store })
    await bot.close()
    lost.abort(new Error('too late'))
    expect(errors).toEqual([])
  })

  test('while a lost session is offered again: no login follows', async () => {
    const { sandbox, store, lost, bot } = await running()
    await bot.autoLogin({ hotReload: true, sessionStore: store, relogin: 'push' })
    const run = bot.run()
    await sandbox.held('synccheck')
    const asked = nextEvent(bot, 'relogin')
    sandbox.expireSession(1101)
    await asked
    const logins = events(bot, 'login')
    lost.abort(new Error('it was taken over'))
    await run
    await bot.close()
    expect([logins, bot.state]).toEqual([[], 'closed'])
  })
})
