import { describe, expect, test } from 'vitest'
import type { Journal } from '../../src/account/persistence/journal.js'
import type { Received } from '../../src/account/persistence/journal-record.js'

const OWNER = { account: '1', session: 'a', self: '@me' }
const NEXT = { ...OWNER, session: 'b', self: '@new' }
const same = (received: Received) => received
const message = (id: string, chat = 'chat') => ({ id, chat, timeMs: 7, sent: { Content: `text of ${id}` }, by: 'Jo' })
const messages = (...ids: string[]) => ids.map((id) => message(id))
const idsOf = (received: readonly Received[]) => received.map(({ id }) => id)

export interface JournalPlace {
  /** The journal as a process finds it; the one before was killed, if it was not closed. */
  reopen(): Promise<Journal>
}

/**
 * What the account relies on in every journal.
 *
 * @param make an empty place
 */
export function journalContract(name: string, make: () => JournalPlace): void {
  describe(name, () => {
    /** `next` is another process, which goes on with the session of the first one. */
    async function begun() {
      const place = make()
      const next = async () => {
        const journal = await place.reopen()
        await journal.begin(OWNER, same)
        return journal
      }
      return { place, next, journal: await next() }
    }
    /** The first message that is added, with its handler begun. */
    async function handling(journal: Journal, ...ids: string[]) {
      const [first] = await journal.add(messages(...ids), 'cursor')
      if (!first) throw new Error('nothing is handed out')
      expect(await journal.started(first.n, first.term, false)).toBe(true)
      return first
    }

    test('is empty at first', async () => {
      const journal = await make().reopen()
      expect([journal.owner, journal.cursor, journal.size, journal.inFlight, journal.canTake]).toEqual([
        undefined,
        undefined,
        0,
        0,
        false,
      ])
    })

    test('hands out what is new, in order, and again to the next process until it is done', async () => {
      const { journal, next } = await begun()
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

    test('knows ids that come again, done or not, also in the next process; a message without an id is always new', async () => {
      const { journal, next } = await begun()
      const [one] = await journal.add(messages('1', '2', '2', ''), 'cursor')
      await journal.done(one?.n ?? 0)
      expect(idsOf(await journal.add(messages('1', '2', ''), 'cursor'))).toEqual([''])
      const second = await next()
      expect(idsOf(await second.take())).toEqual(['2', '', ''])
      expect(idsOf(await second.add(messages('2', '3', '1'), 'cursor'))).toEqual(['3'])
    })

    test('has the position with the messages, and after `sync` also that of a batch without news', async () => {
      const { journal, place } = await begun()
      expect(journal.cursor).toBeUndefined()
      await journal.add(messages('1'), 'one')
      expect([journal.cursor, (await place.reopen()).cursor]).toEqual(['one', 'one'])
      const again = await place.reopen()
      await again.begin(OWNER, same)
      expect(await again.add(messages('1'), 'two')).toEqual([])
      await again.sync()
      expect([again.cursor, (await place.reopen()).cursor]).toEqual(['two', 'two'])
    })

    test('keeps the position while the session goes on, and forgets it with the next session', async () => {
      const { journal, place } = await begun()
      await journal.add(messages('1'), 'one')
      await journal.begin({ ...OWNER, self: '@renamed' }, same)
      expect(journal.cursor).toBe('one')
      await journal.begin(NEXT, same)
      expect([journal.cursor, (await place.reopen()).cursor]).toEqual([undefined, undefined])
    })

    test.each([
      ['alone', true, [1, 2, 3, 4]],
      ['beside others, which does not show the cause', false, [1, 2, 2, 2]],
    ])('counts how often a handler was begun %s by a process that died', async (_, isAlone, expected) => {
      const { journal, next } = await begun()
      await journal.add(messages('1'), 'cursor')
      const counts: number[] = []
      for (const _attempt of expected) {
        const [one] = await (await next()).take()
        const process = await next()
        const [again] = await process.take()
        expect(again?.attempts).toBe(one?.attempts)
        await process.started(again?.n ?? 0, again?.term ?? 0, isAlone)
        counts.push((await (await next()).take())[0]?.attempts ?? 0)
      }
      expect(counts).toEqual(expected)
    })

    test('hands out first what was interrupted, where nothing of its conversation precedes it', async () => {
      const { journal, next } = await begun()
      const out = await journal.add(
        [message('1', 'a'), message('2', 'b'), message('3', 'a'), message('4', 'c')],
        'cursor',
      )
      for (const { n, term, id } of out) if (id === '3' || id === '4') await journal.started(n, term, false)
      expect(idsOf(await (await next()).take())).toEqual(['4', '1', '2', '3'])
    })

    test('a held message counts no attempt, is not handed out again by this process, and comes to the next one', async () => {
      const { journal, next } = await begun()
      const { n, term } = await handling(journal, '1')
      expect(journal.inFlight).toBe(1)
      await journal.held(n)
      expect([journal.inFlight, journal.size, await journal.started(n, term, false)]).toEqual([0, 1, false])
      await journal.begin(NEXT, same)
      expect([journal.canTake, await journal.take()]).toEqual([false, []])
      expect(await (await next()).take()).toMatchObject([{ id: '1', attempts: 0 }])
    })

    test('a held message keeps the attempts of before', async () => {
      const { journal, next } = await begun()
      await handling(journal, '1')
      const second = await next()
      const [one] = await second.take()
      await second.started(one?.n ?? 0, one?.term ?? 0, false)
      await second.held(one?.n ?? 0)
      expect(await (await next()).take()).toMatchObject([{ id: '1', attempts: 1 }])
    })

    test('a held message is done in the end, also in a later session', async () => {
      const { journal, next } = await begun()
      const { n } = await handling(journal, '1')
      await journal.held(n)
      await journal.begin(NEXT, same)
      expect([await journal.done(n), journal.size]).toEqual([true, 0])
      expect((await next()).size).toBe(0)
    })

    test('a message that is given back waits for `take`, once, and may begin again', async () => {
      const { journal } = await begun()
      const { n } = await handling(journal, '1', '2')
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

    test('one hand-out of a message begins: not that of a session before, nor a second, nor after it is done', async () => {
      const { journal } = await begun()
      const [before] = await journal.add(messages('1'), 'cursor')
      await journal.begin(NEXT, same)
      const [now] = await journal.take()
      const begin = (received: Received | undefined) => journal.started(received?.n ?? 0, received?.term ?? 0, false)
      expect([await begin(before), await begin(now), await begin(now)]).toEqual([false, true, false])
      await journal.done(now?.n ?? 0)
      expect(await begin(now)).toBe(false)
    })

    test('a session leaves alone what is handled', async () => {
      const { journal } = await begun()
      const { n } = await handling(journal, '1', '2')
      await journal.begin(NEXT, same)
      expect(idsOf(await journal.take())).toEqual(['2'])
      await journal.done(n)
      expect(journal.size).toBe(1)
    })

    test('a session brings up to date what is not done, once', async () => {
      const { journal, place } = await begun()
      await journal.add(messages('1'), 'cursor')
      const formers: unknown[] = []
      for (const _process of [1, 2]) {
        const later = await place.reopen()
        await later.begin(NEXT, (received, former) => {
          formers.push(former?.self)
          return former ? { ...received, chat: 'renewed', stale: true, sent: { Content: 'renewed' } } : received
        })
        expect(await later.take()).toMatchObject([{ chat: 'renewed', stale: true, sent: { Content: 'renewed' } }])
      }
      expect(formers).toEqual(['@me', undefined])
    })

    test('with messages of one account is not begun for another one, unless it is cleared', async () => {
      const { journal, place } = await begun()
      await journal.add(messages('1'), 'cursor')
      const other = await place.reopen()
      await expect(other.begin({ ...OWNER, account: '2' }, same)).rejects.toThrow()
      expect([other.owner, other.size]).toEqual([OWNER, 1])
      await other.clear()
      expect([other.owner, other.cursor, other.size, other.canTake]).toEqual([undefined, undefined, 0, false])
      await other.begin({ ...OWNER, account: '2' }, same)
      expect(idsOf(await other.add(messages('1'), 'cursor'))).toEqual(['1'])
      expect([(await place.reopen()).owner?.account, (await place.reopen()).size]).toEqual(['2', 1])
    })

    test('what was sent here is not handled, whether it came already or not, unless its handler runs', async () => {
      const { journal, next } = await begun()
      await handling(journal, '1', '2')
      for (const id of ['1', '2', '3']) await journal.remember(id)
      expect(await journal.add(messages('3'), 'cursor')).toEqual([])
      const second = await next()
      expect([idsOf(await second.take()), await second.add(messages('3'), 'cursor')]).toEqual([['1'], []])
    })

    test('what is postponed waits for the next session', async () => {
      const { journal } = await begun()
      const [one] = await journal.add(messages('1'), 'cursor')
      journal.postpone(one?.n ?? 0)
      expect([journal.canTake, journal.size]).toEqual([false, 1])
      await journal.begin(NEXT, same)
      expect(idsOf(await journal.take())).toEqual(['1'])
    })

    test('is idle when nothing is in flight', async () => {
      const { journal } = await begun()
      await journal.idle()
      const { n } = await handling(journal, '1')
      const steps: string[] = []
      const idle = journal.idle().then(() => steps.push('idle'))
      await journal.sync()
      steps.push('done')
      await journal.done(n)
      await idle
      expect(steps).toEqual(['done', 'idle'])
    })

    test.each(['close', 'discard'] as const)(
      'records nothing after `%s`: a message that is done then comes again',
      async (end) => {
        const { journal, next } = await begun()
        const { n } = await handling(journal, '1')
        await journal.held(n)
        await journal[end]()
        expect(await journal.done(n)).toBe(false)
        await expect(journal.add(messages('2'), 'cursor')).rejects.toThrow()
        expect(idsOf(await (await next()).take())).toEqual(['1'])
      },
    )
  })
}
