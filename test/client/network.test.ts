import { ArgumentError, Itchat, NetworkError, ProtocolError, TEXT } from 'itchat'
import type { Dispatcher } from 'undici'
import { Agent } from 'undici'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { botFor, nextEvent, quiet, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'
import { AutoAdvanceClock } from '../support/hasty-clock.js'
import { serve } from '../support/http-server.js'
import { ManualClock } from '../support/manual-clock.js'

describe('a login to a server', () => {
  test('that is not listening rejects with NetworkError', async () => {
    const bot = new Itchat({ baseUrl: 'http://127.0.0.1:9', logger: quiet, clock: new AutoAdvanceClock() })
    const failure = await failureOf(bot.autoLogin())
    expect(failure).toBeInstanceOf(NetworkError)
    expect(failure).toMatchObject({ endpoint: 'jslogin', outcome: 'notSent' })
    expect(String(failure)).toContain('http://127.0.0.1:9')
    expect(bot.state).toBe('offline')
  })

  test.each([
    ['HTML', 'text/html', '<!doctype html><html><body>Welcome to nginx</body></html>', 'an HTML page'],
    ['JSON', 'application/json', '{"ok":true}', 'JSON'],
    ['an empty body', 'text/plain', '', 'an empty body'],
    ['other text', 'text/plain', 'hello', 'other text'],
  ])('that replies with %s instead of script text rejects with ProtocolError', async (_, type, body, found) => {
    const url = await serve((_request, response) => response.setHeader('content-type', type).end(body))
    const failure = await failureOf(new Itchat({ baseUrl: url, logger: quiet }).autoLogin())
    expect(failure).toBeInstanceOf(ProtocolError)
    expect(String(failure)).toContain(found)
    expect(String(failure)).toContain('Check that baseUrl is the address of a WeChat server.')
  })

  test('that replies with HTTP 500 is tried three times', async () => {
    let requests = 0
    const url = await serve((_request, response) => {
      requests++
      response.writeHead(500).end()
    })
    const failure = await failureOf(
      new Itchat({ baseUrl: url, logger: quiet, clock: new AutoAdvanceClock() }).autoLogin(),
    )
    expect(failure).toBeInstanceOf(NetworkError)
    expect(requests).toBe(3)
  })

  test('that never replies times out after 30 s', async () => {
    const clock = new ManualClock()
    const url = await serve(() => {})
    const login = failureOf(new Itchat({ baseUrl: url, logger: quiet, clock }).getQRuuid())
    for (let i = 0; i < 5; i++) await clock.advance(60_000)
    expect(String(await login)).toContain('no answer within 30 s')
  })

  test('that times out is retried and reported like a network failure', async () => {
    const clock = new ManualClock()
    let requests = 0
    const url = await serve(() => void requests++)
    const login = failureOf(new Itchat({ baseUrl: url, logger: quiet, clock }).login())
    for (let i = 0; i < 40; i++) await clock.advance(10_000)
    expect(await login).toMatchObject({ name: 'NetworkError', endpoint: 'jslogin' })
    expect(requests).toBe(3)
  })

  test.each(['ftp://x', 'nonsense', '127.0.0.1:8078'])(
    'with the baseUrl %s rejects with ArgumentError',
    async (baseUrl) => {
      const failure = await failureOf(new Itchat({ baseUrl, logger: quiet }).autoLogin())
      expect(failure).toBeInstanceOf(ArgumentError)
      expect(failure).toMatchObject({ argument: 'baseUrl' })
    },
  )

  test('that redirects to another host rejects before a cookie is sent', async () => {
    const visited: string[] = []
    const other = await serve((request, response) => {
      visited.push(request.url ?? '')
      response.end()
    })
    const url = await serve((request, response) => {
      if (request.url?.startsWith('/jslogin')) response.end('window.QRLogin.code = 200; window.QRLogin.uuid = "abc==";')
      else
        response.end(`window.code=200;window.redirect_uri="${other}/cgi-bin/mmwebwx-bin/webwxnewloginpage?ticket=x";`)
    })
    const failure = await failureOf(new Itchat({ baseUrl: url, logger: quiet }).autoLogin())
    expect(failure).toBeInstanceOf(ProtocolError)
    expect(String(failure)).toContain('No request was sent to that host')
    expect(visited).toEqual([])
  })

  test.each([
    ['truncated JSON', '{"BaseResponse":{"Ret":0', ProtocolError],
    ['no BaseResponse', '{}', ProtocolError],
    ['a list', '[]', ProtocolError],
    ['an unknown code', '{"BaseResponse":{"Ret":-4711,"ErrMsg":"odd"}}', Error],
  ])('that replies to webwxinit with %s rejects', async (_, body, type) => {
    const url = await serve((request, response) => {
      const path = request.url ?? ''
      if (path.startsWith('/jslogin')) response.end('window.QRLogin.code = 200; window.QRLogin.uuid = "abc==";')
      else if (path.includes('/login?'))
        response.end(`window.code=200;window.redirect_uri="${url}/cgi-bin/mmwebwx-bin/webwxnewloginpage?ticket=x";`)
      else if (path.includes('webwxnewloginpage'))
        response.end(
          '<error><ret>0</ret><message></message><skey>@crypt_1_2</skey><wxsid>s</wxsid><wxuin>1</wxuin><pass_ticket>p</pass_ticket></error>',
        )
      else response.end(body)
    })
    const failure = await failureOf(new Itchat({ baseUrl: url, logger: quiet }).autoLogin())
    expect(failure).toBeInstanceOf(type)
    expect(String(failure)).toContain('webwxinit')
    expect(String(failure)).not.toContain('@crypt')
  })
})

describe('the server address in ITCHAT_BASE_URL', () => {
  afterEach(() => vi.unstubAllEnvs())

  test('is used by default', async () => {
    const sandbox = await sandboxFor()
    vi.stubEnv('ITCHAT_BASE_URL', sandbox.url)
    const bot = new Itchat({ logger: quiet })
    await bot.login()
    expect(bot.state).toBe('online')
    await bot.close()
  })

  test('is rejected with the name of the variable when it is invalid', async () => {
    vi.stubEnv('ITCHAT_BASE_URL', 'nonsense')
    expect(String(await failureOf(new Itchat({ logger: quiet }).login()))).toContain(
      'Invalid ITCHAT_BASE_URL "nonsense"',
    )
  })
})

/** A dispatcher that can cut its connections. */
class BreakableConnection extends Agent {
  isCut = false
  cut = 0
  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (!this.isCut) return super.dispatch(options, handler)
    this.cut++
    handler.onError?.(Object.assign(new Error('connection reset'), { code: 'ECONNRESET' }))
    return true
  }
}

describe('a lost connection', () => {
  test('causes an offline event with the error, then an online event, but no loss of messages', async () => {
    const clock = new AutoAdvanceClock()
    const connection = new BreakableConnection()
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox, { dispatcher: connection, clock })
    bot.msgRegister(TEXT, (msg) => `got ${msg.text}`)
    await bot.login()
    void bot.run()
    await sandbox.held('synccheck')
    connection.isCut = true
    const friend = sandbox.friend('小满')
    const offline = nextEvent(bot, 'offline')
    friend.say('during the outage')
    const { error } = await offline
    expect(error).toBeInstanceOf(NetworkError)
    expect(bot.state).toBe('reconnecting')
    const online = nextEvent(bot, 'online')
    connection.isCut = false
    await online
    expect(bot.state).toBe('online')
    expect((await friend.nextMessage()).text).toBe('got during the outage')
    expect(friend.unread).toEqual([])
  })

  test('makes a send reject with outcome unknown, without a retry', async () => {
    const connection = new BreakableConnection()
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox, { dispatcher: connection, clock: new AutoAdvanceClock() })
    await bot.login()
    connection.isCut = true
    const failure = await failureOf(bot.sendMsg('hi', 'filehelper'))
    expect(failure).toMatchObject({ name: 'NetworkError', endpoint: 'webwxsendmsg', outcome: 'unknown' })
    expect(connection.cut).toBe(1)
  })
})

test('a ServerError contains the code and advice', async () => {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  await bot.login()
  const failure = await failureOf(bot.sendMsg('hi', '@0123456789abcdef0123456789abcdef'))
  expect(failure).toMatchObject({ name: 'ServerError', ret: 1204, endpoint: 'webwxsendmsg' })
  expect(String(failure)).toContain('not a friend')
  expect(await failureOf(bot.sendMsg('', 'filehelper'))).toMatchObject({ name: 'ArgumentError', argument: 'msg' })
  expect(await failureOf(bot.sendMsg('x', ''))).toMatchObject({ name: 'ArgumentError', argument: 'toUserName' })
})

test('an idle bot sends at most three requests per minute and causes no sandbox warnings', async () => {
  const clock = new ManualClock()
  const sandbox = await sandboxFor({ clock })
  const bot = botFor(sandbox, { clock })
  await bot.login()
  void bot.run()
  await sandbox.held('synccheck')
  const before = sandbox.requests.length
  const startedAt = clock.now()
  while (clock.now() - startedAt < 10 * 60_000) {
    await clock.advance(5_000)
    await sandbox.held('synccheck')
  }
  const perMinute = (sandbox.requests.length - before) / 10
  expect(perMinute).toBeGreaterThan(1)
  expect(perMinute).toBeLessThanOrEqual(3)
  expect(sandbox.warnings).toEqual([])
})
