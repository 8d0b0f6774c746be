import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import fc from '../../../test/support/property.js'
import { sealWith } from '../../util/seal.js'
import { FileJournal, type FileJournalOptions } from './file-journal.js'
import { JournalFile } from './journal-file.js'
import type { Received } from './journal-record.js'

const OWNER = { account: '1', session: 'a', self: '@me' }
const CURSOR = 'cursor'
const same = (received: Received) => received
const newPath = () => join(mkdtempSync(join(tmpdir(), 'itchat-')), 'journal')
const message = (id: string, chat = 'chat', Content = `text of ${id}`) => ({
  id,
  chat,
  timeMs: 0,
  sent: { MsgId: id, Content },
  by: '',
})
const messages = (...ids: string[]) => ids.map((id) => message(id))
const idsOf = (received: readonly Received[]) => received.map(({ id }) => id)

const opened: FileJournal[] = []

async function openedFile(path: string): Promise<JournalFile> {
  const file = new JournalFile(path)
  await file.open()
  onTestFinished(() => file.close())
  return file
}

/**
 * Opens the journal as the next process does. The previous journal is not closed, as if its process had been killed.
 */
async function openJournal(
  path: string,
  file = new JournalFile(path),
  options: FileJournalOptions = {},
): Promise<FileJournal> {
  const journal = await FileJournal.open(file, options)
  opened.push(journal)
  return journal
}

async function reopen(path: string, options: FileJournalOptions = {}): Promise<FileJournal> {
  const journal = await openJournal(path, new JournalFile(path), options)
  await journal.begin(OWNER, same)
  return journal
}

afterEach(() => Promise.all(opened.splice(0).map((journal) => journal.close())))

describe('a received message', () => {
  test('is delivered again in the next process until it is done', async () => {
    const path = newPath()
    const first = await reopen(path)
    const [one, two] = await first.add(messages('1', '2', '3'), CURSOR)
    await first.started(one?.n ?? 0)
    await first.done(one?.n ?? 0)
    await first.started(two?.n ?? 0)
    const second = await reopen(path)
    expect(second.canTake).toBe(true)
    expect(await second.take()).toMatchObject([
      { id: '2', attempts: 1, stale: false, sent: { Content: 'text of 2' } },
      { id: '3', attempts: 0 },
    ])
    expect(second.canTake).toBe(false)
  })

  test('is not recorded twice, done or not, even after a restart', async () => {
    const path = newPath()
    const first = await reopen(path)
    const [one] = await first.add(messages('1', '2'), CURSOR)
    await first.done(one?.n ?? 0)
    expect(await first.add(messages('1', '2'), CURSOR)).toEqual([])
    expect(idsOf(await first.add(messages('4', '4'), CURSOR))).toEqual(['4'])
    const second = await reopen(path)
    expect(await second.add(messages('1', '2', '3'), CURSOR)).toEqual([])
    expect(idsOf(await second.take())).toEqual(['2', '4', '3'])
  })

  test('without an id is never treated as a duplicate', async () => {
    const journal = await reopen(newPath())
    expect(await journal.add([message(''), message('')], CURSOR)).toHaveLength(2)
  })

  test.each([
    ['every interruption while only its handler is running', true, [1, 2, 3, 4]],
    ['at most two interruptions while other handlers are running', false, [1, 2, 2, 2]],
  ])('counts %s', async (_, isAlone, expected) => {
    const path = newPath()
    await (await reopen(path)).add(messages('1'), CURSOR)
    for (const attempts of expected) {
      const journal = await reopen(path)
      expect(await journal.take()).toHaveLength(1)
      await journal.started(1, undefined, isAlone)
      expect((await (await reopen(path)).take()).map((received) => received.attempts)).toEqual([attempts])
    }
  })

  test('is marked as done when the reply to a send identifies it as the echo, unless its handler is running', async () => {
    const path = newPath()
    const journal = await reopen(path)
    await journal.add(messages('1', '2'), CURSOR)
    await journal.started(2)
    await journal.remember('1')
    await journal.remember('2')
    expect(idsOf(await (await reopen(path)).take())).toEqual(['2'])
  })

  test('is stored in a file that only its owner can read', async () => {
    const path = newPath()
    await reopen(path)
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
  })
})

describe('the journal file', () => {
  test('keeps the records before a truncated one', async () => {
    const path = newPath()
    await (await reopen(path)).add(messages('1', '2'), CURSOR)
    truncateSync(path, readFileSync(path).indexOf('text of 2'))
    const journal = await openJournal(path)
    expect([journal.damage, journal.cursor]).toEqual([undefined, undefined])
    await journal.begin(OWNER, same)
    expect(idsOf(await journal.take())).toEqual(['1'])
  })

  test('delivers each message once after a torn write', async () => {
    const path = newPath()
    const first = await reopen(path)
    const whole = await first.add(messages('1', '2', '3'), CURSOR)
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    const [ids, owner, ...written] = lines
    const records = written.slice(0, whole.length)
    // The first write was torn in the middle of the second of three records, and the server sent all three messages
    // again.
    const resent = records.map((_, index) => ({ ...whole[index], n: 4 + index }))
    const later = newPath()
    writeFileSync(later, `${ids}\n${owner}\n${records[0]}\n${records[1]?.slice(0, 30)}\n`)
    await openedFile(later).then((file) => file.append([...resent, { done: 4 }]))
    const journal = await reopen(later)
    expect(idsOf(await journal.take())).toEqual(['2', '3'])
  })

  test('reports damage and keeps the other records', async () => {
    const path = newPath()
    await (await reopen(path)).add(messages('1', '2', '3'), CURSOR)
    writeFileSync(path, readFileSync(path, 'utf8').replace('text of 2', 'text of 7'))
    const journal = await openJournal(path)
    expect(journal.damage).toBe('1 of its lines could not be read')
    await journal.begin(OWNER, same)
    expect(idsOf(await journal.take())).toEqual(['1', '3'])
  })

  test('can be read without an error, regardless of its content', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        const path = newPath()
        writeFileSync(path, bytes)
        const journal = await reopen(path)
        expect(await journal.take()).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  test('is compacted: messages that are done keep only their ids', async () => {
    const path = newPath()
    const journal = await reopen(path)
    const long = message('', 'chat', 'x'.repeat(100_000))
    for (let round = 0; round < 200; round++) {
      for (const { n } of await journal.add([long], CURSOR)) await journal.done(n)
    }
    expect(statSync(path).size).toBeLessThan(5 * 1024 * 1024)
  })

  test('grows when it cannot be compacted, and messages are still handed out', async () => {
    const path = newPath()
    const journal = await reopen(path)
    mkdirSync(`${path}.new`)
    const long = 'x'.repeat(1_000_000)
    for (let round = 0; round < 12; round++) {
      const added = await journal.add([message(`${round}`, 'chat', long)], CURSOR)
      expect(idsOf(added)).toEqual([`${round}`])
      await journal.done(added[0]?.n ?? 0)
    }
    expect(statSync(path).size).toBeGreaterThan(12_000_000)
    rmdirSync(`${path}.new`)
    for (let round = 12; round < 20; round++) await journal.add([message(`${round}`, 'chat', long)], CURSOR)
    expect(statSync(path).size).toBeLessThan(16_000_000)
  })

  test('is unreadable when sealed, and opens only with the same key', async () => {
    const path = newPath()
    const keys = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
    const [seal, otherSeal] = keys.map((key) => sealWith(key, 'journal'))
    const first = await openJournal(path, new JournalFile(path, seal))
    await first.begin(OWNER, same)
    await first.add(messages('1'), CURSOR)
    expect(readFileSync(path, 'latin1')).not.toContain('text of')
    const wrongKey = await openJournal(path, new JournalFile(path, otherSeal))
    // Ids and owner, owner, message, cursor.
    expect([wrongKey.size, wrongKey.damage]).toEqual([0, '4 of its lines could not be read'])
    const second = await openJournal(path, new JournalFile(path, seal))
    expect(second.size).toBe(1)
  })
})

describe('messages beyond the memory limit', () => {
  const inMemory = { total: 8, perChat: 4 }
  const of = (chat: string, ...ids: string[]) => ids.map((id) => message(id, chat))
  const handle = async (journal: FileJournal, ...received: Received[]) => {
    for (const { n } of received) {
      await journal.started(n)
      await journal.done(n)
    }
  }

  test("stay on disk until half of the conversation's share has been handled, and are handed out in order with later ones", async () => {
    const journal = await reopen(newPath(), { inMemory })
    const first = await journal.add(messages('1', '2', '3', '4', '5', '6', '7'), CURSOR)
    expect(idsOf(first)).toEqual(['1', '2', '3', '4'])
    expect(await journal.add(messages('8'), CURSOR)).toEqual([])
    await handle(journal, ...first.slice(0, 1))
    expect(journal.canTake).toBe(false)
    await handle(journal, ...first.slice(1, 2))
    const second = await journal.take()
    expect(idsOf(second)).toEqual(['5', '6'])
    await handle(journal, ...first.slice(2), ...second)
    expect(idsOf(await journal.take())).toEqual(['7', '8'])
    expect(journal.canTake).toBe(false)
    expect(idsOf(await journal.add(messages('9'), CURSOR))).toEqual(['9'])
  })

  test('of one conversation do not block other conversations', async () => {
    const journal = await reopen(newPath(), { inMemory })
    await journal.add(of('hung', ...Array.from({ length: 50 }, (_, n) => `h${n}`)), CURSOR)
    expect(journal.inMemory).toBe(4)
    expect(idsOf(await journal.add(of('other', 'a'), CURSOR))).toEqual(['a'])
    expect(idsOf(await journal.add([...of('hung', 'h50'), ...of('third', 'b')], CURSOR))).toEqual(['b'])
    expect(journal.canTake).toBe(false)
  })

  test('of many conversations leave room for one more conversation, up to the total limit', async () => {
    const journal = await reopen(newPath(), { inMemory: { total: 1_000, perChat: 100 } })
    const hung = Array.from({ length: 50 }, (_, chat) =>
      of(`hung ${chat}`, ...Array.from({ length: 100 }, (_, n) => `${chat}-${n}`)),
    )
    await journal.add(hung.flat(), CURSOR)
    expect(journal.inMemory).toBeLessThan(1_000)
    expect(idsOf(await journal.add(of('other', 'a'), CURSOR))).toEqual(['a'])
    await journal.add(
      Array.from({ length: 2_000 }, (_, n) => message(`s${n}`, `sender ${n}`)),
      CURSOR,
    )
    expect(journal.inMemory).toBe(1_000)
  })

  test('are handed out when another conversation frees room and no message of their own conversation is in memory', async () => {
    const journal = await reopen(newPath(), { inMemory: { total: 2, perChat: 1 } })
    const out = await journal.add(
      ['a', 'b', 'c', 'd'].map((chat) => message(chat, chat)),
      CURSOR,
    )
    expect(idsOf(out)).toEqual(['a', 'b'])
    expect(journal.canTake).toBe(false)
    await handle(journal, ...out.slice(0, 1))
    expect(idsOf(await journal.take())).toEqual(['c'])
    expect(journal.canTake).toBe(false)
    await handle(journal, ...out.slice(1))
    expect(idsOf(await journal.take())).toEqual(['d'])
  })

  test('are read without the bytes in between', async () => {
    const path = newPath()
    const journal = await reopen(path, { inMemory: { total: 4, perChat: 2 } })
    const [first] = await journal.add(of('a', '1', '2', '3'), CURSOR)
    const at = statSync(path).size
    await journal.add(of('b', 'x', 'y', 'z'), CURSOR)
    writeFileSync(path, readFileSync(path).fill('#', at))
    await handle(journal, first as Received)
    expect(idsOf(await journal.take())).toEqual(['3'])
  })

  test('that have been damaged in the meantime are reported as lost, and all other messages are handed out', async () => {
    const path = newPath()
    const errors: string[] = []
    const journal = await reopen(path, {
      inMemory: { total: 4, perChat: 2 },
      onError: ({ message }) => void errors.push(message),
    })
    const out = await journal.add(messages('1', '2', '3', '4'), CURSOR)
    writeFileSync(path, readFileSync(path, 'utf8').replace('text of 3', 'text of 7'))
    await handle(journal, ...out)
    expect(idsOf(await journal.take())).toEqual(['4'])
    expect(errors).toEqual([expect.stringContaining('Messages lost: 1.')])
    expect(journal.size).toBe(1)
  })

  test('are read correctly after a compaction in between', async () => {
    const journal = await reopen(newPath(), { inMemory: { total: 4, perChat: 2 } })
    const long = 'x'.repeat(1_000_000)
    const out = await journal.add(
      Array.from({ length: 12 }, (_, n) => message(`${n}`, 'chat', long)),
      CURSOR,
    )
    const all: string[] = []
    const take = async (received: Received[]) => {
      all.push(...idsOf(received))
      await handle(journal, ...received)
    }
    await take(out)
    while (journal.canTake) {
      await take(await journal.take())
      await journal.add([message(`other ${all.length}`, 'other')], CURSOR)
    }
    expect(all).toEqual(Array.from({ length: 12 }, (_, n) => `${n}`))
  })

  test('that cannot be read at the moment are kept for later', async () => {
    const path = newPath()
    const journal = await reopen(path, { inMemory: { total: 4, perChat: 2 } })
    await handle(journal, ...(await journal.add(messages('1', '2', '3'), CURSOR)))
    renameSync(path, `${path}.gone`)
    await expect(journal.take()).rejects.toMatchObject({ name: 'FileError' })
    renameSync(`${path}.gone`, path)
    expect(idsOf(await journal.take())).toEqual(['3'])
  })

  test('make room when they are postponed, and are delivered in the next session', async () => {
    const path = newPath()
    const journal = await reopen(path, { inMemory: { total: 4, perChat: 2 } })
    const out = await journal.add(messages('1', '2', '3'), CURSOR)
    for (const { n } of out) journal.postpone(n)
    expect(idsOf(await journal.take())).toEqual(['3'])
    expect(idsOf(await (await reopen(path)).take())).toEqual(['1', '2', '3'])
  })
})

test('hands out interrupted messages first, unless another message in their conversation precedes them', async () => {
  const path = newPath()
  const first = await reopen(path)
  const out = await first.add(
    [message('1', 'a'), message('2', 'b'), message('3', 'b'), message('4', 'c'), message('5', 'a')],
    CURSOR,
  )
  for (const index of [2, 3]) await first.started(out[index]?.n ?? 0)
  expect(idsOf(await (await reopen(path)).take())).toEqual(['4', '1', '2', '3', '5'])
})

test('reads a journal from an earlier version, which did not record conversations', async () => {
  const path = newPath()
  const lines = [
    '9f4b3f0c {"owner":{"uin":"1","session":"a","self":"@me"},"ids":["7"]}',
    '00000000 {"n":1,"id":"8","by":"Jo","sent":{"MsgId":"8","FromUserName":"@jo"}}',
    '00000000 {"n":2,"id":"9","attempts":2,"sent":{"MsgId":"9","FromUserName":"@bao"}}',
    '00000000 {"begun":1,"attempts":1}',
  ]
  const checksummed = lines.map((line) => `${crc32(line.slice(9)).toString(16).padStart(8, '0')} ${line.slice(9)}\n`)
  writeFileSync(path, checksummed.join(''))
  const journal = await openJournal(path)
  expect([journal.size, journal.damage, journal.cursor]).toEqual([2, undefined, undefined])
  await journal.begin(OWNER, (received) => ({ ...received, chat: String(received.sent.FromUserName) }))
  expect(await journal.take()).toMatchObject([
    { id: '8', chat: '@jo', by: 'Jo', attempts: 1 },
    { id: '9', chat: '@bao', attempts: 2 },
  ])
})

describe('beginning another session', () => {
  test('updates unfinished messages once', async () => {
    const path = newPath()
    await (await reopen(path)).add(messages('1'), CURSOR)
    const renewals: string[] = []
    const next = { ...OWNER, session: 'b', self: '@new' }
    for (const _ of [1, 2]) {
      const journal = await openJournal(path)
      await journal.begin(next, (received, former) => {
        if (!former) return received
        renewals.push(former.self)
        return { ...received, stale: true, sent: { Content: 'renewed' } }
      })
      expect(await journal.take()).toMatchObject([{ id: '1', stale: true, sent: { Content: 'renewed' } }])
    }
    expect(renewals).toEqual(['@me'])
  })

  test('in the same process does not hand out messages in flight', async () => {
    const journal = await reopen(newPath())
    const [one] = await journal.add(messages('1', '2'), CURSOR)
    await journal.started(one?.n ?? 0)
    await journal.begin({ ...OWNER, session: 'b' }, same)
    expect(idsOf(await journal.take())).toEqual(['2'])
    await journal.done(one?.n ?? 0)
    expect(journal.size).toBe(1)
  })
})

test('writes nothing for a batch without new messages; the next sync writes its cursor', async () => {
  const path = newPath()
  const journal = await reopen(path)
  await journal.add(messages('1'), 'one')
  const written = statSync(path).size
  for (const cursor of ['two', 'three']) await journal.add(messages('1'), cursor)
  expect([statSync(path).size, (await openJournal(path)).cursor]).toEqual([written, 'one'])
  await journal.sync()
  const synced = statSync(path).size
  expect((await openJournal(path)).cursor).toBe('three')
  await journal.sync()
  expect(statSync(path).size).toBe(synced)
})

test('keeps the cursor when the file is compacted', async () => {
  const path = newPath()
  const journal = await reopen(path)
  const long = 'x'.repeat(100_000)
  for (let round = 0; round < 60; round++) {
    for (const { n } of await journal.add([message(`${round}`, 'chat', long)], `${round}`)) await journal.done(n)
  }
  expect(statSync(path).size).toBeLessThan(5_000_000)
  expect((await openJournal(path)).cursor).toBe('59')
})

test('hands out a message again after it has been given back, followed by later messages in its conversation', async () => {
  const journal = await reopen(newPath(), { inMemory: { total: 4, perChat: 2 } })
  const out = await journal.add(messages('1', '2', '3', '4'), CURSOR)
  for (const { n } of out) {
    await journal.started(n)
    await journal.held(n)
  }
  expect([journal.inMemory, journal.canTake]).toEqual([2, false])
  await journal.giveBack(out[0]?.n ?? 0)
  expect(idsOf(await journal.take())).toEqual(['1'])
  await journal.done(out[0]?.n ?? 0)
  await journal.done(out[1]?.n ?? 0)
  expect(idsOf(await journal.take())).toEqual(['3', '4'])
  expect(journal.inMemory).toBe(2)
})

test('loses no message, repeats no finished message and keeps the order, after any sequence of steps and torn writes', async () => {
  const chats = ['a', 'b', 'c']
  const step = fc.oneof(
    fc.record({ add: fc.array(fc.constantFrom(...chats), { minLength: 1, maxLength: 6 }) }),
    fc.record({ finish: fc.nat(5) }),
    fc.constant({ take: true }),
    fc.constant({ session: true }),
    fc.record({ kill: fc.nat(40) }),
  )
  const inMemory = { total: 6, perChat: 3 }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const path = newPath()
      let journal = await reopen(path, { inMemory })
      let [next, session] = [1, 0]
      /** Messages that were received and are not done, in order; `held` contains those handed out to this process. */
      const open: { id: string; chat: string }[] = []
      let held: Received[] = []
      const finish = async (received: Received) => {
        await journal.started(received.n)
        await journal.done(received.n)
        const index = open.findIndex(({ id }) => id === received.id)
        expect(open.slice(0, index).filter(({ chat }) => chat === received.chat)).toEqual([])
        open.splice(index, 1)
      }
      /** Removes the oldest held message of one conversation. */
      const pick = (seed: number): Received | undefined => {
        const heads = chats
          .map((chat) => held.find((received) => received.chat === chat))
          .filter((received) => received !== undefined)
        const picked = heads[seed % Math.max(1, heads.length)]
        if (picked) held.splice(held.indexOf(picked), 1)
        return picked
      }
      for (const action of steps) {
        if ('add' in action) {
          const added = action.add.map((chat) => ({ id: `${next++}`, chat }))
          held.push(
            ...(await journal.add(
              added.map(({ id, chat }) => message(id, chat)),
              CURSOR,
            )),
          )
          open.push(...added)
        } else if ('take' in action) held.push(...(await journal.take()))
        else if ('finish' in action) {
          const received = pick(action.finish)
          if (received) await finish(received)
        } else {
          if ('kill' in action) {
            // A write torn by the death of the process.
            appendFileSync(path, `0badc0de {"n":999,"id":"torn","sent":{}}`.slice(0, action.kill))
            journal = await openJournal(path, new JournalFile(path), { inMemory })
          } else session++
          await journal.begin({ ...OWNER, session: `${session}` }, same)
          held = []
        }
        expect(journal.size).toBe(open.length)
        expect(journal.inMemory).toBe(held.length)
        expect(held.length).toBeLessThanOrEqual(inMemory.total)
      }
      while (open.length > 0) {
        if (journal.canTake) held.push(...(await journal.take()))
        const received = pick(0)
        if (!received) throw new Error(`${open.length} messages were not handed out`)
        await finish(received)
      }
    }),
    { numRuns: 60, seed: 20_261_124 },
  )
})
