import { ArgumentError, Itchat, StateError, UnsupportedError, web } from 'itchat'
import { Agent } from 'undici'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { CAPABILITIES, FEATURES } from '../../src/transport/features.js'
import { botFor, quiet, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'
import { MemoryServer } from '../support/memory-server.js'
import { memory } from '../support/memory-transport.js'

/** Long enough for a busy machine. */
const until = (isDone: () => boolean) => vi.waitUntil(isDone, { timeout: 15_000, interval: 1 })

afterEach(() => void vi.unstubAllEnvs())

const thrownBy = (work: () => unknown) => {
  try {
    return work()
  } catch (error) {
    return error
  }
}

/** A bot whose transport has no features. */
function botWithout(server: MemoryServer): Itchat {
  const features = { value: new Set() }
  const bot = new Itchat({
    transport: (context) => Object.defineProperty(memory(server)(context), 'features', features),
    logger: quiet,
  })
  onTestFinished(() => bot.close())
  return bot
}

describe('the transport', () => {
  test('can be passed as an option', async () => {
    const sandbox = await sandboxFor()
    vi.stubEnv('ITCHAT_TRANSPORT', 'pigeon')
    const bot = new Itchat({ transport: web({ baseUrl: sandbox.url }), logger: quiet })
    onTestFinished(() => bot.close())
    await bot.login()
    expect(bot.state).toBe('online')
  })

  test.each<[call: string, call: (bot: Itchat) => unknown, isSupported: boolean]>([
    ['getQRuuid', (bot) => bot.getQRuuid(), true],
    ['getQR', (bot) => bot.getQRuuid().then(() => bot.getQR()), true],
    ['checkLogin', (bot) => bot.getQRuuid().then((uuid) => bot.checkLogin(uuid)), true],
    ['webInit', (bot) => bot.webInit(), false],
    ['showMobileLogin', (bot) => bot.showMobileLogin(), false],
    ['getMsg', (bot) => bot.getMsg(), false],
    ['startReceiving', async (bot) => bot.startReceiving(), false],
  ])('without the feature stepLogin: %s', async (_, call, isSupported) => {
    const server = new MemoryServer()
    const bot = botWithout(server)
    bot.on('qr', () => server.phone('scanned'))
    const calling = Promise.resolve(call(bot))
    if (isSupported) {
      await until(() => server.requests > 0)
      server.phone('scanned')
      await calling
      expect(server.requests).toBeGreaterThan(0)
    } else {
      const failure = await failureOf(calling)
      expect(failure).toBeInstanceOf(UnsupportedError)
      expect(failure).toMatchObject({
        feature: 'stepLogin',
        transport: 'memory',
        advice: expect.stringMatching(/login/),
      })
      expect([server.requests, bot.state]).toEqual([0, 'offline'])
    }
    await bot.close()
    if (!isSupported) expect(await failureOf(Promise.resolve().then(() => call(bot)))).toBeInstanceOf(StateError)
  })

  test.each<[call: string, call: (bot: Itchat, relogin: 'push' | 'qr') => Promise<unknown>]>([
    ['login', (bot, relogin) => bot.login({ relogin })],
    ['autoLogin', (bot, relogin) => bot.autoLogin({ relogin })],
    ['loadLoginStatus', (bot, relogin) => bot.loadLoginStatus('missing.json', { relogin })],
  ])("without the feature pushLogin: %s rejects relogin 'push' before any request", async (_, call) => {
    const server = new MemoryServer()
    const bot = botWithout(server)
    bot.on('qr', () => server.phone('confirmed'))
    const failure = await failureOf(call(bot, 'push'))
    expect(failure).toBeInstanceOf(UnsupportedError)
    expect(failure).toMatchObject({ feature: 'pushLogin', transport: 'memory' })
    expect([server.requests, bot.state]).toEqual([0, 'offline'])
    await call(bot, 'qr')
  })

  test('is web when ITCHAT_TRANSPORT is "web" or empty', async () => {
    const sandbox = await sandboxFor()
    for (const name of ['web', '']) {
      vi.stubEnv('ITCHAT_TRANSPORT', name)
      const bot = botFor(sandbox)
      await bot.login()
      expect(bot.state).toBe('online')
    }
  })

  test.each(['pigeon', 'toString', 'Web'])(
    'named %s in ITCHAT_TRANSPORT makes the first call reject with ArgumentError',
    async (name) => {
      vi.stubEnv('ITCHAT_TRANSPORT', name)
      const bot = new Itchat({ logger: quiet })
      const failure = await failureOf(bot.login())
      expect(failure).toBeInstanceOf(ArgumentError)
      expect(failure).toMatchObject({ argument: 'ITCHAT_TRANSPORT', message: expect.stringContaining(name) })
    },
  )

  test.each([
    ['baseUrl', { baseUrl: 'http://127.0.0.1:9' }],
    ['dispatcher', { dispatcher: new Agent() }],
  ])('combined with %s throws ArgumentError', (argument, options) => {
    const error = thrownBy(() => new Itchat({ transport: web(), ...options }))
    expect(error).toBeInstanceOf(ArgumentError)
    expect(error).toMatchObject({ argument })
  })

  test.each(['web', {}, null])('set to %j throws ArgumentError', (transport) => {
    expect(thrownBy(() => new Itchat({ transport: transport as never }))).toMatchObject({
      name: 'ArgumentError',
      argument: 'transport',
    })
  })
})

describe('supports()', () => {
  test('returns a result for every feature before a login, without a request', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    expect(FEATURES.filter((feature) => bot.supports(feature))).toEqual(CAPABILITIES.web)
    expect([bot.supports('revoke'), bot.supports('typing')]).toEqual([true, false])
    expect(sandbox.requests).toEqual([])
  })

  test.each(['flight', 'toString', '', undefined, 7])('throws ArgumentError for %j', (feature) => {
    const bot = new Itchat()
    expect(thrownBy(() => bot.supports(feature as never))).toMatchObject({ name: 'ArgumentError', argument: 'feature' })
  })

  test('throws StateError after close()', async () => {
    const bot = new Itchat()
    await bot.close()
    expect(thrownBy(() => bot.supports('revoke'))).toBeInstanceOf(StateError)
  })
})
