import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SessionStore, type StoredDocument, TEXT } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, test } from 'vitest'
import { botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { impatientClock } from '../support/impatient-clock.js'
import { saidAndTaken } from '../support/restarts.js'

/** What a process leaves on the disk. */
interface Disk {
  documents: Map<StoredDocument, string>
  journal: string | undefined
}

/** What becomes of a save. */
type Fate = 'done' | 'fails' | 'hangs'

/** A store in memory, with the journal in a file, that can be looked at between any two writes. */
function storeFrom(disk: Disk, fateOf: (save: number) => Fate = () => 'done') {
  const journalFile = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'journal')
  if (disk.journal !== undefined) writeFileSync(journalFile, disk.journal)
  const documents = new Map(disk.documents)
  /** As a kill would leave it, before and after each save. */
  const left: Disk[] = []
  const hanging = gate()
  let saves = 0
  const look = (): Disk => ({
    documents: new Map(documents),
    journal: existsSync(journalFile) ? readFileSync(journalFile, 'utf8') : undefined,
  })
  const store: SessionStore = {
    place: journalFile,
    journalFile,
    load: async (document) => documents.get(document),
    save: async (document, content) => {
      left.push(look())
      const fate = fateOf(++saves)
      if (fate === 'fails') throw new Error('it fails')
      if (fate === 'hangs') {
        hanging.open()
        return new Promise(() => {})
      }
      documents.set(document, content)
      left.push(look())
    },
    setAside: async (document) => {
      documents.delete(document)
      return 'nowhere'
    },
  }
  return { store, look, left, hanging: hanging.opened, saves: () => saves }
}

const NOTHING: Disk = { documents: new Map(), journal: undefined }

async function sayTwo(sandbox: Sandbox): Promise<void> {
  await saidAndTaken(sandbox, () => sandbox.friend('小满').say('from a friend'))
  await saidAndTaken(sandbox, () => sandbox.group('周末爬山队').member('老马').say('from a group'))
}

/** The disk after a session in which nobody handled two messages. */
async function twoWaiting(sandbox: Sandbox): Promise<Disk> {
  const { store, look } = storeFrom(NOTHING)
  const bot = botFor(sandbox)
  await bot.autoLogin({ hotReload: true, sessionStore: store })
  await sayTwo(sandbox)
  await bot.close()
  return look()
}

/** Logs in anew from a disk; resolves to whom the two messages are from. */
async function handledFrom(sandbox: Sandbox, disk: Disk): Promise<string[]> {
  sandbox.expireSession(1102)
  const bot = botFor(sandbox)
  const seen: string[] = []
  const both = gate()
  bot.msgRegister(TEXT, { isFriendChat: true, isGroupChat: true }, (msg) => {
    const known = [...bot.searchFriends({ name: '小满' }), ...bot.searchChatrooms({ name: '爬山' })]
    const isKnown = known.some(({ UserName }) => UserName === msg.user.UserName)
    seen.push(`${msg.text}, stale: ${msg.stale}, ${isKnown ? 'known' : 'unknown'}, ${msg.actualNickName ?? ''}`)
    if (seen.length === 2) both.open()
  })
  await bot.autoLogin({ hotReload: true, sessionStore: storeFrom(disk).store })
  void bot.run()
  await both.opened
  await bot.close()
  return seen.sort()
}

const BOTH = ['from a friend, stale: true, known, ', 'from a group, stale: true, known, 老马']

describe('a kill during a new login leaves messages that reach their people', () => {
  test('before and after each save', { timeout: 60_000 }, async () => {
    const sandbox = await sandboxFor()
    const before = await twoWaiting(sandbox)
    sandbox.expireSession(1102)
    const { store, look, left } = storeFrom(before)
    const killed = botFor(sandbox)
    await killed.autoLogin({ hotReload: true, sessionStore: store })
    left.push(look())
    await killed.close()
    left.push(look())
    // The journal is renewed before anything is saved, and who is who after it.
    expect(left[0]?.journal).not.toBe(before.journal)
    left.unshift(before)
    for (const [index, disk] of left.entries()) {
      expect(await handledFrom(sandbox, disk), `moment ${index} of ${left.length}`).toEqual(BOTH)
    }
  })

  test('before and after each save of a relogin', { timeout: 60_000 }, async () => {
    const sandbox = await sandboxFor()
    const { store, look, left } = storeFrom(NOTHING)
    const killed = botFor(sandbox)
    await killed.autoLogin({ hotReload: true, sessionStore: store, relogin: 'push' })
    await sayTwo(sandbox)
    left.splice(0)
    const back = nextEvent(killed, 'online')
    sandbox.expireSession(1101)
    await back
    left.push(look())
    await killed.close()
    left.push(look())
    for (const [index, disk] of left.entries()) {
      expect(await handledFrom(sandbox, disk), `moment ${index} of ${left.length}`).toEqual(BOTH)
    }
  })

  describe.each(['fails', 'hangs'] as const)('where a save %s', (fate) => {
    test.each([1, 3])('number %i, and those after it do not', async (number) => {
      const sandbox = await sandboxFor()
      const before = await twoWaiting(sandbox)
      sandbox.expireSession(1102)
      const { store, look } = storeFrom(before, (save) => (save === number ? fate : 'done'))
      expect(await handledFrom(sandbox, await endedLogin(sandbox, store, look))).toEqual(BOTH)
    })

    test.each([1, 2])('number %i, and all after it', async (number) => {
      const sandbox = await sandboxFor()
      const before = await twoWaiting(sandbox)
      sandbox.expireSession(1102)
      const { store, look } = storeFrom(before, (save) => (save >= number ? fate : 'done'))
      expect(await handledFrom(sandbox, await endedLogin(sandbox, store, look))).toEqual(BOTH)
    })
  })

  test('over several logins, none of which saved who is who', async () => {
    const sandbox = await sandboxFor()
    let disk = await twoWaiting(sandbox)
    for (let count = 0; count < 3; count++) {
      sandbox.expireSession(1102)
      const { store, look } = storeFrom(disk)
      const { save } = store
      store.save = async (document, content) => {
        if (document === 'identities') throw new Error('it fails')
        await save(document, content)
      }
      disk = await endedLogin(sandbox, store, look)
    }
    expect(await handledFrom(sandbox, disk)).toEqual(BOTH)
  })
})

/** Logs in, and dies as soon as that has come to an end, or hangs; resolves to what is left. */
async function endedLogin(sandbox: Sandbox, store: SessionStore, look: () => Disk): Promise<Disk> {
  const bot = botFor(sandbox, { clock: impatientClock })
  events(bot, 'error')
  const online = nextEvent(bot, 'online')
  const abort = new AbortController()
  const login = failureOf(bot.autoLogin({ hotReload: true, sessionStore: store, signal: abort.signal }))
  await online
  // A save that hangs is the last step of the login.
  await Promise.race([login, new Promise((resolve) => setImmediate(resolve))])
  const disk = look()
  abort.abort(new Error('killed'))
  await login
  await bot.close()
  return disk
}
