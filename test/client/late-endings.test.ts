import { MemorySessionStore, TEXT } from 'itchat'
import { describe, expect, test } from 'vitest'
import { botFor, events, sandboxFor } from '../support/bot.js'
import { gate } from '../support/gate.js'
import { untilGone, wireTo } from '../support/wire.js'

describe('a logout while the instance is closing', () => {
  test('from exitCallback still leaves the instance closed', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await bot.login({ exitCallback: () => bot.logout() })
    await bot.close()
    expect(bot.state).toBe('closed')
  })

  test('during the final save ends the session on the server and emits the event', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const logouts = events(bot, 'logout')
    const saving = gate()
    const saved = gate()
    const sessionStore = new MemorySessionStore()
    await bot.autoLogin({ hotReload: true, sessionStore })
    const save = sessionStore.save.bind(sessionStore)
    sessionStore.save = async (...args) => {
      saving.open()
      await saved.opened
      return save(...args)
    }
    const closing = bot.close()
    await saving.opened
    const loggingOut = bot.logout()
    saved.open()
    await Promise.all([closing, loggingOut])
    expect([logouts, sandbox.session?.endCode, bot.state]).toEqual([[{ reason: 'self' }], 0, 'closed'])
  })

  test('at the same time as close(), before receiving starts, still leaves the instance closed', async () => {
    for (const [first, second] of [
      ['close', 'logout'],
      ['logout', 'close'],
    ] as const) {
      const sandbox = await sandboxFor()
      const bot = botFor(sandbox)
      const uuid = await bot.getQRuuid()
      await bot.getQR({ uuid: uuid ?? '', enableCmdQR: false, qrCallback: () => {} })
      while ((await bot.checkLogin(uuid)) !== '200');
      await bot.webInit()
      await Promise.all([bot[first](), bot[second]()])
      expect(bot.state, first).toBe('closed')
    }
  })
})

test('run() during close() starts no handler', async () => {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  const seen: string[] = []
  const started = gate()
  const finish = gate()
  bot.msgRegister(TEXT, async (msg) => {
    seen.push(msg.text)
    started.open()
    await finish.opened
  })
  await bot.login()
  const running = bot.run()
  sandbox.friend('小满').say('in flight')
  sandbox.friend('小满').say('behind it')
  await started.opened
  const closing = bot.close()
  const again = bot.run()
  finish.open()
  await Promise.all([closing, running, again])
  expect(seen).toEqual(['in flight'])
})

test('run() with an aborted signal starts no handler', async () => {
  const sandbox = await sandboxFor()
  const wire = await wireTo(sandbox)
  const bot = botFor(wire)
  const seen: string[] = []
  bot.msgRegister(TEXT, (msg) => void seen.push(msg.text))
  await bot.login()
  const syncs = wire.count('webwxsync')
  sandbox.friend('小满').say('waits')
  await wire.seen('webwxsync', syncs + 1)
  await wire.seen('synccheck', wire.count('synccheck') + 1)
  await bot.run({ signal: AbortSignal.abort() })
  expect(seen).toEqual([])
})

test('losing the lock while waiting for names emits one error event', async () => {
  const sandbox = await sandboxFor()
  const wire = await wireTo(sandbox)
  const bot = botFor(wire)
  const lost = new AbortController()
  const sessionStore = Object.assign(new MemorySessionStore(), {
    lock: async () => ({ unlock: async () => {}, lost: lost.signal }),
  })
  bot.msgRegister(TEXT, () => {})
  const errors = events(bot, 'error')
  await bot.autoLogin({ hotReload: true, sessionStore })
  wire.intercept = (request) => (request.endpoint === 'webwxbatchgetcontact' ? untilGone(request) : undefined)
  const running = bot.run()
  const before = wire.count('webwxbatchgetcontact')
  sandbox.raw({ FromUserName: `@${'b'.repeat(32)}`, MsgType: 1, Content: 'x' } as never)
  await wire.seen('webwxbatchgetcontact', before + 1)
  lost.abort(new Error('it was taken over'))
  await running
  await bot.close()
  expect(errors).toMatchObject([{ error: { name: 'FileError' } }])
})
