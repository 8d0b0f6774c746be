import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Itchat, LoginOptions } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, test } from 'vitest'
import { botFor, events, nextEvent, recordingLogger, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'

const picture = () => join(mkdtempSync(join(tmpdir(), 'itchat-')), 'QR.png')

/** Logs in and answers whether the picture was there when the QR was shown, and at the end. */
async function pictures(
  sandbox: Sandbox,
  options: LoginOptions,
  onQr: (bot: Itchat) => unknown = () => {},
): Promise<{ shown: boolean; left: boolean; failure: unknown }> {
  const picDir = picture()
  const bot = botFor(sandbox)
  let shown = false
  bot.on('qr', () => {
    shown = existsSync(picDir)
    onQr(bot)
  })
  const failure = await failureOf(bot.autoLogin({ enableCmdQR: false, picDir, ...options }))
  return { shown, left: existsSync(picDir), failure }
}

describe('the picture of the QR is removed', () => {
  test('after a login', async () => {
    expect(await pictures(await sandboxFor(), {})).toEqual({ shown: true, left: false, failure: undefined })
  })

  test('after a login that also prints it', async () => {
    expect(await pictures(await sandboxFor(), { enableCmdQR: true })).toMatchObject({ shown: true, left: false })
  })

  test('not when there is a loginCallback', async () => {
    const loginCallback = () => {}
    expect(await pictures(await sandboxFor(), { loginCallback })).toEqual({
      shown: true,
      left: true,
      failure: undefined,
    })
  })

  test('after a login that is refused', async () => {
    const sandbox = await sandboxFor({ loginRefusal: { when: 'always' } })
    expect(await pictures(sandbox, {})).toMatchObject({ shown: true, left: false, failure: { reason: 'refused' } })
  })

  test.each([
    ['closed', (bot: Itchat) => void bot.close()],
    ['logged out', (bot: Itchat) => void bot.logout()],
  ])('after a login that is %s', async (_, end) => {
    const { failure, ...rest } = await pictures(await sandboxFor({ autoLogin: false }), {}, end)
    expect(failure).toMatchObject({ name: 'StateError' })
    expect(rest).toEqual({ shown: true, left: false })
  })

  test('after a login that is aborted', async () => {
    const abort = new AbortController()
    const sandbox = await sandboxFor({ autoLogin: false })
    const result = await pictures(sandbox, { signal: abort.signal }, () => abort.abort(new Error('enough')))
    expect(result).toEqual({ shown: true, left: false, failure: new Error('enough') })
  })

  test('after QR codes that nobody confirmed, the last one too', async () => {
    const sandbox = await sandboxFor({ autoLogin: false })
    const result = await pictures(sandbox, { maxQrRounds: 2 }, () => sandbox.phone.expire())
    expect(result).toMatchObject({ shown: true, left: false, failure: { reason: 'expired' } })
  })

  test('not when something else stands there by then', async () => {
    const picDir = picture()
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    bot.on('qr', () => writeFileSync(picDir, 'of somebody else'))
    await bot.login({ enableCmdQR: false, picDir })
    expect(readFileSync(picDir, 'utf8')).toBe('of somebody else')
  })

  test('and a picture that is gone already is no failure', async () => {
    const { lines, logger } = recordingLogger()
    const sandbox = await sandboxFor()
    const picDir = picture()
    const bot = botFor(sandbox, { logger })
    const { rmSync } = await import('node:fs')
    bot.on('qr', () => {
      rmSync(picDir)
      mkdirSync(picDir)
    })
    await bot.login({ enableCmdQR: false, picDir })
    expect(existsSync(picDir)).toBe(true)
    expect(lines.filter((line) => line.includes('removed'))).toEqual([])
  })

  test('after each login that takes the place of a lost session', async () => {
    const picDir = picture()
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const qrs = events(bot, 'qr')
    await bot.login({ enableCmdQR: false, picDir, relogin: 'qr' })
    sandbox.faults.add({ kind: 'garbage', path: 'webwxpushloginurl' })
    await sandbox.held('synccheck')
    const back = nextEvent(bot, 'online')
    sandbox.faults.add({ kind: 'ret', ret: 1, path: 'webwxpushloginurl' })
    sandbox.expireSession(1101)
    await back
    await sandbox.held('synccheck')
    expect(qrs.length).toBeGreaterThan(0)
    expect(existsSync(picDir)).toBe(false)
  })
})

test("the picture of getQR() is the program's own", async () => {
  const picDir = picture()
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  await bot.getQRuuid()
  await bot.getQR({ picDir })
  expect(existsSync(picDir)).toBe(true)
})
