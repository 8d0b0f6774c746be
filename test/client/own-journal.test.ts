import { setImmediate as turn } from 'node:timers/promises'
import { InterruptedError, TEXT } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, onTestFinished, test } from 'vitest'
import { botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { gate } from '../support/gate.js'
import { ManualClock } from '../support/manual-clock.js'
import { MemoryJournalStore } from '../support/memory-journal.js'
import { sayAndDeliver } from '../support/restarts.js'
import { untilGone, wireTo } from '../support/wire.js'

const hotReload = (sessionStore: MemoryJournalStore) => ({ hotReload: true, sessionStore })

/** A store with unhandled messages. */
async function storeWithPending(sandbox: Sandbox, ...texts: string[]): Promise<MemoryJournalStore> {
  const store = new MemoryJournalStore()
  const bot = botFor(sandbox)
  await bot.autoLogin(hotReload(store))
  for (const text of texts) await sayAndDeliver(sandbox, () => sandbox.friend('小满').say(text))
  await bot.close()
  return store
}

/** The store after an instance has been killed `times` times while its handler was running. */
async function interrupted(sandbox: Sandbox, text: string, times: number): Promise<MemoryJournalStore> {
  let store = await storeWithPending(sandbox, text)
  for (let count = 0; count < times; count++) {
    const bot = botFor(sandbox)
    const [started, release] = [gate(), gate()]
    onTestFinished(() => release.open())
    bot.msgRegister(TEXT, async () => {
      started.open()
      await release.opened
    })
    await bot.autoLogin(hotReload(store))
    void bot.run()
    await started.opened
    store = await store.killed()
  }
  return store
}

describe('with a custom journal', () => {
  test('unhandled messages are handled by the next instance, in order, before newer ones', async () => {
    const sandbox = await sandboxFor()
    const store = await storeWithPending(sandbox, '1', '2')
    sandbox.friend('小满').say('3')
    const bot = botFor(sandbox)
    const texts: string[] = []
    const all = gate()
    bot.msgRegister(TEXT, (msg) => {
      if (texts.push(`${msg.text} ${msg.stale}`) === 3) all.open()
    })
    await bot.autoLogin(hotReload(store))
    void bot.run()
    await all.opened
    await bot.close()
    expect(texts).toEqual(['1 false', '2 false', '3 false'])
    expect([store.journal.size, store.journal.cursor]).toEqual([0, expect.any(String)])
  })

  test('unhandled messages are stale after a new login, with the contacts of the new session', async () => {
    const sandbox = await sandboxFor()
    const store = await storeWithPending(sandbox, 'are you there?')
    sandbox.expireSession(1102)
    const bot = botFor(sandbox)
    bot.msgRegister(TEXT, (msg) => (msg.stale ? `late, but here: ${msg.text}` : undefined))
    await bot.autoLogin(hotReload(store))
    void bot.run()
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('late, but here: are you there?')
  })

  test('handled messages are not redelivered, even if the server sends them again', async () => {
    const sandbox = await sandboxFor()
    const store = new MemoryJournalStore()
    const texts: string[] = []
    for (const last of ['a', 'b']) {
      const bot = botFor(sandbox)
      bot.msgRegister(TEXT, (msg) => {
        texts.push(msg.text)
        return `got ${msg.text}`
      })
      await bot.autoLogin(hotReload(store))
      void bot.run()
      sandbox.raw({ from: sandbox.friend('老爸').id, MsgType: 1, MsgId: '7001', Content: 'again' })
      if (last === 'a') await sandbox.friend('老爸').nextMessage()
      sandbox.friend('小满').say(last)
      await sandbox.friend('小满').nextMessage()
      await bot.close()
    }
    expect(texts).toEqual(['again', 'a', 'b'])
  })

  test('a message whose handler was interrupted three times is reported, and other messages are still handled', async () => {
    const sandbox = await sandboxFor()
    const store = await interrupted(sandbox, 'poison', 3)
    const bot = botFor(sandbox)
    bot.msgRegister(TEXT, (msg) => `got ${msg.text}`)
    const error = nextEvent(bot, 'error')
    await bot.autoLogin(hotReload(store))
    void bot.run()
    const failure = await error
    expect([failure.error, failure.message?.text]).toEqual([expect.any(InterruptedError), 'poison'])
    sandbox.friend('小满').say('after it')
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('got after it')
  })

  test('a taken message stays in the journal, even after close(), until done() is called', async () => {
    const sandbox = await sandboxFor()
    const store = await storeWithPending(sandbox, '1')
    for (const isDone of [false, true]) {
      const bot = botFor(sandbox)
      bot.msgRegister(TEXT, async (msg) => {
        const taken = msg.take()
        if (isDone) await taken.done()
        return `got ${msg.text}`
      })
      await bot.autoLogin(hotReload(store))
      void bot.run()
      expect((await sandbox.friend('小满').nextMessage()).text).toBe('got 1')
      await bot.close()
      expect(store.journal.size).toBe(isDone ? 0 : 1)
    }
  })
})

test('a message that is being recorded at close() stays in the journal, without an error', async () => {
  const sandbox = await sandboxFor()
  const wire = await wireTo(sandbox)
  const clock = new ManualClock()
  const bot = botFor(wire, { clock })
  const errors = events(bot, 'error')
  bot.msgRegister(TEXT, () => {})
  const [adding, added] = [gate(), gate()]
  class SlowStore extends MemoryJournalStore {
    override async openJournal() {
      const journal = await super.openJournal()
      const add = journal.add.bind(journal)
      journal.add = async (messages, cursor) => {
        if (messages.length > 0) {
          adding.open()
          await added.opened
        }
        return add(messages, cursor)
      }
      return journal
    }
  }
  const store = new SlowStore()
  await bot.autoLogin({ hotReload: true, sessionStore: store })
  wire.intercept = (request) => (request.endpoint === 'webwxbatchgetcontact' ? untilGone(request) : undefined)
  void bot.run()
  sandbox.raw({ FromUserName: `@${'b'.repeat(32)}`, MsgType: 1, MsgId: '7001', Content: 'x' } as never)
  await adding.opened
  const closing = bot.close()
  added.open()
  await closing
  // The maximum time for which a message waits for names.
  clock.advance(3_000)
  await turn()
  expect(errors).toEqual([])
  expect([...store.journal.messages.values()].map(({ id }) => id)).toContain('7001')
})

test('a rejection from room() is treated as an outage and does not end the session', async () => {
  const sandbox = await sandboxFor()
  const store = new MemoryJournalStore()
  const bot = botFor(sandbox)
  const [offline, logouts] = [events(bot, 'offline'), events(bot, 'logout')]
  bot.msgRegister(TEXT, (msg) => `got ${msg.text}`)
  await bot.autoLogin(hotReload(store))
  void bot.run()
  let failures = 1
  store.journal.room = async () => {
    if (failures-- > 0) throw new Error('no connection')
  }
  for (const text of ['1', '2']) {
    sandbox.friend('小满').say(text)
    expect((await sandbox.friend('小满').nextMessage()).text).toBe(`got ${text}`)
  }
  expect(offline).toMatchObject([{ error: new Error('no connection') }])
  expect([logouts, bot.state]).toEqual([[], 'online'])
})
