import { ArgumentError, Itchat, type ItchatOptions, StateError } from 'itchat'
import { Agent } from 'undici'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { CAPABILITIES, FEATURES } from '../../src/transport/features.js'
import { quiet } from '../support/bot.js'
import { failureOf } from '../support/gate.js'
import { MemoryServer } from '../support/memory-server.js'
import { memory } from '../support/memory-transport.js'

const stub = vi.hoisted(() => ({
  /** Whether any test has loaded the module, which stays loaded. */
  isLoaded: false,
  options: [] as unknown[],
  server: undefined as MemoryServer | undefined,
  fails: false,
}))

vi.mock('../../src/transports/ilink/index.js', () => {
  stub.isLoaded = true
  return {
    ilink: (options: unknown) => {
      stub.options.push(options)
      if (stub.fails) throw new ArgumentError('Invalid baseUrl.', { argument: 'baseUrl' })
      return memory(stub.server ?? new MemoryServer())
    },
  }
})

beforeEach(() => {
  Object.assign(stub, { options: [], server: new MemoryServer(), fails: false })
  vi.stubEnv('ITCHAT_TRANSPORT', 'ilink')
})

function botOf(options: ItchatOptions = {}): Itchat {
  const bot = new Itchat({ logger: quiet, ...options })
  onTestFinished(() => bot.close())
  bot.on('qr', () => stub.server?.phone('confirmed'))
  return bot
}

// These tests come first: a module that has been loaded stays loaded.
describe('the code of iLink', () => {
  test('is not loaded by calls that need no connection', async () => {
    const bot = botOf()
    expect(FEATURES.filter((feature) => bot.supports(feature))).toEqual(
      FEATURES.filter((feature) => (CAPABILITIES.ilink as readonly string[]).includes(feature)),
    )
    expect(() => bot.searchFriends()).toThrow(StateError)
    expect([bot.searchFriends({ name: 'x' }), bot.searchChatrooms(), bot.memberList]).toEqual([[], [], []])
    expect(await failureOf(bot.send('x'))).toBeInstanceOf(StateError)
    expect(await failureOf(bot.run())).toBeInstanceOf(StateError)
    expect(await failureOf(bot.login({ relogin: 'push' }))).toMatchObject({ feature: 'pushLogin', transport: 'ilink' })
    expect(await failureOf(bot.webInit())).toMatchObject({ feature: 'stepLogin', transport: 'ilink' })
    await bot.logout()
    await bot.close()
    expect(stub.isLoaded).toBe(false)
  })

  test('is not loaded by web, the default', async () => {
    vi.stubEnv('ITCHAT_TRANSPORT', '')
    const bot = botOf({ baseUrl: 'http://127.0.0.1:9' })
    await failureOf(bot.checkLogin('x'))
    expect(bot.supports('revoke')).toBe(true)
    expect(stub.isLoaded).toBe(false)
  })
})

describe('a transport chosen by ITCHAT_TRANSPORT', () => {
  test.each<[string, (bot: Itchat) => Promise<unknown>]>([
    ['login', (bot) => bot.login()],
    ['autoLogin', (bot) => bot.autoLogin()],
    ['loadLoginStatus', (bot) => bot.loadLoginStatus('missing.json')],
    ['getQRuuid', (bot) => bot.getQRuuid()],
    ['getQR', (bot) => bot.getQR('code-1')],
    ['checkLogin', (bot) => bot.checkLogin('code-1')],
  ])('is created once, by %s()', async (_, call) => {
    const bot = botOf()
    stub.server?.codes.push('confirmed')
    expect(stub.options).toHaveLength(0)
    await call(bot)
    await bot.getQRuuid().catch(() => {})
    expect(stub.options).toHaveLength(1)
  })

  test('is created once by two calls at the same time', async () => {
    const bot = botOf()
    await Promise.all([bot.getQRuuid(), bot.login()])
    expect(bot.state).toBe('online')
    expect(stub.server?.requests).toBeGreaterThan(1)
    expect(stub.server?.sessions).toBe(1)
  })

  test('receives baseUrl and dispatcher', async () => {
    const dispatcher = new Agent()
    await botOf({ baseUrl: 'http://127.0.0.1:9', dispatcher }).getQRuuid()
    await botOf().getQRuuid()
    expect(stub.options).toEqual([{ baseUrl: 'http://127.0.0.1:9', dispatcher }, {}])
  })

  test('is chosen by the first call that needs it', async () => {
    const bot = botOf()
    vi.stubEnv('ITCHAT_TRANSPORT', 'web')
    expect(bot.supports('revoke')).toBe(true)
    vi.stubEnv('ITCHAT_TRANSPORT', 'ilink')
    expect(bot.supports('revoke')).toBe(true)
  })

  test('rejects the login when its options are invalid', async () => {
    stub.fails = true
    const bot = botOf()
    expect(await failureOf(bot.login())).toBeInstanceOf(ArgumentError)
    expect(bot.state).toBe('offline')
  })

  test('is not used by a call that close() overtakes', async () => {
    const bot = botOf()
    const login = failureOf(bot.login())
    const code = failureOf(bot.getQRuuid())
    await bot.close()
    expect(await login).toBeInstanceOf(StateError)
    expect(await code).toBeInstanceOf(StateError)
    expect(stub.server?.requests).toBe(0)
  })
})

test('an unknown transport makes supports() throw ArgumentError', () => {
  vi.stubEnv('ITCHAT_TRANSPORT', 'pigeon')
  expect(() => botOf().supports('revoke')).toThrow(/ITCHAT_TRANSPORT.*"pigeon".*web or ilink/)
})
