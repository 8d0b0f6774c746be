import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import fc from '../../../test/support/property.js'
import { sealWith } from '../../util/seal.js'
import { Journal, type Received } from './journal.js'
import { JournalFile } from './journal-file.js'

const OWNER = { uin: '1', session: 'a', self: '@me' }
const same = (received: Received) => received
const newPath = () => join(mkdtempSync(join(tmpdir(), 'itchat-')), 'journal')
const message = (id: string) => ({ id, sent: { MsgId: id, Content: `text of ${id}` }, by: '' })
const messages = (...ids: string[]) => ids.map(message)
const idsOf = (received: readonly Received[]) => received.map(({ id }) => id)

const opened: Journal[] = []

async function openedFile(path: string): Promise<JournalFile> {
  const file = new JournalFile(path)
  await file.open()
  onTestFinished(() => file.close())
  return file
}

/** As the next process finds it. The one before is not closed: it was killed. */
async function find(path: string, file = new JournalFile(path)): Promise<Journal> {
  const journal = await Journal.open(file)
  opened.push(journal)
  return journal
}

async function reopen(path: string, owner = OWNER): Promise<Journal> {
  const journal = await find(path)
  await journal.begin(owner, same)
  return journal
}

afterEach(() => Promise.all(opened.splice(0).map((journal) => journal.close())))

describe('what was received', () => {
  test('comes again in the next process until it is done', async () => {
    const path = newPath()
    const first = await reopen(path)
    const [one, two] = await first.add(messages('1', '2', '3'), true)
    await first.started(one?.n ?? 0)
    await first.done(one?.n ?? 0)
    await first.started(two?.n ?? 0)
    const second = await reopen(path)
    expect(second.hasUnread).toBe(true)
    expect(await second.read(10)).toMatchObject([
      { id: '2', attempts: 1, stale: false, sent: { Content: 'text of 2' } },
      { id: '3', attempts: 0 },
    ])
    expect(second.hasUnread).toBe(false)
  })

  test('is not taken twice, whether it is done or not, also after a restart', async () => {
    const path = newPath()
    const first = await reopen(path)
    const [one] = await first.add(messages('1', '2'), true)
    await first.done(one?.n ?? 0)
    expect(await first.add(messages('1', '2'), true)).toEqual([])
    expect(idsOf(await first.add(messages('4', '4'), true))).toEqual(['4'])
    const second = await reopen(path)
    expect(await second.add(messages('1', '2', '3'), true)).toEqual([])
    expect(idsOf(await second.read(10))).toEqual(['2', '4', '3'])
  })

  test('without an id is never taken for another', async () => {
    const journal = await reopen(newPath())
    expect(await journal.add([message(''), message('')], true)).toHaveLength(2)
  })

  test('counts how often its handler was begun, over any number of restarts', async () => {
    const path = newPath()
    for (const attempts of [0, 1, 2, 3]) {
      const journal = await reopen(path)
      if (attempts === 0) await journal.add(messages('1'), true)
      const found = attempts === 0 ? [] : await journal.read(10)
      expect(found.map((one) => one.attempts)).toEqual(attempts === 0 ? [] : [attempts])
      await journal.started(1)
    }
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
    await (await reopen(path)).add(messages('1', '2'), true)
    truncateSync(path, statSync(path).size - 5)
    const journal = await find(path)
    expect(journal.damagedLines).toBe(0)
    await journal.begin(OWNER, same)
    expect(idsOf(await journal.read(10))).toEqual(['1'])
  })

  test('in which a write broke off after some records has each message once, done or not', async () => {
    const path = newPath()
    const first = await reopen(path)
    const whole = await first.add(messages('1', '2', '3'), true)
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    const [owner, ...records] = lines
    // As if the first write had ended in the second of three records, and the server had sent all three again.
    const again = records.map((_, index) => ({ ...whole[index], n: 4 + index }))
    const later = newPath()
    writeFileSync(later, `${owner}\n${records[0]}\n${records[1]?.slice(0, 30)}\n`)
    const { written } = await openedFile(later).then((file) => file.append([...again, { done: 4 }]))
    await written
    const journal = await reopen(later)
    expect(idsOf(await journal.read(10))).toEqual(['2', '3'])
  })

  test('with damage in it says so, and has the other records', async () => {
    const path = newPath()
    await (await reopen(path)).add(messages('1', '2', '3'), true)
    writeFileSync(path, readFileSync(path, 'utf8').replace('text of 2', 'text of 7'))
    const journal = await find(path)
    expect(journal.damagedLines).toBe(1)
    await journal.begin(OWNER, same)
    expect(idsOf(await journal.read(10))).toEqual(['1', '3'])
  })

  test('of strangers’ making never throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        const path = newPath()
        writeFileSync(path, bytes)
        const journal = await reopen(path)
        expect(await journal.read(10)).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  test('shrinks again: what is done leaves no more than its id', async () => {
    const path = newPath()
    const journal = await reopen(path)
    const long = { id: '', sent: { Content: 'x'.repeat(100_000) }, by: '' }
    for (let round = 0; round < 200; round++) {
      for (const { n } of await journal.add([long], true)) await journal.done(n)
    }
    expect(statSync(path).size).toBeLessThan(5 * 1024 * 1024)
  })

  test('that cannot be written anew goes on growing; what comes is handed out all the same', async () => {
    const path = newPath()
    const journal = await reopen(path)
    mkdirSync(`${path}.new`)
    const long = 'x'.repeat(1_000_000)
    for (let round = 0; round < 12; round++) {
      const found = await journal.add([{ id: `${round}`, sent: { Content: long }, by: '' }], true)
      expect(idsOf(found)).toEqual([`${round}`])
      await journal.done(found[0]?.n ?? 0)
    }
    expect(statSync(path).size).toBeGreaterThan(12_000_000)
    rmdirSync(`${path}.new`)
    for (let round = 12; round < 20; round++)
      await journal.add([{ id: `${round}`, sent: { Content: long }, by: '' }], true)
    expect(statSync(path).size).toBeLessThan(16_000_000)
  })

  test('that is sealed shows nothing, and opens with the same key alone', async () => {
    const path = newPath()
    const keys = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
    const [seal, other] = keys.map((key) => sealWith(key, 'journal'))
    const first = await find(path, new JournalFile(path, seal))
    await first.begin(OWNER, same)
    await first.add(messages('1'), true)
    expect(readFileSync(path, 'latin1')).not.toContain('text of')
    const stranger = await find(path, new JournalFile(path, other))
    expect([stranger.size, stranger.damagedLines]).toEqual([0, 2])
    const second = await find(path, new JournalFile(path, seal))
    expect(second.size).toBe(1)
  })
})

describe('when memory is full', () => {
  test('what comes is handed out later, in order, with what came since', async () => {
    const journal = await reopen(newPath())
    expect(idsOf(await journal.add(messages('1'), true))).toEqual(['1'])
    expect(await journal.add(messages('2', '3'), false)).toEqual([])
    expect(await journal.add(messages('4'), true)).toEqual([])
    expect(idsOf(await journal.read(2))).toEqual(['2', '3'])
    await journal.add(messages('5'), true)
    expect(idsOf(await journal.read(2))).toEqual(['4', '5'])
    expect(journal.hasUnread).toBe(false)
    expect(idsOf(await journal.add(messages('6'), true))).toEqual(['6'])
  })

  test('the file may be written anew in between', async () => {
    const journal = await reopen(newPath())
    const long = 'x'.repeat(1_000_000)
    await journal.add([{ id: 'spilled', sent: { Content: 'kept' }, by: '' }], false)
    for (let n = 0; n < 12; n++) {
      const found = await journal.add([{ id: `${n}`, sent: { Content: long }, by: '' }], false)
      expect(found).toEqual([])
    }
    const all: string[] = []
    while (journal.hasUnread) {
      for (const { n, id } of await journal.read(1)) {
        all.push(id)
        await journal.started(n)
        await journal.done(n)
      }
      await journal.add([], true)
    }
    expect(all).toEqual(['spilled', ...Array.from({ length: 12 }, (_, n) => `${n}`)])
  })
})

describe('another session', () => {
  test('finds what is not done brought up to date, once', async () => {
    const path = newPath()
    await (await reopen(path)).add(messages('1'), true)
    const renewals: string[] = []
    const next = { ...OWNER, session: 'b', self: '@new' }
    for (const _ of [1, 2]) {
      const journal = await find(path)
      await journal.begin(next, (received, former) => {
        renewals.push(former.self)
        return { ...received, stale: true, sent: { Content: 'renewed' } }
      })
      expect(await journal.read(10)).toMatchObject([{ id: '1', stale: true, sent: { Content: 'renewed' } }])
    }
    expect(renewals).toEqual(['@me'])
  })

  test('in the same process leaves alone what is being handled', async () => {
    const journal = await reopen(newPath())
    const [one] = await journal.add(messages('1', '2'), true)
    await journal.started(one?.n ?? 0)
    await journal.begin({ ...OWNER, session: 'b' }, same)
    expect(idsOf(await journal.read(10))).toEqual(['2'])
    await journal.done(one?.n ?? 0)
    expect(journal.size).toBe(1)
  })
})

test('one hand-out of a message begins: not the one of a session before, nor a second', async () => {
  const journal = await reopen(newPath())
  const [before] = await journal.add(messages('1'), true)
  await journal.begin({ ...OWNER, session: 'b' }, same)
  const [now] = await journal.read(10)
  const n = now?.n ?? 0
  expect(before?.n).toBe(n)
  expect(await journal.started(n, before?.term)).toBe(false)
  expect(await journal.started(n, now?.term)).toBe(true)
  expect(await journal.started(n, now?.term)).toBe(false)
  await journal.done(n)
  expect(await journal.started(n, now?.term)).toBe(false)
})

test('whatever is done to it, and wherever it is cut after what was promised, nothing is lost and nothing done comes back', async () => {
  const step = fc.oneof(
    fc.record({ add: fc.integer({ min: 1, max: 4 }), hasRoom: fc.boolean() }),
    fc.record({ finish: fc.nat(5) }),
    fc.record({ read: fc.integer({ min: 1, max: 3 }) }),
    fc.constant({ session: true }),
    fc.record({ kill: fc.nat(40) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const path = newPath()
      let journal = await reopen(path)
      let [next, session] = [1, 0]
      /** Received and not done, in order; and those of them that this process has in hand. */
      const open: string[] = []
      let held: Received[] = []
      for (const one of steps) {
        if ('add' in one) {
          const ids = Array.from({ length: one.add }, () => `${next++}`)
          held.push(...(await journal.add(messages(...ids), one.hasRoom)))
          open.push(...ids)
        } else if ('read' in one) held.push(...(await journal.read(one.read)))
        else if ('finish' in one) {
          const [done] = held.splice(one.finish % Math.max(1, held.length), 1)
          if (!done) continue
          await journal.started(done.n)
          await journal.done(done.n)
          open.splice(open.indexOf(done.id), 1)
        } else {
          if ('kill' in one) {
            // A write that was under way when the process died.
            appendFileSync(path, `0badc0de {"n":999,"id":"torn","sent":{}}`.slice(0, one.kill))
            journal = await find(path)
          } else session++
          await journal.begin({ ...OWNER, session: `${session}` }, same)
          held = []
        }
        expect(journal.size).toBe(open.length)
      }
      while (journal.hasUnread) held.push(...(await journal.read(2)))
      expect(idsOf(held).sort()).toEqual([...open].sort())
    }),
    { numRuns: 60 },
  )
})
