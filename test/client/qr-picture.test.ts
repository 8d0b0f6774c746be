import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Itchat, LoginOptions } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, test } from 'vitest'
import { botFor, events, nextEvent, recordingLogger, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'

const imagePath = () => join(mkdtempSync(join(tmpdir(), 'itchat-')), 'QR.png')

/** Logs in. Resolves to whether the image existed when the QR code was shown and after the login, and to the error. */
async function loginWithImage(
  sandbox: Sandbox,
  options: LoginOptions,
  onQr: (bot: Itchat) => unknown = () => {},
): Promise<{ shown: boolean; remains: boolean; failure: unknown }> {
  const picDir = imagePath()
  const bot = botFor(sandbox)
  let shown = false
  bot.on('qr', () => {
    shown = existsSync(picDir)
    onQr(bot)
  })
  const failure = await failureOf(bot.autoLogin({ enableCmdQR: false, picDir, ...options }))
  return { shown, remains: existsSync(picDir), failure }
}

describe('the QR image', () => {
  test('is removed after a login', async () => {
    expect(await loginWithImage(await sandboxFor(), {})).toEqual({ shown: true, remains: false, failure: undefined })
  })

  test('is removed after a login that also prints the QR code', async () => {
    expect(await loginWithImage(await sandboxFor(), { enableCmdQR: true })).toMatchObject({
      shown: true,
      remains: false,
    })
  })

  test('is kept if there is a loginCallback', async () => {
    const loginCallback = () => {}
    expect(await loginWithImage(await sandboxFor(), { loginCallback })).toEqual({
      shown: true,
      remains: true,
      failure: undefined,
    })
  })

  test('is removed after a refused login', async () => {
    const sandbox = await sandboxFor({ loginRefusal: { when: 'always' } })
    expect(await loginWithImage(sandbox, {})).toMatchObject({
      shown: true,
      remains: false,
      failure: { reason: 'refused' },
    })
  })

  test.each([
    ['close()', (bot: Itchat) => void bot.close()],
    ['logout()', (bot: Itchat) => void bot.logout()],
  ])('is removed after a login ended by %s', async (_, end) => {
    const { failure, ...rest } = await loginWithImage(await sandboxFor({ autoLogin: false }), {}, end)
    expect(failure).toMatchObject({ name: 'StateError' })
    expect(rest).toEqual({ shown: true, remains: false })
  })

  test('is removed after an aborted login', async () => {
    const abort = new AbortController()
    const sandbox = await sandboxFor({ autoLogin: false })
    const result = await loginWithImage(sandbox, { signal: abort.signal }, () => abort.abort(new Error('enough')))
    expect(result).toEqual({ shown: true, remains: false, failure: new Error('enough') })
  })

  test('is removed after the last QR code has expired', async () => {
    const sandbox = await sandboxFor({ autoLogin: false })
    const result = await loginWithImage(sandbox, { maxQrRounds: 2 }, () => sandbox.phone.expire())
    expect(result).toMatchObject({ shown: true, remains: false, failure: { reason: 'expired' } })
  })

  test('is not removed when the program has overwritten it', async () => {
    const picDir = imagePath()
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    bot.on('qr', () => writeFileSync(picDir, 'another file'))
    await bot.login({ enableCmdQR: false, picDir })
    expect(readFileSync(picDir, 'utf8')).toBe('another file')
  })

  test('causes no log line when a folder has replaced it', async () => {
    const { lines, logger } = recordingLogger()
    const sandbox = await sandboxFor()
    const picDir = imagePath()
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

  test('is removed after each login that replaces a lost session', async () => {
    const picDir = imagePath()
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const qrs = events(bot, 'qr')
    await bot.login({ enableCmdQR: false, picDir, relogin: 'qr' })
    sandbox.faults.add({ kind: 'garbage', path: 'webwxpushloginurl' })
    await sandbox.held('synccheck')
    const online = nextEvent(bot, 'online')
    sandbox.faults.add({ kind: 'ret', ret: 1, path: 'webwxpushloginurl' })
    sandbox.expireSession(1101)
    await online
    await sandbox.held('synccheck')
    expect(qrs.length).toBeGreaterThan(0)
    expect(existsSync(picDir)).toBe(false)
  })
})

test('an image that the program has requested with getQR() is not removed', async () => {
  const picDir = imagePath()
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  await bot.getQRuuid()
  await bot.getQR({ picDir })
  expect(existsSync(picDir)).toBe(true)
})
