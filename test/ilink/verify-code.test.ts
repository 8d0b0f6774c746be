import { describe, expect, test, vi } from 'vitest'
import { botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { AutoAdvanceClock } from '../support/hasty-clock.js'

/** Long enough for a busy machine. */
const until = (isDone: () => boolean) => vi.waitUntil(isDone, { timeout: 15_000, interval: 1 })

/** A bot that uses iLink because of the environment, and a phone that shows a code after the scan. */
async function setUp() {
  vi.stubEnv('ITCHAT_TRANSPORT', 'ilink')
  const sandbox = await sandboxFor({ ilink: true, autoLogin: false })
  const code = sandbox.clawbot.requireVerifyCode()
  return {
    sandbox,
    bot: botFor(sandbox, { clock: new AutoAdvanceClock() }),
    code,
    wrong: code === '000000' ? '000001' : '000000',
  }
}

describe('the verify code of an iLink login', () => {
  test('is sent at once, although the server holds polls without it', async () => {
    const { sandbox, bot, code, wrong } = await setUp()
    const { clawbot } = sandbox
    const attempts: number[] = []
    const login = bot.login({
      verifyCodeCallback: async ({ attempt }) => {
        // The poll without the code is held by now.
        await sandbox.held('get_qrcode_status')
        attempts.push(attempt)
        return attempt < 3 ? wrong : code
      },
    })
    const scanned = nextEvent(bot, 'scanned')
    await clawbot.waiting()
    clawbot.scan()
    await scanned
    expect(bot.state).toBe('waitingForConfirm')
    await until(() => clawbot.login.state === 'scanned')
    clawbot.confirm()
    await login
    expect([bot.state, attempts]).toEqual(['online', [1, 2, 3]])
    expect(sandbox.warnings).toEqual([])
  })

  test('may be wrong three times; then a new QR code is shown, and attempts start again', async () => {
    const { sandbox, bot, wrong } = await setUp()
    const { clawbot } = sandbox
    const attempts = events(bot, 'verifyCode')
    const qrs = events(bot, 'qr')
    bot.on('verifyCode', () => bot.submitVerifyCode(wrong))
    const login = bot.login()
    const first = await clawbot.waiting()
    clawbot.scan()
    await until(() => qrs.length === 2)
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3])
    expect(await clawbot.waiting()).not.toBe(first)
    clawbot.scan()
    clawbot.confirm()
    await login
    expect(bot.state).toBe('online')
  })

  test('can be submitted between calls of checkLogin()', async () => {
    const { sandbox, bot, code } = await setUp()
    const { clawbot } = sandbox
    await bot.getQRuuid()
    await bot.getQR()
    clawbot.scan()
    expect(await bot.checkLogin()).toBe('need_verifycode')
    bot.submitVerifyCode(code)
    expect(await bot.checkLogin()).toBe('scaned')
    clawbot.confirm()
    expect(await bot.checkLogin()).toBe('confirmed')
  })
})
