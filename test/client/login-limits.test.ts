import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LoginError } from 'itchat'
import { Agent, type Dispatcher } from 'undici'
import { describe, expect, test } from 'vitest'
import { botFor, nextEvent, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { ManualClock } from '../support/manual-clock.js'
import { wireTo } from '../support/wire.js'

test('the scanned event contains the avatar', async () => {
  const sandbox = await sandboxFor({ autoLogin: false })
  const bot = botFor(sandbox)
  bot.on('qr', () => sandbox.phone.scan())
  bot.on('scanned', () => sandbox.phone.confirm())
  const scanned = nextEvent(bot, 'scanned')
  await bot.login()
  const { avatar = '' } = await scanned
  expect(avatar).toMatch(/^data:img\/jpg;base64,[A-Za-z0-9+/]{100,}=*$/)
  const image = Buffer.from(avatar.split(',')[1] ?? '', 'base64')
  expect(image.subarray(0, 3).toString('hex')).toBe('ffd8ff')
})

describe('the login timeout', () => {
  test('is set by loginTimeoutMs', async () => {
    const clock = new ManualClock()
    const sandbox = await sandboxFor({ autoLogin: false, clock })
    const bot = botFor(sandbox, { clock })
    const login = failureOf(bot.login({ loginTimeoutMs: 40_000 }))
    let isSettled = false
    void login.then(() => {
      isSettled = true
    })
    await sandbox.held('login')
    // One poll is answered in between.
    await clock.advance(25_000)
    await sandbox.held('login')
    await clock.advance(14_999)
    expect(isSettled).toBe(false)
    await clock.advance(1)
    expect(await login).toBeInstanceOf(LoginError)
    expect(await login).toMatchObject({ reason: 'expired' })
    expect(String(await login)).toContain('40 s')
    expect(bot.state).toBe('offline')
  })

  test.each([
    ['set by loginTimeoutMs', { loginTimeoutMs: 60_000 }, 60_000],
    ['ten minutes by default', {}, 600_000],
  ])('is %s even while qrCallback hangs', async (_, options, ms) => {
    const clock = new ManualClock()
    const sandbox = await sandboxFor({ autoLogin: false })
    const bot = botFor(sandbox, { clock })
    const shown = gate()
    const login = failureOf(
      bot.login({
        ...options,
        qrCallback: () => {
          shown.open()
          return new Promise(() => {})
        },
      }),
    )
    let isSettled = false
    void login.then(() => {
      isSettled = true
    })
    await shown.opened
    await clock.advance(ms - 1)
    expect(isSettled).toBe(false)
    await clock.advance(1)
    expect(await login).toMatchObject({ name: 'LoginError', reason: 'expired' })
    expect(bot.state).toBe('offline')
  })

  test('does not limit the duration of the session', async () => {
    const clock = new ManualClock()
    const sandbox = await sandboxFor({ clock })
    const bot = botFor(sandbox, { clock })
    await bot.login({ loginTimeoutMs: 60_000 })
    void bot.run()
    for (let passed = 0; passed < 120_000; passed += 5_000) {
      await sandbox.held('synccheck')
      await clock.advance(5_000)
    }
    expect(bot.state).toBe('online')
  })
})

describe('the next login of an instance', () => {
  test('after logout() sends no cookies and uses a new device ID', async () => {
    const sandbox = await sandboxFor()
    const wire = await wireTo(sandbox)
    const bot = botFor(wire)
    await bot.login()
    await bot.logout()
    const before = wire.requests.length
    await bot.login()
    const cookies = wire.requests.map(({ headers }) => headers.cookie)
    expect(cookies[before - 1]).toContain('wxsid=')
    expect(wire.requests.slice(before).find(({ endpoint }) => endpoint === 'webwxnewloginpage')?.headers.cookie).toBe(
      undefined,
    )
    expect(wire.requests[before]?.endpoint).toBe('jslogin')
    expect(cookies[before]).toBeUndefined()
    const devices = wire.requests
      .filter(({ endpoint }) => endpoint === 'webwxinit')
      .map(({ body }) => JSON.parse(body).BaseRequest.DeviceID)
    expect(devices).toEqual([expect.stringMatching(/^e\d{15}$/), expect.stringMatching(/^e\d{15}$/)])
    expect(devices[0]).not.toBe(devices[1])
  })

  test('sends no credentials from a session that the server has ended', async () => {
    const sandbox = await sandboxFor()
    const wire = await wireTo(sandbox)
    const bot = botFor(wire)
    await bot.login()
    const running = bot.run()
    await sandbox.held('synccheck')
    sandbox.expireSession(1101)
    await running
    await bot.login()
    const inits = wire.requests
      .filter(({ endpoint }) => endpoint === 'webwxinit')
      .map(({ body }) => JSON.parse(body).BaseRequest)
    expect(inits).toHaveLength(2)
    for (const field of ['Sid', 'Skey', 'DeviceID']) expect(inits[1][field]).not.toBe(inits[0][field])
  })
})

/** Routes requests for every host of the real service to one sandbox. */
class ServiceNetwork extends Agent {
  readonly requests: { host: string; endpoint: string; cookie: string }[] = []
  readonly #origin: string

  constructor(origin: string) {
    super()
    this.#origin = origin
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const headers = options.headers as Record<string, string>
    const url = new URL(options.path, String(options.origin))
    const endpoint = url.pathname.split('/').at(-1) ?? ''
    this.requests.push({ host: url.origin, endpoint, cookie: headers.cookie ?? '' })
    return super.dispatch({ ...options, origin: this.#origin, headers: { ...headers, host: url.host } }, handler)
  }

  /** The origins that have received requests for an endpoint. */
  originsOf(endpoint: string): Set<string> {
    return new Set(this.requests.filter((request) => request.endpoint === endpoint).map(({ host }) => host))
  }
}

describe('the hosts of the real service', () => {
  const statusStorageDir = () => join(mkdtempSync(join(tmpdir(), 'itchat-')), 'state.json')

  test('receive only the requests for their endpoints, with their own cookies', async () => {
    const sandbox = await sandboxFor({ publicBase: 'https://wx2.qq.com' })
    const dispatcher = new ServiceNetwork(sandbox.url)
    const bot = botFor({ url: 'https://login.weixin.qq.com' }, { dispatcher })
    await bot.login()
    void bot.run()
    await sandbox.held('synccheck')
    expect([...dispatcher.originsOf('jslogin'), ...dispatcher.originsOf('login')]).toEqual([
      'https://login.weixin.qq.com',
      'https://login.weixin.qq.com',
    ])
    for (const endpoint of ['webwxnewloginpage', 'webwxinit', 'webwxgetcontact', 'webwxstatusnotify']) {
      expect([...dispatcher.originsOf(endpoint)]).toEqual(['https://wx2.qq.com'])
    }
    expect([...dispatcher.originsOf('synccheck')]).toEqual(['https://webpush.wx2.qq.com'])
    const poll = dispatcher.requests.find(({ endpoint }) => endpoint === 'synccheck')
    expect(poll?.cookie).toContain('webwx_data_ticket=')
    expect(sandbox.warnings).toEqual([])
  })

  test('include the base host, which receives push login requests with the cookies of the previous login', async () => {
    const sandbox = await sandboxFor({ publicBase: 'https://wx2.qq.com' })
    const path = statusStorageDir()
    const first = botFor({ url: 'https://login.weixin.qq.com' }, { dispatcher: new ServiceNetwork(sandbox.url) })
    await first.autoLogin({ hotReload: true, statusStorageDir: path })
    await first.close()
    sandbox.expireSession(1102)

    const dispatcher = new ServiceNetwork(sandbox.url)
    const second = botFor({ url: 'https://login.weixin.qq.com' }, { dispatcher })
    await second.autoLogin({ hotReload: true, statusStorageDir: path })
    expect(second.state).toBe('online')
    const push = dispatcher.requests.filter(({ endpoint }) => endpoint === 'webwxpushloginurl')
    expect(push).toEqual([
      {
        host: 'https://wx2.qq.com',
        endpoint: 'webwxpushloginurl',
        cookie: expect.stringMatching(/webwx_auth_ticket=.+/),
      },
    ])
    expect(dispatcher.originsOf('jslogin').size).toBe(0)
  })
})
