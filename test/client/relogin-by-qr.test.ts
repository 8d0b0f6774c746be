import { Itchat, type LogoutReason, TEXT } from 'itchat'
import { describe, expect, onTestFinished, test } from 'vitest'
import { events, nextEvent, quiet } from '../support/bot.js'
import { ManualClock } from '../support/manual-clock.js'
import { MemoryServer } from '../support/memory-server.js'
import { memory } from '../support/memory-transport.js'

/** A running bot on a transport that cannot push a login to the phone. The first login is confirmed automatically. */
async function running() {
  const server = new MemoryServer()
  const clock = new ManualClock()
  const bot = new Itchat({ transport: memory(server), logger: quiet, clock })
  onTestFinished(() => bot.close())
  const texts: string[] = []
  bot.msgRegister(TEXT, (msg) => void texts.push(msg.text))
  const confirm = bot.on('qr', () => server.phone('confirmed'))
  await bot.login({ relogin: 'qr' })
  confirm()
  const run = bot.run()
  return { server, clock, bot, run, texts }
}

/** Ends the session; resolves when a new QR code is shown, to the time that this took. */
async function endSession({ server, clock, bot }: Awaited<ReturnType<typeof running>>, reason: LogoutReason) {
  const startMs = clock.now()
  const relogin = nextEvent(bot, 'relogin')
  const shown = nextEvent(bot, 'qr')
  server.set({ ended: reason })
  const { attempt, retryInMs } = await relogin
  expect(attempt).toBe(1)
  await clock.waitForSleep(retryInMs)
  await clock.advance(retryInMs)
  await shown
  return clock.now() - startMs
}

describe("with relogin 'qr', on a transport without the feature pushLogin", () => {
  test.each<LogoutReason>(['expired', 'elsewhere', 'phone'])(
    'a session that ends with reason %s is replaced within seconds, and its handlers stay',
    async (reason) => {
      const world = await running()
      const { server, bot, texts } = world
      const logouts = events(bot, 'logout')
      expect(await endSession(world, reason)).toBeLessThanOrEqual(2_000)
      expect([bot.state, logouts]).toEqual(['waitingForScan', [{ reason }]])
      const online = nextEvent(bot, 'online')
      server.phone('scanned')
      server.phone('confirmed')
      await online
      expect([bot.state, server.sessions]).toEqual(['online', 2])
      const handled = new Promise<void>(
        (resolve) => void bot.use((_, next) => Promise.resolve(next()).finally(resolve)),
      )
      server.say('hello')
      await handled
      expect(texts).toEqual(['hello'])
    },
  )

  test('run() continues, and the verify code of the new login is asked for', async () => {
    const world = await running()
    const { server, bot, run } = world
    let hasEnded = false
    void run.then(() => {
      hasEnded = true
    })
    const attempts = events(bot, 'verifyCode')
    server.verifyCode = '482913'
    await endSession(world, 'expired')
    const needed = nextEvent(bot, 'verifyCode')
    server.phone('verifyCodeNeeded')
    await needed
    const online = nextEvent(bot, 'online')
    const check = server.checkVerifyCode.bind(server)
    const checked = new Promise<void>((resolve) => {
      server.checkVerifyCode = (entered) => {
        check(entered)
        resolve()
      }
    })
    bot.submitVerifyCode('482913')
    await checked
    server.phone('confirmed')
    await online
    expect([hasEnded, attempts, server.enteredCodes]).toEqual([false, [{ attempt: 1 }], ['482913']])
  })
})
