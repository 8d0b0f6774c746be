import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Itchat, ItchatEvents } from 'itchat'
import type { SandboxOptions } from 'itchat/sandbox'
import { describe, expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'

const LOOK_ALIKE = '张伟'
const WORLD: SandboxOptions['world'] = {
  friends: [
    { name: '林小满', remark: '小满', alias: 'xiaoman_lin' },
    { name: '沈青禾', alias: 'qinghe' },
    { name: '周望舒', remark: '领队' },
    '顾南星',
    { name: LOOK_ALIKE, sex: 1, signature: 'a' },
    { name: LOOK_ALIKE, sex: 2, signature: 'b' },
  ],
  officials: ['沙丘日报'],
  groups: [
    { topic: '爬山', members: ['林小满'] },
    { topic: '一家人', members: ['沈青禾'] },
  ],
}

/** The puid of every contact, keyed by name and signature, which do not change in this world. */
function puids(bot: Itchat): Map<string, string> {
  return new Map(bot.match(() => true).map(({ nickName, signature, puid }) => [`${nickName} ${signature}`, puid]))
}

function expectSame(before: Map<string, string>, after: Map<string, string>): void {
  expect(new Set(after.values()).size).toBe(after.size)
  for (const [name, puid] of after) {
    if (!name.startsWith(LOOK_ALIKE)) expect([name, puid]).toEqual([name, before.get(name)])
    // A look-alike receives a new puid, neither its previous one nor the other look-alike's.
    else expect([...before.values()]).not.toContain(puid)
  }
}

describe('two logins with different UserNames', () => {
  test('in one instance keep every puid, except those of two look-alikes', async () => {
    const sandbox = await sandboxFor({ world: WORLD })
    const bot = botFor(sandbox)
    await bot.login()
    const before = puids(bot)
    const names = bot.match(() => true).map((contact) => contact.UserName)
    expect(before.size).toBe(13)
    await bot.logout()
    const guessed: ItchatEvents['identityGuessed'][] = []
    bot.on('identityGuessed', (guess) => guessed.push(guess))
    await bot.login()
    const shared = bot.match(({ UserName }) => names.includes(UserName)).map((contact) => contact.UserName)
    expect(shared.filter((name) => name.startsWith('@'))).toEqual([])
    expectSame(before, puids(bot))
    // Certain: this account (recognized by its Uin), built-in accounts, and contacts with a remark set by this account.
    const certain = (name: string) =>
      bot.match((contact) => contact.NickName === name).map((contact) => contact.certain)
    expect(['我', '文件传输助手', '林小满', '周望舒'].map(certain)).toEqual([[true], [true], [true], [true]])
    // Not certain: users choose these names themselves.
    expect(['沈青禾', '顾南星', '沙丘日报', '爬山'].map(certain)).toEqual([[false], [false], [false], [false]])
    expect(certain(LOOK_ALIKE)).toEqual([false, false])
    expect(guessed.map(({ contact }) => contact.NickName).sort()).toEqual(
      ['一家人', '沈青禾', '沙丘日报', '爬山', '顾南星'].sort(),
    )
    const qinghe = guessed.find(({ contact }) => contact.NickName === '沈青禾')
    expect(qinghe?.evidence.same).toEqual(['alias', 'nickName'])
    expect(qinghe?.puid).toBe(qinghe?.contact.puid)
    expect(sandbox.warnings).toEqual([])
  })

  test('in two runs share puids through a file next to the login state, readable only by its owner', async () => {
    const sandbox = await sandboxFor({ world: WORLD })
    const statusStorageDir = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'state.json')
    const first = botFor(sandbox)
    await first.autoLogin({ hotReload: true, statusStorageDir })
    const before = puids(first)
    await first.close()
    const file = `${statusStorageDir}.identities`
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).toContain('xiaoman_lin')

    // Continuing the session keeps the UserNames, so all puids are the same, even for the look-alikes.
    const second = botFor(sandbox)
    await second.autoLogin({ hotReload: true, statusStorageDir })
    expect(puids(second)).toEqual(before)
    expect(second.match((contact) => contact.NickName === LOOK_ALIKE).map((contact) => contact.certain)).toEqual([
      true,
      true,
    ])
    await second.close()

    sandbox.expireSession(1100)
    const third = botFor(sandbox)
    await third.autoLogin({ hotReload: true, statusStorageDir })
    expectSame(before, puids(third))
  })

  test('prefer stored puids to puids assigned earlier in the same process', async () => {
    const sandbox = await sandboxFor({ world: WORLD })
    const statusStorageDir = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'state.json')
    const first = botFor(sandbox)
    await first.autoLogin({ hotReload: true, statusStorageDir })
    const storedPuid = first.searchFriends({ name: '林小满' })[0]?.puid
    await first.logout()
    await first.close()

    const second = botFor(sandbox)
    await second.login()
    expect(second.searchFriends({ name: '林小满' })[0]?.puid).not.toBe(storedPuid)
    await second.logout()
    await second.autoLogin({ hotReload: true, statusStorageDir })
    expect(second.searchFriends({ name: '林小满' })[0]?.puid).toBe(storedPuid)
  })
})

test('an unusable puid file is quarantined and reported', async () => {
  const sandbox = await sandboxFor({ world: WORLD })
  const statusStorageDir = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'state.json')
  writeFileSync(`${statusStorageDir}.identities`, 'not JSON')
  const bot = botFor(sandbox)
  const quarantined: ItchatEvents['setAside'][] = []
  bot.on('setAside', (file) => quarantined.push(file))
  await bot.autoLogin({ hotReload: true, statusStorageDir })
  expect(bot.searchFriends().puid).toMatch(/^[0-9a-f]{16}$/)
  await bot.close()
  expect(quarantined).toMatchObject([{ what: 'identities', reason: 'it is damaged (invalid JSON)' }])
  expect(readFileSync(quarantined[0]?.keptAs ?? '', 'utf8')).toBe('not JSON')
})
