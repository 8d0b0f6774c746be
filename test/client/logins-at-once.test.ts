import { StateError, TEXT } from 'itchat'
import { describe, expect, test } from 'vitest'
import { botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'

describe('two logins of one instance', () => {
  test('at the same time share one QR code and one poll, and handle each message once', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const logins = events(bot, 'login')
    const seen: string[] = []
    bot.msgRegister(TEXT, (msg) => {
      seen.push(msg.text)
      return `got ${msg.text}`
    })
    await Promise.all([bot.autoLogin(), bot.autoLogin()])
    void bot.run()
    await sandbox.held('synccheck')
    const friend = sandbox.friend('小满')
    friend.say('1')
    await friend.nextMessage()
    friend.say('2')
    await friend.nextMessage()
    await sandbox.held('synccheck')
    expect(seen).toEqual(['1', '2'])
    expect(logins).toHaveLength(1)
    expect(sandbox.requests.filter(({ endpoint }) => endpoint === 'jslogin')).toHaveLength(1)
    const open = sandbox.requests.filter(({ endpoint, status }) => endpoint === 'synccheck' && status === undefined)
    expect(open).toHaveLength(1)
  })

  test('at the same time resolve together', async () => {
    const sandbox = await sandboxFor({ autoLogin: false })
    const bot = botFor(sandbox)
    const resolved: string[] = []
    const first = bot.login().then(() => resolved.push(`first ${bot.state}`))
    const second = bot.login().then(() => resolved.push(`second ${bot.state}`))
    await sandbox.phone.waiting()
    sandbox.phone.scan()
    await nextEvent(bot, 'scanned')
    expect(resolved).toEqual([])
    sandbox.phone.confirm()
    await Promise.all([first, second])
    expect(resolved.sort()).toEqual(['first online', 'second online'])
  })

  test('in a row keep the first session', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await bot.login()
    await bot.login()
    expect(bot.state).toBe('online')
    expect(sandbox.requests.filter(({ endpoint }) => endpoint === 'jslogin')).toHaveLength(1)
  })
})

test('a second login during the first rejects when its own signal is aborted; the first continues', async () => {
  const sandbox = await sandboxFor({ autoLogin: false })
  const bot = botFor(sandbox)
  const first = bot.login()
  await sandbox.phone.waiting()
  const abort = new AbortController()
  const second = failureOf(bot.login({ signal: abort.signal }))
  abort.abort(new Error('no more patience'))
  expect(await second).toEqual(new Error('no more patience'))
  expect(await failureOf(bot.autoLogin({ signal: abort.signal }))).toEqual(new Error('no more patience'))
  sandbox.phone.scan()
  sandbox.phone.confirm()
  await first
  expect(bot.state).toBe('online')
})

test('logout() while waiting for the scan ends the login', async () => {
  const sandbox = await sandboxFor({ autoLogin: false })
  const bot = botFor(sandbox)
  const logouts = events(bot, 'logout')
  const login = failureOf(bot.login())
  await sandbox.phone.waiting()
  await bot.logout()
  expect(await login).toBeInstanceOf(StateError)
  expect(String(await login)).toContain('logout()')
  expect(bot.state).toBe('offline')
  expect(logouts).toEqual([])
  // The next login is unaffected.
  bot.on('qr', () => sandbox.phone.scan())
  bot.on('scanned', () => sandbox.phone.confirm())
  await bot.login()
  expect(bot.state).toBe('online')
})

test('logout() in loginCallback ends the login, and receiving does not start', async () => {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  const logins = events(bot, 'login')
  const loggedOut = gate()
  const login = failureOf(bot.login({ loginCallback: () => bot.logout().then(loggedOut.open) }))
  expect(await login).toBeInstanceOf(StateError)
  await loggedOut.opened
  expect(bot.state).toBe('offline')
  expect(logins).toEqual([])
  expect(sandbox.session?.endCode).toBe(0)
  expect(sandbox.requests.filter(({ endpoint }) => endpoint === 'synccheck')).toEqual([])
})
