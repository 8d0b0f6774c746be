import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SessionStore, type StoredDocument, TEXT } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, test } from 'vitest'
import { botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { impatientClock } from '../support/impatient-clock.js'
import { sayAndDeliver } from '../support/restarts.js'

/** The contents of a store. */
interface Disk {
  documents: Map<StoredDocument, string>
  journal: string | undefined
}

/** The outcome of a save. */
type Outcome = 'done' | 'fails' | 'hangs'

/** An in-memory store whose journal is a file. The contents of the store are recorded before and after each save. */
function storeFrom(disk: Disk, outcomeOf: (save: number) => Outcome = () => 'done') {
  const journalFile = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'journal')
  if (disk.journal !== undefined) writeFileSync(journalFile, disk.journal)
  const documents = new Map(disk.documents)
  /** The contents that a kill before or after each save would leave. */
  const snapshots: Disk[] = []
  const hanging = gate()
  let saves = 0
  const snapshot = (): Disk => ({
    documents: new Map(documents),
    journal: existsSync(journalFile) ? readFileSync(journalFile, 'utf8') : undefined,
  })
  const store: SessionStore = {
    place: journalFile,
    journalFile,
    load: async (document) => documents.get(document),
    save: async (document, content) => {
      snapshots.push(snapshot())
      const outcome = outcomeOf(++saves)
      if (outcome === 'fails') throw new Error('it fails')
      if (outcome === 'hangs') {
        hanging.open()
        return new Promise(() => {})
      }
      documents.set(document, content)
      snapshots.push(snapshot())
    },
    setAside: async (document) => {
      documents.delete(document)
      return 'nowhere'
    },
  }
  return { store, snapshot, snapshots, hanging: hanging.opened, saves: () => saves }
}

const EMPTY: Disk = { documents: new Map(), journal: undefined }

async function sayTwo(sandbox: Sandbox): Promise<void> {
  await sayAndDeliver(sandbox, () => sandbox.friend('小满').say('from a friend'))
  await sayAndDeliver(sandbox, () => sandbox.group('周末爬山队').member('老马').say('from a group'))
}

/** The contents of a store after a session with two unhandled messages. */
async function twoPending(sandbox: Sandbox): Promise<Disk> {
  const { store, snapshot } = storeFrom(EMPTY)
  const bot = botFor(sandbox)
  await bot.autoLogin({ hotReload: true, sessionStore: store })
  await sayTwo(sandbox)
  await bot.close()
  return snapshot()
}

/**
 * Logs in again with the contents of `disk`. Resolves to a description of each handled message.
 *
 * @param isRestored whether the saved session continues; otherwise, it has expired
 */
async function handledFrom(sandbox: Sandbox, disk: Disk, isRestored = false): Promise<string[]> {
  if (!isRestored) sandbox.expireSession(1102)
  const bot = botFor(sandbox)
  const login = nextEvent(bot, 'login')
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
  expect((await login).restored).toBe(isRestored)
  return seen.sort()
}

const BOTH = ['from a friend, stale: true, known, ', 'from a group, stale: true, known, 老马']

describe('messages keep their senders after a kill', () => {
  test('before or after each save of a new login', async () => {
    const sandbox = await sandboxFor()
    const before = await twoPending(sandbox)
    sandbox.expireSession(1102)
    const { store, snapshot, snapshots } = storeFrom(before)
    const killed = botFor(sandbox)
    await killed.autoLogin({ hotReload: true, sessionStore: store })
    snapshots.push(snapshot())
    await killed.close()
    snapshots.push(snapshot())
    const [old, early] = snapshots
    // The login is saved before the journal is rewritten; the identities are saved afterwards.
    expect([old, early].map((disk) => disk?.journal)).toEqual([before.journal, before.journal])
    expect(early?.documents.get('session')).not.toBe(old?.documents.get('session'))
    expect(early?.documents.get('identities')).toBe(before.documents.get('identities'))
    for (const isRestored of [true, false]) {
      for (const [index, disk] of snapshots.entries()) {
        if (isRestored && disk === old) continue
        const handled = await handledFrom(sandbox, disk, isRestored)
        expect(handled, `snapshot ${index} of ${snapshots.length}, restored: ${isRestored}`).toEqual(BOTH)
      }
    }
  })

  test('before or after each save of a relogin', async () => {
    const sandbox = await sandboxFor()
    const { store, snapshot, snapshots } = storeFrom(EMPTY)
    const killed = botFor(sandbox)
    await killed.autoLogin({ hotReload: true, sessionStore: store, relogin: 'push' })
    await sayTwo(sandbox)
    snapshots.splice(0)
    const online = nextEvent(killed, 'online')
    sandbox.expireSession(1101)
    await online
    snapshots.push(snapshot())
    await killed.close()
    snapshots.push(snapshot())
    for (const [index, disk] of snapshots.entries()) {
      expect(await handledFrom(sandbox, disk), `snapshot ${index} of ${snapshots.length}`).toEqual(BOTH)
    }
  })

  describe.each(['fails', 'hangs'] as const)('during a new login whose store %s', (outcome) => {
    test.each([1, 2, 3, 4])('at save number %i only', async (number) => {
      const sandbox = await sandboxFor()
      const before = await twoPending(sandbox)
      sandbox.expireSession(1102)
      const { store, snapshot } = storeFrom(before, (save) => (save === number ? outcome : 'done'))
      expect(await handledFrom(sandbox, await killedLogin(sandbox, store, snapshot))).toEqual(BOTH)
    })

    test.each([1, 2, 3])('at save number %i and all later saves', async (number) => {
      const sandbox = await sandboxFor()
      const before = await twoPending(sandbox)
      sandbox.expireSession(1102)
      const { store, snapshot } = storeFrom(before, (save) => (save >= number ? outcome : 'done'))
      expect(await handledFrom(sandbox, await killedLogin(sandbox, store, snapshot))).toEqual(BOTH)
    })
  })

  test('after several new logins without saved identities', async () => {
    const sandbox = await sandboxFor()
    let disk = await twoPending(sandbox)
    for (let count = 0; count < 3; count++) {
      sandbox.expireSession(1102)
      const { store, snapshot } = storeFrom(disk)
      const { save } = store
      store.save = async (document, content) => {
        if (document === 'identities') throw new Error('it fails')
        await save(document, content)
      }
      disk = await killedLogin(sandbox, store, snapshot)
    }
    expect(await handledFrom(sandbox, disk)).toEqual(BOTH)
  })
})

/** Starts a login and kills the bot once the login has ended or hangs. Resolves to the contents of the store. */
async function killedLogin(sandbox: Sandbox, store: SessionStore, snapshot: () => Disk): Promise<Disk> {
  const bot = botFor(sandbox, { clock: impatientClock })
  events(bot, 'error')
  const online = nextEvent(bot, 'online')
  const abort = new AbortController()
  const login = failureOf(bot.autoLogin({ hotReload: true, sessionStore: store, signal: abort.signal }))
  await online
  // A save that hangs is the last step of the login.
  await Promise.race([login, new Promise((resolve) => setImmediate(resolve))])
  const disk = snapshot()
  abort.abort(new Error('killed'))
  await login
  await bot.close()
  return disk
}
