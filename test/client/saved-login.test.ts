import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TEXT } from 'itchat'
import { describe, expect, test } from 'vitest'
import { botFor, events, recordingLogger, sandboxFor } from '../support/bot.js'
import { folder, hotReload } from '../support/restarts.js'

/** A saved login with changed content. */
async function savedAs(change: (login: Record<string, unknown>) => void) {
  const sandbox = await sandboxFor()
  const path = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'state.json')
  const first = botFor(sandbox)
  await first.login()
  await first.dumpLoginStatus(path)
  await first.close()
  const saved = JSON.parse(readFileSync(path, 'utf8'))
  const content = saved.content
  const before = structuredClone(content)
  change(content)
  const sha256 = createHash('sha256').update(JSON.stringify(content)).digest('hex')
  writeFileSync(path, JSON.stringify({ ...saved, sha256, content }))
  return { sandbox, path, before }
}

describe('a saved login', () => {
  test('contains the name of its transport', async () => {
    const { before } = await savedAs(() => {})
    expect(Object.keys(before)).toEqual(['transport', 'session', 'user', 'chatrooms'])
    expect(before.transport).toBe('web')
  })

  test('from an earlier version, without a transport, belongs to web', async () => {
    const { sandbox, path } = await savedAs((login) => void delete login.transport)
    const bot = botFor(sandbox)
    const logins = events(bot, 'login')
    await bot.autoLogin({ hotReload: true, statusStorageDir: path })
    expect(logins).toMatchObject([{ restored: true }])
  })

  test.each([
    ['ilink', 'it belongs to the transport ilink, but this program uses web'],
    ['<b>secret</b>', 'it belongs to another transport, but this program uses web'],
    [{}, 'it belongs to another transport, but this program uses web'],
  ])('for the transport %j is quarantined', async (transport, reason) => {
    const { sandbox, path } = await savedAs((login) => Object.assign(login, { transport }))
    const bot = botFor(sandbox)
    const [quarantined, logins] = [events(bot, 'setAside'), events(bot, 'login')]
    await bot.autoLogin({ hotReload: true, statusStorageDir: path })
    expect(quarantined).toMatchObject([{ what: 'session', reason }])
    expect(logins).toMatchObject([{ restored: false }])
  })

  test('for another transport is not moved by loadLoginStatus(), which logs the reason', async () => {
    const { sandbox, path } = await savedAs((login) => Object.assign(login, { transport: 'ilink' }))
    const content = readFileSync(path, 'utf8')
    const { lines, logger } = recordingLogger()
    const bot = botFor(sandbox, { logger })
    expect(await bot.loadLoginStatus(path)).toBe(false)
    expect(lines.join('\n')).toContain('it belongs to the transport ilink, but this program uses web')
    expect(readFileSync(path, 'utf8')).toBe(content)
  })

  test.each([
    ['sid', ''],
    ['skey', 7],
    ['syncKey', { Count: 2, List: [{ Key: 1, Val: 2 }] }],
    ['syncCheckKey', null],
    ['baseOrigin', 'nowhere'],
    ['userName', undefined],
    ['cookies', 'none'],
  ])('whose %s is %j is quarantined without being quoted', async (key, value) => {
    const { sandbox, path, before } = await savedAs((login) => Object.assign(login.session as object, { [key]: value }))
    const bot = botFor(sandbox)
    const quarantined = events(bot, 'setAside')
    await bot.autoLogin({ hotReload: true, statusStorageDir: path })
    expect(quarantined).toMatchObject([
      { what: 'session', reason: expect.stringContaining(`Invalid ${key}: expected a complete saved login`) },
    ])
    const session = before.session as Record<string, unknown>
    for (const secret of ['sid', 'skey', 'passTicket'])
      expect(JSON.stringify(quarantined)).not.toContain(session[secret])
  })
})

test('messages handled between loadLoginStatus() and dumpLoginStatus() are not redelivered after a hot reload', async () => {
  const sandbox = await sandboxFor()
  const friend = sandbox.friend('小满')
  const dir = folder()
  const path = join(dir, 'state.json')
  const texts: string[] = []
  for (const text of ['1', '2', '3']) {
    const bot = botFor(sandbox)
    bot.msgRegister(TEXT, (msg) => {
      texts.push(msg.text)
      return `got ${msg.text}`
    })
    if (text === '2') await bot.loadLoginStatus(path)
    else await bot.autoLogin(hotReload(dir))
    void bot.run()
    friend.say(text)
    expect((await friend.nextMessage()).text).toBe(`got ${text}`)
    if (text === '2') await bot.dumpLoginStatus(path)
    await bot.close()
  }
  expect(texts).toEqual(['1', '2', '3'])
})
