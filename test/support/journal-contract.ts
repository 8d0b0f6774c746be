import { describe, expect, test } from 'vitest'
import type { Journal } from '../../src/account/persistence/journal.js'
import type { Received } from '../../src/account/persistence/journal-record.js'

const OWNER = { account: '1', session: 'a', self: '@me' }
const NEXT = { ...OWNER, session: 'b', self: '@new' }
const unchanged = (received: Received) => received
const message = (id: string, chat = 'chat') => ({ id, chat, timeMs: 7, sent: { Content: `text of ${id}` }, by: 'Jo' })
const messages = (...ids: string[]) => ids.map((id) => message(id))
const idsOf = (received: readonly Received[]) => received.map(({ id }) => id)

export interface JournalPlace {
  /** Opens the journal as a new process would. A previous process that has not closed the journal counts as killed. */
  reopen(): Promise<Journal>
}

/**
 * Tests the behavior that the account requires of every journal.
 *
 * @param make creates an empty place
 */
export function journalContract(name: string, make: () => JournalPlace): void {
  describe(name, () => {
    /** Begins a session. `next` opens the journal in another process that continues the session. */
    async function beginSession() {
      const place = make()
      const next = async () => {
        const journal = await place.reopen()
        await journal.begin(OWNER, unchanged)
        return journal
      }
      return { place, next, journal: await next() }
    }
    /** Adds messages and starts the handler for the first one; resolves to that message. */
    async function startHandling(journal: Journal, ...ids: string[]) {
      const [first] = await journal.add(messages(...ids), 'cursor')
      if (!first) throw new Error('No message was returned.')
      expect(await journal.started(first.n, first.term, false)).toBe(true)
      return first
    }

    test('is initially empty', async () => {
      const journal = await make().reopen()
      expect([journal.owner, journal.cursor, journal.size, journal.inFlight, journal.canTake]).toEqual([
        undefined,
        undefined,
        0,
        0,
        false,
      ])
    })

    test('returns new messages in order, and again to the next process until they are done', async () => {
      const { journal, next } = await beginSession()
      const added = await journal.add(messages('1', '2', '3'), 'cursor')
      expect(added).toMatchObject([
        { ...message('1'), stale: false, attempts: 0 },
        { ...message('2'), stale: false, attempts: 0 },
        { ...message('3'), stale: false, attempts: 0 },
      ])
      expect([journal.size, journal.canTake, await journal.take()]).toEqual([3, false, []])
      expect(await journal.done(added[0]?.n ?? 0)).toBe(true)
      const second = await next()
      expect([second.owner, second.size, second.canTake]).toEqual([OWNER, 2, true])
      expect(await second.take()).toMatchObject([message('2'), message('3')])
      expect(second.canTake).toBe(false)
    })

    test('drops messages with repeated ids, even in the next process; a message without an id is always new', async () => {
      const { journal, next } = await beginSession()
      const [message] = await journal.add(messages('1', '2', '2', ''), 'cursor')
      await journal.done(message?.n ?? 0)
      expect(idsOf(await journal.add(messages('1', '2', ''), 'cursor'))).toEqual([''])
      const second = await next()
      expect(idsOf(await second.take())).toEqual(['2', '', ''])
      expect(idsOf(await second.add(messages('2', '3', '1'), 'cursor'))).toEqual(['3'])
    })

    test('drops messages redelivered under another id, even in the next process and after they are done', async () => {
      const { journal, next } = await beginSession()
      const [first] = await journal.add([{ ...message('1'), aliases: ['client 1', 'print 1'] }], 'cursor')
      await journal.done(first?.n ?? 0)
      await journal.add([{ ...message(''), aliases: ['print 2'] }], 'cursor')
      const repeats = [
        { ...message('9'), aliases: ['client 9', 'print 1'] },
        message('client 1'),
        { ...message(''), aliases: ['print 2'] },
        { ...message('8'), aliases: ['1'] },
      ]
      const fresh = [
        { ...message('3'), aliases: ['print 3'] },
        { ...message('4'), aliases: ['print 3'] },
        { ...message(''), aliases: [] },
      ]
      expect(await journal.add(repeats, 'cursor')).toEqual([])
      // A new session rewrites the file.
      const second = await next()
      expect(await second.take()).toMatchObject([{ id: '', aliases: ['print 2'] }])
      expect(await second.add(repeats, 'cursor')).toEqual([])
      expect(idsOf(await second.add(fresh, 'cursor'))).toEqual(['3', ''])
      const third = await next()
      await third.add(repeats, 'cursor')
      expect(idsOf(await third.take())).toEqual(['', '3', ''])
    })

    test('stores the cursor with the messages; `sync` also stores the cursor of a batch without new messages', async () => {
      const { journal, place } = await beginSession()
      expect(journal.cursor).toBeUndefined()
      await journal.add(messages('1'), 'one')
      expect([journal.cursor, (await place.reopen()).cursor]).toEqual(['one', 'one'])
      const again = await place.reopen()
      await again.begin(OWNER, unchanged)
      expect(await again.add(messages('1'), 'two')).toEqual([])
      await again.sync()
      expect([again.cursor, (await place.reopen()).cursor]).toEqual(['two', 'two'])
    })

    test('keeps the cursor within a session and drops it when another session begins', async () => {
      const { journal, place } = await beginSession()
      await journal.add(messages('1'), 'one')
      await journal.begin({ ...OWNER, self: '@renamed' }, unchanged)
      expect(journal.cursor).toBe('one')
      await journal.begin(NEXT, unchanged)
      expect([journal.cursor, (await place.reopen()).cursor]).toEqual([undefined, undefined])
    })

    test.each([
      ['alone', true, [1, 2, 3, 4]],
      ['alongside others, so that the cause is unclear', false, [1, 2, 2, 2]],
    ])('counts the attempts of processes that died while the handler was running %s', async (_, isAlone, expected) => {
      const { journal, next } = await beginSession()
      await journal.add(messages('1'), 'cursor')
      const counts: number[] = []
      for (const _attempt of expected) {
        const [before] = await (await next()).take()
        const process = await next()
        const [message] = await process.take()
        expect(message?.attempts).toBe(before?.attempts)
        await process.started(message?.n ?? 0, message?.term ?? 0, isAlone)
        counts.push((await (await next()).take())[0]?.attempts ?? 0)
      }
      expect(counts).toEqual(expected)
    })

    test('returns interrupted messages first, unless an earlier message in their conversation is pending', async () => {
      const { journal, next } = await beginSession()
      const added = await journal.add(
        [message('1', 'a'), message('2', 'b'), message('3', 'a'), message('4', 'c')],
        'cursor',
      )
      for (const { n, term, id } of added) if (id === '3' || id === '4') await journal.started(n, term, false)
      expect(idsOf(await (await next()).take())).toEqual(['4', '1', '2', '3'])
    })

    test('an attempt that ends with `held` is not counted, and its message is returned again only to the next process', async () => {
      const { journal, next } = await beginSession()
      const { n, term } = await startHandling(journal, '1')
      expect(journal.inFlight).toBe(1)
      await journal.held(n)
      expect([journal.inFlight, journal.size, await journal.started(n, term, false)]).toEqual([0, 1, false])
      await journal.begin(NEXT, unchanged)
      expect([journal.canTake, await journal.take()]).toEqual([false, []])
      expect(await (await next()).take()).toMatchObject([{ id: '1', attempts: 0 }])
    })

    test('a held message keeps its earlier attempts', async () => {
      const { journal, next } = await beginSession()
      await startHandling(journal, '1')
      const second = await next()
      const [message] = await second.take()
      await second.started(message?.n ?? 0, message?.term ?? 0, false)
      await second.held(message?.n ?? 0)
      expect(await (await next()).take()).toMatchObject([{ id: '1', attempts: 1 }])
    })

    test('a held message can be marked as done, even in a later session', async () => {
      const { journal, next } = await beginSession()
      const { n } = await startHandling(journal, '1')
      await journal.held(n)
      await journal.begin(NEXT, unchanged)
      expect([await journal.done(n), journal.size]).toEqual([true, 0])
      expect((await next()).size).toBe(0)
    })

    test('a message that is given back is returned by `take` only once and can be started again', async () => {
      const { journal } = await beginSession()
      const { n } = await startHandling(journal, '1', '2')
      await journal.giveBack(n)
      expect(journal.canTake).toBe(false)
      await journal.held(n)
      await journal.giveBack(n)
      await journal.giveBack(n)
      expect(journal.canTake).toBe(true)
      const [again, ...others] = await journal.take()
      expect([again?.id, others, journal.canTake]).toEqual(['1', [], false])
      expect(await journal.started(again?.n ?? 0, again?.term ?? 0, false)).toBe(true)
    })

    test('a message can be started only once, only in the current session, and not after it is done', async () => {
      const { journal } = await beginSession()
      const [earlier] = await journal.add(messages('1'), 'cursor')
      await journal.begin(NEXT, unchanged)
      const [current] = await journal.take()
      const begin = (received: Received | undefined) => journal.started(received?.n ?? 0, received?.term ?? 0, false)
      expect([await begin(earlier), await begin(current), await begin(current)]).toEqual([false, true, false])
      await journal.done(current?.n ?? 0)
      expect(await begin(current)).toBe(false)
    })

    test('a new session does not return messages whose handlers are running', async () => {
      const { journal } = await beginSession()
      const { n } = await startHandling(journal, '1', '2')
      await journal.begin(NEXT, unchanged)
      expect(idsOf(await journal.take())).toEqual(['2'])
      await journal.done(n)
      expect(journal.size).toBe(1)
    })

    test('a new session updates the pending messages only once', async () => {
      const { journal, place } = await beginSession()
      await journal.add(messages('1'), 'cursor')
      const formerOwners: unknown[] = []
      for (const _process of [1, 2]) {
        const later = await place.reopen()
        await later.begin(NEXT, (received, former) => {
          formerOwners.push(former?.self)
          return former ? { ...received, chat: 'renewed', stale: true, sent: { Content: 'renewed' } } : received
        })
        expect(await later.take()).toMatchObject([{ chat: 'renewed', stale: true, sent: { Content: 'renewed' } }])
      }
      expect(formerOwners).toEqual(['@me', undefined])
    })

    test('rejects another account until the messages of the first account have been cleared', async () => {
      const { journal, place } = await beginSession()
      await journal.add(messages('1'), 'cursor')
      const other = await place.reopen()
      await expect(other.begin({ ...OWNER, account: '2' }, unchanged)).rejects.toThrow()
      expect([other.owner, other.size]).toEqual([OWNER, 1])
      await other.clear()
      expect([other.owner, other.cursor, other.size, other.canTake]).toEqual([undefined, undefined, 0, false])
      await other.begin({ ...OWNER, account: '2' }, unchanged)
      expect(idsOf(await other.add(messages('1'), 'cursor'))).toEqual(['1'])
      expect([(await place.reopen()).owner?.account, (await place.reopen()).size]).toEqual(['2', 1])
    })

    test('`remember` drops a sent message, whether or not it has been received, unless its handler is running', async () => {
      const { journal, next } = await beginSession()
      await startHandling(journal, '1', '2')
      for (const id of ['1', '2', '3']) await journal.remember(id)
      expect(await journal.add(messages('3'), 'cursor')).toEqual([])
      const second = await next()
      expect([idsOf(await second.take()), await second.add(messages('3'), 'cursor')]).toEqual([['1'], []])
    })

    test('a postponed message is not returned before the next session', async () => {
      const { journal } = await beginSession()
      const [message] = await journal.add(messages('1'), 'cursor')
      journal.postpone(message?.n ?? 0)
      expect([journal.canTake, journal.size]).toEqual([false, 1])
      await journal.begin(NEXT, unchanged)
      expect(idsOf(await journal.take())).toEqual(['1'])
    })

    test('becomes idle when no message is in flight', async () => {
      const { journal } = await beginSession()
      await journal.idle()
      const { n } = await startHandling(journal, '1')
      const steps: string[] = []
      const idle = journal.idle().then(() => steps.push('idle'))
      await journal.sync()
      steps.push('done')
      await journal.done(n)
      await idle
      expect(steps).toEqual(['done', 'idle'])
    })

    test.each(['close', 'discard'] as const)(
      'records nothing after `%s`: a message that is done later is returned again',
      async (end) => {
        const { journal, next } = await beginSession()
        const { n } = await startHandling(journal, '1')
        await journal.held(n)
        await journal[end]()
        expect(await journal.done(n)).toBe(false)
        await expect(journal.add(messages('2'), 'cursor')).rejects.toThrow()
        expect(idsOf(await (await next()).take())).toEqual(['1'])
      },
    )
  })
}
