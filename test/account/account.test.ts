import { join } from 'node:path'
import { ATTACHMENT, type Itchat, type State, StateError, TEXT, UnsupportedError } from 'itchat'
import { describe, expect, test } from 'vitest'
import { events, nextEvent } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { diskOf, folder, hotReload } from '../support/restarts.js'
import { memoryWorld, WORLDS, type World } from './worlds.js'

/** Logs in as a user would: scans the displayed code and confirms the login. */
async function logIn(world: World, bot: Itchat, login: () => Promise<unknown> = () => bot.login()): Promise<void> {
  const off = bot.on('qr', () => {
    off()
    world.scan()
  })
  const scanned = nextEvent(bot, 'scanned').then(() => world.confirm())
  await Promise.all([login(), scanned])
}

/** Expects that the steps that only the web protocol has are rejected without a request, and do not prevent a login. */
async function expectUnsupportedSteps(world: World, bot: Itchat): Promise<void> {
  const { requests } = world
  const { state } = bot
  const steps = [() => bot.webInit(), () => bot.showMobileLogin(), () => bot.getMsg(), async () => bot.startReceiving()]
  for (const step of steps) {
    const failure = await failureOf(step())
    expect(failure, String(step)).toBeInstanceOf(UnsupportedError)
    expect(failure).toMatchObject({ feature: 'stepLogin' })
  }
  expect([bot.supports('stepLogin'), bot.state, world.requests]).toEqual([false, state, requests])
  await logIn(world, bot)
  expect(bot.state).toBe('online')
}

describe.each(WORLDS)('an account over the %s transport', (_, makeWorld) => {
  test('logs in with a displayed code, a scan and a confirmation', async () => {
    const world = await makeWorld()
    const bot = world.bot()
    const seen: (State | string)[] = [bot.state]
    for (const event of ['qr', 'scanned', 'login'] as const) bot.on(event, () => seen.push(event, bot.state))
    await logIn(world, bot)
    expect(seen).toEqual(['offline', ...['qr', 'waitingForScan', 'scanned', 'waitingForConfirm', 'login', 'online']])
  })

  test('runs the login steps one by one, and rejects them while logged in', async () => {
    const world = await makeWorld()
    const bot = world.bot()
    const uuid = await bot.getQRuuid()
    await bot.getQR({ uuid: uuid ?? '', enableCmdQR: false, qrCallback: () => {} })
    world.scan()
    const reached = async (state: State) => {
      while (bot.state !== state) await bot.checkLogin(uuid)
    }
    await reached('waitingForConfirm')
    world.confirm()
    await reached('loggingIn')
    if (!world.hasStepLogin) return expectUnsupportedSteps(world, bot)
    await bot.webInit()
    bot.startReceiving()
    expect(bot.state).toBe('online')
    const before = world.requests
    const steps = [() => bot.getQRuuid(), () => bot.getQR(), () => bot.checkLogin(uuid), () => bot.webInit()]
    for (const step of steps) expect(await failureOf(step()), String(step)).toBeInstanceOf(StateError)
    expect([bot.state, world.requests - before]).toEqual(['online', expect.any(Number)])
    await bot.logout()
    expect(bot.state).toBe('loggedOut')
    expect(await bot.getQRuuid()).toEqual(expect.any(String))
  })

  test("delivers text to the handler and the handler's reply to the sender", async () => {
    const world = await makeWorld()
    const bot = world.bot()
    bot.msgRegister(TEXT, (msg) => `I received: ${msg.text}`)
    await logIn(world, bot)
    void bot.run()
    world.say('hello')
    expect(await world.nextSent()).toEqual({ text: 'I received: hello' })
    await bot.send('unasked', world.contactId(bot))
    expect(await world.nextSent()).toEqual({ text: 'unasked' })
  })

  test('receives and sends files', async () => {
    const world = await makeWorld()
    const bot = world.bot({ downloadDir: folder() })
    const bytes = Buffer.from('a file')
    const written = gate()
    bot.msgRegister(ATTACHMENT, async (msg) => {
      expect(await msg.download()).toEqual(bytes)
      const { path, verified } = await msg.download(msg.fileName)
      expect(verified).toBe(true)
      written.open()
      return bot.file(path)
    })
    await logIn(world, bot)
    void bot.run()
    world.sendFile('notes.txt', bytes)
    await written.opened
    const { file } = await world.nextSent()
    expect([file?.name, Buffer.from(file?.bytes ?? []).toString()]).toEqual(['notes.txt', 'a file'])
  })

  test('hot reload resumes the session without the phone and delivers messages sent in the meantime', async () => {
    const world = await makeWorld()
    const directory = folder()
    const first = world.bot()
    await logIn(world, first, () => first.autoLogin(hotReload(directory)))
    await first.close()
    expect(first.state).toBe('closed')
    world.say('meanwhile')
    const second = world.bot()
    const codes = events(second, 'qr')
    second.msgRegister(TEXT, (msg) => `got ${msg.text}`)
    await second.autoLogin(hotReload(directory))
    void second.run()
    expect(await world.nextSent()).toEqual({ text: 'got meanwhile' })
    expect(codes).toEqual([])
  })

  test('redelivers a message whose handler was interrupted, but not a message that has been handled', async () => {
    const world = await makeWorld()
    const directory = folder()
    const first = world.bot()
    const began = gate()
    const release = gate()
    first.msgRegister(TEXT, async (msg) => {
      if (msg.text === 'handled') return 'first'
      began.open()
      await release.opened
      return undefined
    })
    await logIn(world, first, () => first.autoLogin(hotReload(directory)))
    void first.run()
    world.say('handled')
    expect(await world.nextSent()).toEqual({ text: 'first' })
    world.say('interrupted')
    await began.opened
    // A copy of the disk as a kill would leave it.
    const killed = join(diskOf(directory))
    release.open()
    await first.close()
    const second = world.bot()
    const seen: string[] = []
    second.msgRegister(TEXT, (msg) => {
      seen.push(msg.text)
      return 'again'
    })
    await second.autoLogin(hotReload(killed))
    void second.run()
    expect(await world.nextSent()).toEqual({ text: 'again' })
    expect(seen).toEqual(['interrupted'])
  })

  test('reconnects after a dropped connection without losing messages', async () => {
    const world = await makeWorld()
    const bot = world.bot()
    bot.msgRegister(TEXT, (msg) => `got ${msg.text}`)
    await logIn(world, bot)
    void bot.run()
    const offline = nextEvent(bot, 'offline')
    world.setDown(true)
    await offline
    expect(bot.state).toBe('reconnecting')
    const online = nextEvent(bot, 'online')
    world.setDown(false)
    world.say('hello')
    await online
    expect(bot.state).toBe('online')
    expect(await world.nextSent()).toEqual({ text: 'got hello' })
  })

  test('a logout on the phone ends the session: run() resolves, and calls are rejected without a request', async () => {
    const world = await makeWorld()
    const bot = world.bot()
    const logouts = events(bot, 'logout')
    await logIn(world, bot)
    const running = bot.run()
    world.logOut()
    await running
    // Over some transports, the reason is always `expired`.
    const reason = world.endings.includes('phone') ? 'phone' : 'expired'
    expect([bot.state, logouts]).toEqual(['loggedOut', [{ reason }]])
    const before = world.requests
    expect(await failureOf(bot.send('x', 'you'))).toBeInstanceOf(StateError)
    if (!world.hasStepLogin) return expectUnsupportedSteps(world, bot)
    const calls = [() => bot.getMsg(), () => bot.webInit(), async () => bot.startReceiving()]
    for (const call of calls) expect(await failureOf(call()), String(call)).toBeInstanceOf(StateError)
    expect(world.requests).toBe(before)
  })

  test('rejects unsupported features before any request; the error contains the feature, the transport and advice', async () => {
    const world = await makeWorld()
    const bot = world.bot()
    const calls = { contacts: () => bot.updateFriend('a'), groups: () => bot.createChatroom(['a', 'b']) } as const
    await logIn(world, bot)
    const before = world.requests
    for (const [feature, call] of Object.entries(calls) as [keyof typeof calls, () => Promise<unknown>][]) {
      if (bot.supports(feature)) continue
      const failure = await failureOf(call())
      expect(failure).toBeInstanceOf(UnsupportedError)
      expect(failure).toMatchObject({ feature, transport: expect.any(String), advice: expect.any(String) })
    }
    expect(world.requests).toBe(before)
  })
})

test('on a transport without mentions, a reply to a group member contains only the text', async () => {
  const world = await memoryWorld()
  const bot = world.bot()
  bot.msgRegister(TEXT, (msg) => {
    msg.ActualNickName = 'Lin'
    return msg.reply('hello', { at: true })
  })
  await logIn(world, bot)
  void bot.run()
  world.say('hi')
  expect(await world.nextSent()).toEqual({ text: 'hello' })
})
