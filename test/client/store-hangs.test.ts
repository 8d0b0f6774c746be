import { FileError, type SessionStore, StateError, type StoredDocument, TEXT } from 'itchat'
import { describe, expect, test } from 'vitest'
import { botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { impatientClock } from '../support/impatient-clock.js'

const METHODS = ['lock', 'load', 'save', 'setAside'] as const
type Method = (typeof METHODS)[number]

/** An in-memory store whose `method` misbehaves. `steps` records its calls. */
function storeWith(method: Method, misbehave: () => unknown) {
  const called = gate()
  const steps: string[] = []
  const stored = new Map<StoredDocument, string>()
  // This content is unusable, so it is quarantined.
  if (method === 'setAside') stored.set('session', 'no JSON')
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
    load: (document) => act('load', () => stored.get(document)),
    save: (document, content) => act('save', () => void stored.set(document, content)),
    setAside: (document) =>
      act('setAside', () => {
        stored.delete(document)
        return 'nowhere'
      }),
  }
  return { store, stored, steps, called: called.opened }
}

const never = () => new Promise<never>(() => {})

describe.each(METHODS)('a store whose %s hangs', (method) => {
  test('does not prevent autoLogin() from rejecting with the reason of its signal', async () => {
    const sandbox = await sandboxFor()
    const { store, called } = storeWith(method, never)
    const bot = botFor(sandbox, { clock: impatientClock })
    events(bot, 'error')
    const abort = new AbortController()
    const reason = new Error('enough')
    const failure = failureOf(bot.autoLogin({ hotReload: true, sessionStore: store, signal: abort.signal }))
    await called
    abort.abort(reason)
    // A hanging save runs concurrently with the login, so the login may still complete.
    expect([reason, undefined]).toContain(await failure)
  })

  test('does not prevent close() from resolving, or a login in flight from rejecting', async () => {
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
  ['rejects with undefined', () => Promise.reject(undefined)],
])('a store that %s', (_, misbehave) => {
  test.each(METHODS)('in %s does not stop the bot or prevent close() from resolving', async (method) => {
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

describe('a store that responds late', () => {
  test.each(['lock', 'load', 'setAside'] as const)(
    'to %s, after the login has been aborted, changes nothing',
    async (method) => {
      const sandbox = await sandboxFor()
      const answer = gate()
      const unlocked = gate()
      const late = { lock: { unlock: async () => unlocked.open() }, load: '{}', setAside: 'elsewhere' }[method]
      const { store, called, steps } = storeWith(method, () => answer.opened.then(() => late))
      const bot = botFor(sandbox)
      const [logins, quarantined] = [events(bot, 'login'), events(bot, 'setAside')]
      const abort = new AbortController()
      const failure = failureOf(bot.autoLogin({ hotReload: true, sessionStore: store, signal: abort.signal }))
      await called
      abort.abort(new Error('enough'))
      expect(await failure).toBe(abort.signal.reason)
      answer.open()
      // A late lock is released.
      if (method === 'lock') await unlocked.opened
      await new Promise((resolve) => setImmediate(resolve))
      expect([logins, quarantined, bot.state]).toEqual([[], [], 'offline'])
      expect(steps.includes('save')).toBe(false)
      if (method === 'load') expect(steps.at(-1)).toBe('unlock')
      // The instance can log in again.
      const next = storeWith('save', async () => {})
      await bot.autoLogin({ hotReload: true, sessionStore: next.store })
      expect(bot.state).toBe('online')
    },
  )

  test('to save stays locked until it responds, even after the bot has closed', async () => {
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
  ['null instead of undefined', 'load', null],
  ['bytes instead of a string', 'load', Buffer.from('{}')],
  ['null instead of a lock', 'lock', null],
  ['an object without unlock() instead of a lock', 'lock', {}],
  ['undefined instead of the new location', 'setAside', undefined],
] as const)('a store that returns %s', (_, method, value) => {
  test('does not cause an unrelated error', async () => {
    const sandbox = await sandboxFor()
    const { store } = storeWith(method, async () => value)
    const bot = botFor(sandbox)
    events(bot, 'error')
    const failure = await failureOf(bot.autoLogin({ hotReload: true, sessionStore: store }))
    if (value === null && method === 'lock') expect(String(failure)).toContain('in use')
    else expect(failure).toBeUndefined()
  })
})

describe('a lost lock', () => {
  /** A bot whose store can lose its lock. */
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

  test('emits an error event and ends the session without a logout or any further saves or sends', async () => {
    const { sandbox, store, steps, lost, bot, errors, logouts, exits } = await running()
    const [started, release, sent] = [gate(), gate(), gate()]
    let failure: unknown
    bot.msgRegister(TEXT, async () => {
      started.open()
      await release.opened
      failure = await failureOf(bot.send('too late', 'filehelper'))
      sent.open()
    })
    await bot.autoLogin({ hotReload: true, sessionStore: store, exitCallback: () => void exits.push('exit') })
    const run = bot.run()
    sandbox.friend('小满').say('1')
    await started.opened
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

  test('during a login makes autoLogin() reject with the reported error', async () => {
    const { store, lost, bot, errors } = await running()
    bot.on('qr', () => lost.abort(new Error('it was taken over')))
    const failure = await failureOf(bot.autoLogin({ hotReload: true, sessionStore: store }))
    expect(failure).toBe(errors[0]?.error)
    expect(bot.state).toBe('closed')
  })

  test('before a login makes autoLogin() reject with the reported error', async () => {
    const { store, lost, bot, errors } = await running()
    lost.abort(new Error('it was taken over'))
    const failure = await failureOf(bot.autoLogin({ hotReload: true, sessionStore: store }))
    expect(failure).toBe(errors[0]?.error)
  })

  test('after the store has been released changes nothing', async () => {
    const { store, lost, bot, errors } = await running()
    await bot.autoLogin({ hotReload: true, sessionStore: store })
    await bot.close()
    lost.abort(new Error('too late'))
    expect(errors).toEqual([])
  })

  test('during a relogin prevents the login', async () => {
    const { sandbox, store, lost, bot } = await running()
    await bot.autoLogin({ hotReload: true, sessionStore: store, relogin: 'push' })
    const run = bot.run()
    await sandbox.held('synccheck')
    const relogin = nextEvent(bot, 'relogin')
    sandbox.expireSession(1101)
    await relogin
    const logins = events(bot, 'login')
    lost.abort(new Error('it was taken over'))
    await run
    await bot.close()
    expect([logins, bot.state]).toEqual([[], 'closed'])
  })
})
