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
const CURSOR = 'position'
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

/** As the next process finds it. The one before is not closed: it was killed. */
async function find(
  path: string,
  file = new JournalFile(path),
  options: FileJournalOptions = {},
): Promise<FileJournal> {
  const journal = await FileJournal.open(file, options)
  opened.push(journal)
  return journal
}

async function reopen(path: string, options: FileJournalOptions = {}): Promise<FileJournal> {
  const journal = await find(path, new JournalFile(path), options)
  await journal.begin(OWNER, same)
  return journal
}

afterEach(() => Promise.all(opened.splice(0).map((journal) => journal.close())))

describe('what was received', () => {
  test('comes again in the next process until it is done', async () => {
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

  test('is not taken twice, whether it is done or not, also after a restart', async () => {
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

  test('without an id is never taken for another', async () => {
    const journal = await reopen(newPath())
    expect(await journal.add([message(''), message('')], CURSOR)).toHaveLength(2)
  })

  test.each([
    ['alone', true, [1, 2, 3, 4]],
    ['beside others, which does not show the cause', false, [1, 2, 2, 2]],
  ])('counts how often its handler was begun %s', async (_, isAlone, expected) => {
    const path = newPath()
    await (await reopen(path)).add(messages('1'), CURSOR)
    for (const attempts of expected) {
      const journal = await reopen(path)
      expect(await journal.take()).toHaveLength(1)
      await journal.started(1, undefined, isAlone)
      expect((await (await reopen(path)).take()).map((one) => one.attempts)).toEqual([attempts])
    }
  })

  test('is done when the answer to a send says that it is the echo, and stays while it is handled', async () => {
    const path = newPath()
    const journal = await reopen(path)
    await journal.add(messages('1', '2'), CURSOR)
    await journal.started(2)
    await journal.remember('1')
    await journal.remember('2')
    expect(idsOf(await (await reopen(path)).take())).toEqual(['2'])
  })

  test('is kept under lock: only its owner can read the file', async () => {
    const path = newPath()
    await reopen(path)
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
  })
})

describe('a file', () => {
  test('cut off in the middle of a record has the records before it', async () => {
    const path = newPath()
    await (await reopen(path)).add(messages('1', '2'), CURSOR)
    truncateSync(path, readFileSync(path).indexOf('text of 2'))
    const journal = await find(path)
    expect([journal.damage, journal.cursor]).toEqual([undefined, undefined])
    await journal.begin(OWNER, same)
    expect(idsOf(await journal.take())).toEqual(['1'])
  })

  test('in which a write broke off after some records has each message once, done or not', async () => {
    const path = newPath()
    const first = await reopen(path)
    const whole = await first.add(messages('1', '2', '3'), CURSOR)
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    const [ids, owner, ...written] = lines
    const records = written.slice(0, whole.length)
    // As if the first write had ended in the second of three records, and the server had sent all three again.
    const again = records.map((_, index) => ({ ...whole[index], n: 4 + index }))
    const later = newPath()
    writeFileSync(later, `${ids}\n${owner}\n${records[0]}\n${records[1]?.slice(0, 30)}\n`)
    await openedFile(later).then((file) => file.append([...again, { done: 4 }]))
    const journal = await reopen(later)
    expect(idsOf(await journal.take())).toEqual(['2', '3'])
  })

  test('with damage in it says so, and has the other records', async () => {
    const path = newPath()
    await (await reopen(path)).add(messages('1', '2', '3'), CURSOR)
    writeFileSync(path, readFileSync(path, 'utf8').replace('text of 2', 'text of 7'))
    const journal = await find(path)
    expect(journal.damage).toBe('1 of its lines could not be read')
    await journal.begin(OWNER, same)
    expect(idsOf(await journal.take())).toEqual(['1', '3'])
  })

  test('of strangers’ making never throws', async () => {
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

  test('shrinks again: what is done leaves no more than its id', async () => {
    const path = newPath()
    const journal = await reopen(path)
    const long = message('', 'chat', 'x'.repeat(100_000))
    for (let round = 0; round < 200; round++) {
      for (const { n } of await journal.add([long], CURSOR)) await journal.done(n)
    }
    expect(statSync(path).size).toBeLessThan(5 * 1024 * 1024)
  })

  test('that cannot be written anew goes on growing; what comes is handed out all the same', async () => {
    const path = newPath()
    const journal = await reopen(path)
    mkdirSync(`${path}.new`)
    const long = 'x'.repeat(1_000_000)
    for (let round = 0; round < 12; round++) {
      const found = await journal.add([message(`${round}`, 'chat', long)], CURSOR)
      expect(idsOf(found)).toEqual([`${round}`])
      await journal.done(found[0]?.n ?? 0)
    }
    expect(statSync(path).size).toBeGreaterThan(12_000_000)
    rmdirSync(`${path}.new`)
    for (let round = 12; round < 20; round++) await journal.add([message(`${round}`, 'chat', long)], CURSOR)
    expect(statSync(path).size).toBeLessThan(16_000_000)
  })

  test('that is sealed shows nothing, and opens with the same key alone', async () => {
    const path = newPath()
    const keys = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
    const [seal, other] = keys.map((key) => sealWith(key, 'journal'))
    const first = await find(path, new JournalFile(path, seal))
    await first.begin(OWNER, same)
    await first.add(messages('1'), CURSOR)
    expect(readFileSync(path, 'latin1')).not.toContain('text of')
    const stranger = await find(path, new JournalFile(path, other))
    // Ids and owner, owner, message, cursor.
    expect([stranger.size, stranger.damage]).toEqual([0, '4 of its lines could not be read'])
    const second = await find(path, new JournalFile(path, seal))
    expect(second.size).toBe(1)
  })
})

describe('more than memory holds', () => {
  const inMemory = { total: 8, perChat: 4 }
  const of = (chat: string, ...ids: string[]) => ids.map((id) => message(id, chat))
  const handle = async (journal: FileJournal, ...received: Received[]) => {
    for (const { n } of received) {
      await journal.started(n)
      await journal.done(n)
    }
  }

  test('stays on the disk until half of it is handled, and is handed out in order, with what came since', async () => {
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

  test('of one conversation leaves the others alone', async () => {
    const journal = await reopen(newPath(), { inMemory })
    await journal.add(of('hung', ...Array.from({ length: 50 }, (_, n) => `h${n}`)), CURSOR)
    expect(journal.inMemory).toBe(4)
    expect(idsOf(await journal.add(of('other', 'a'), CURSOR))).toEqual(['a'])
    expect(idsOf(await journal.add([...of('hung', 'h50'), ...of('third', 'b')], CURSOR))).toEqual(['b'])
    expect(journal.canTake).toBe(false)
  })

  test('of many conversations leaves room for one more, up to the total', async () => {
    const journal = await reopen(newPath(), { inMemory: { total: 1_000, perChat: 100 } })
    const hung = Array.from({ length: 50 }, (_, chat) =>
      of(`hung ${chat}`, ...Array.from({ length: 100 }, (_, n) => `${chat}-${n}`)),
    )
    await journal.add(hung.flat(), CURSOR)
    expect(journal.inMemory).toBeLessThan(1_000)
    expect(idsOf(await journal.add(of('other', 'a'), CURSOR))).toEqual(['a'])
    await journal.add(
      Array.from({ length: 2_000 }, (_, n) => message(`s${n}`, `stranger ${n}`)),
      CURSOR,
    )
    expect(journal.inMemory).toBe(1_000)
  })

  test('is handed out when another conversation makes room, if none of its own is in memory', async () => {
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

  test('is read from its place: what stands between is not', async () => {
    const path = newPath()
    const journal = await reopen(path, { inMemory: { total: 4, perChat: 2 } })
    const [first] = await journal.add(of('a', '1', '2', '3'), CURSOR)
    const at = statSync(path).size
    await journal.add(of('b', 'x', 'y', 'z'), CURSOR)
    writeFileSync(path, readFileSync(path).fill('#', at))
    await handle(journal, first as Received)
    expect(idsOf(await journal.take())).toEqual(['3'])
  })

  test('and was damaged meanwhile is reported as lost; the others go on', async () => {
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
    expect(errors).toEqual([expect.stringContaining('1 messages')])
    expect(journal.size).toBe(1)
  })

  test('is taken from the file written anew in between', async () => {
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

  test('and cannot be read now stays for later', async () => {
    const path = newPath()
    const journal = await reopen(path, { inMemory: { total: 4, perChat: 2 } })
    await handle(journal, ...(await journal.add(messages('1', '2', '3'), CURSOR)))
    renameSync(path, `${path}.gone`)
    await expect(journal.take()).rejects.toMatchObject({ name: 'FileError' })
    renameSync(`${path}.gone`, path)
    expect(idsOf(await journal.take())).toEqual(['3'])
  })

  test('a message that cannot be handed out makes room, and is tried again in the next session', async () => {
    const path = newPath()
    const journal = await reopen(path, { inMemory: { total: 4, perChat: 2 } })
    const out = await journal.add(messages('1', '2', '3'), CURSOR)
    for (const { n } of out) journal.postpone(n)
    expect(idsOf(await journal.take())).toEqual(['3'])
    expect(idsOf(await (await reopen(path)).take())).toEqual(['1', '2', '3'])
  })
})

test('what was interrupted before is handed out first, where nothing of its conversation stands in front of it', async () => {
  const path = newPath()
  const first = await reopen(path)
  const out = await first.add(
    [message('1', 'a'), message('2', 'b'), message('3', 'b'), message('4', 'c'), message('5', 'a')],
    CURSOR,
  )
  for (const index of [2, 3]) await first.started(out[index]?.n ?? 0)
  expect(idsOf(await (await reopen(path)).take())).toEqual(['4', '1', '2', '3', '5'])
})

test('a journal of an earlier version, without conversations, is read', async () => {
  const path = newPath()
  const lines = [
    '9f4b3f0c {"owner":{"uin":"1","session":"a","self":"@me"},"ids":["7"]}',
    '00000000 {"n":1,"id":"8","by":"Jo","sent":{"MsgId":"8","FromUserName":"@jo"}}',
    '00000000 {"n":2,"id":"9","attempts":2,"sent":{"MsgId":"9","FromUserName":"@bao"}}',
    '00000000 {"begun":1,"attempts":1}',
  ]
  const checked = lines.map((line) => `${crc32(line.slice(9)).toString(16).padStart(8, '0')} ${line.slice(9)}\n`)
  writeFileSync(path, checked.join(''))
  const journal = await find(path)
  expect([journal.size, journal.damage, journal.cursor]).toEqual([2, undefined, undefined])
  await journal.begin(OWNER, (received) => ({ ...received, chat: String(received.sent.FromUserName) }))
  expect(await journal.take()).toMatchObject([
    { id: '8', chat: '@jo', by: 'Jo', attempts: 1 },
    { id: '9', chat: '@bao', attempts: 2 },
  ])
})

describe('another session', () => {
  test('finds what is not done brought up to date, once', async () => {
    const path = newPath()
    await (await reopen(path)).add(messages('1'), CURSOR)
    const renewals: string[] = []
    const next = { ...OWNER, session: 'b', self: '@new' }
    for (const _ of [1, 2]) {
      const journal = await find(path)
      await journal.begin(next, (received, former) => {
        if (!former) return received
        renewals.push(former.self)
        return { ...received, stale: true, sent: { Content: 'renewed' } }
      })
      expect(await journal.take()).toMatchObject([{ id: '1', stale: true, sent: { Content: 'renewed' } }])
    }
    expect(renewals).toEqual(['@me'])
  })

  test('in the same process leaves alone what is being handled', async () => {
    const journal = await reopen(newPath())
    const [one] = await journal.add(messages('1', '2'), CURSOR)
    await journal.started(one?.n ?? 0)
    await journal.begin({ ...OWNER, session: 'b' }, same)
    expect(idsOf(await journal.take())).toEqual(['2'])
    await journal.done(one?.n ?? 0)
    expect(journal.size).toBe(1)
  })
})

test('a batch without news costs no write; the next sync writes its position', async () => {
  const path = newPath()
  const journal = await reopen(path)
  await journal.add(messages('1'), 'one')
  const written = statSync(path).size
  for (const cursor of ['two', 'three']) await journal.add(messages('1'), cursor)
  expect([statSync(path).size, (await find(path)).cursor]).toEqual([written, 'one'])
  await journal.sync()
  const synced = statSync(path).size
  expect((await find(path)).cursor).toBe('three')
  await journal.sync()
  expect(statSync(path).size).toBe(synced)
})

test('the position stays when the file is written anew', async () => {
  const path = newPath()
  const journal = await reopen(path)
  const long = 'x'.repeat(100_000)
  for (let round = 0; round < 60; round++) {
    for (const { n } of await journal.add([message(`${round}`, 'chat', long)], `${round}`)) await journal.done(n)
  }
  expect(statSync(path).size).toBeLessThan(5_000_000)
  expect((await find(path)).cursor).toBe('59')
})

test('what is given back to a conversation with messages on the disk is handed out in front of those', async () => {
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

test('whatever is done to it, and wherever it is cut after what was promised, nothing is lost, nothing done comes back, and the order stays', async () => {
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
      /** Received and not done, in order; and those of them that this process has in hand. */
      const open: { id: string; chat: string }[] = []
      let held: Received[] = []
      const finish = async (done: Received) => {
        await journal.started(done.n)
        await journal.done(done.n)
        const index = open.findIndex(({ id }) => id === done.id)
        expect(open.slice(0, index).filter(({ chat }) => chat === done.chat)).toEqual([])
        open.splice(index, 1)
      }
      /** The oldest in hand of one of the conversations. */
      const pick = (seed: number): Received | undefined => {
        const heads = chats.map((chat) => held.find((one) => one.chat === chat)).filter((one) => one !== undefined)
        const done = heads[seed % Math.max(1, heads.length)]
        if (done) held.splice(held.indexOf(done), 1)
        return done
      }
      for (const one of steps) {
        if ('add' in one) {
          const added = one.add.map((chat) => ({ id: `${next++}`, chat }))
          held.push(
            ...(await journal.add(
              added.map(({ id, chat }) => message(id, chat)),
              CURSOR,
            )),
          )
          open.push(...added)
        } else if ('take' in one) held.push(...(await journal.take()))
        else if ('finish' in one) {
          const done = pick(one.finish)
          if (done) await finish(done)
        } else {
          if ('kill' in one) {
            // A write that was under way when the process died.
            appendFileSync(path, `0badc0de {"n":999,"id":"torn","sent":{}}`.slice(0, one.kill))
            journal = await find(path, new JournalFile(path), { inMemory })
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
        const done = pick(0)
        if (!done) throw new Error(`${open.length} messages are not handed out`)
        await finish(done)
      }
    }),
    { numRuns: 60, seed: 20_261_124 },
  )
})
