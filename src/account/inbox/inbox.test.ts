import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { entryOf } from '../../../test/support/contact.js'
import { ManualClock } from '../../../test/support/manual-clock.js'
import { MemoryJournal } from '../../../test/support/memory-journal.js'
import fc from '../../../test/support/property.js'
import type { ContactActions } from '../../contact/actions.js'
import type { Message, MessageActions } from '../../message/message.js'
import { readBatch } from '../../transports/web/decode/batch.js'
import { readEnvelope } from '../../transports/web/decode/envelope.js'
import { decodeMessage } from '../../transports/web/decode/message.js'
import { systemClock } from '../../util/clock.js'
import { ContactBook } from '../contacts/contact-book.js'
import type { Journal } from '../persistence/journal.js'
import { Inbox } from './inbox.js'
import type { MessageDelivery } from './message-delivery.js'

const transport = () => ({ read: (sent: unknown) => readEnvelope(sent, '@me'), decode: decodeMessage })

test('yields to the event loop while 5,000 contacts change in one sync', async () => {
  const book = new ContactBook({} as ContactActions)
  book.reset(entryOf({ UserName: '@me', NickName: 'Bot' }))
  let turns = 0
  let isDone = false
  const count = () => {
    turns++
    if (!isDone) setImmediate(count)
  }
  const emitted: number[] = []
  const inbox = new Inbox({
    transport,
    clock: systemClock,
    closing: new AbortController().signal,
    book,
    actions: {} as MessageActions,
    push: () => {},
    journal: () => undefined,
    onPoison: async () => {},
    settle: async () => {},
    onContacts: (changes) => emitted.push(changes.changed.length),
    onRevealed: () => {},
    onError: (error) => {
      throw error
    },
  })
  const syncKey = { Count: 1, List: [{ Key: 1, Val: 1 }] }
  const contacts = Array.from({ length: 5_000 }, (_, n) => ({ UserName: `@${n}`, NickName: `${n}`, ContactFlag: 1 }))
  setImmediate(count)
  const batch = { messages: [], contacts, removed: [], members: [], more: false, syncKey, syncCheckKey: syncKey }
  await inbox.deliver(readBatch(batch, '@me'))
  isDone = true
  expect(turns).toBeGreaterThanOrEqual(50)
  expect(emitted).toEqual([5_000])
})

test('delivers the valid messages in a batch in order, regardless of other JSON values in it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue()), fc.array(fc.jsonValue()), async (before, contacts) => {
      const book = new ContactBook({} as ContactActions)
      book.reset(entryOf({ UserName: '@me', NickName: 'Bot' }))
      const delivered: Message[] = []
      const inbox = new Inbox({
        transport,
        clock: systemClock,
        closing: new AbortController().signal,
        book,
        actions: {} as MessageActions,
        push: (message) => delivered.push(message),
        journal: () => undefined,
        onPoison: async () => {},
        settle: async () => {},
        onContacts: () => {},
        onRevealed: () => {},
        onError: (error) => {
          throw error
        },
      })
      const valid = (MsgId: string) => ({ MsgId, MsgType: 1, FromUserName: '@f', ToUserName: '@me', Content: MsgId })
      const syncKey = { Count: 1, List: [{ Key: 1, Val: 1 }] }
      const batch = {
        messages: [valid('1'), ...before, valid('2')],
        contacts,
        removed: [],
        members: contacts,
        more: false,
        syncKey,
        syncCheckKey: syncKey,
      }
      await inbox.deliver(readBatch(batch, '@me'))
      // This also delivers messages that are waiting for names.
      inbox.endSession()
      const texts = delivered.filter((message) => message.FromUserName === '@f').map((message) => message.Content)
      expect([texts[0], texts.at(-1)]).toEqual(['1', '2'])
      expect(delivered.length).toBeGreaterThanOrEqual(before.length + 2)
    }),
  )
})

describe('a journal', () => {
  const envelope = readEnvelope({ MsgId: '1', MsgType: 1, FromUserName: '@me', Content: 'x' }, '@me')

  function setup() {
    const book = new ContactBook({} as ContactActions)
    book.reset(entryOf({ UserName: '@me', NickName: 'Bot' }))
    const clock = new ManualClock(0)
    const errors: unknown[] = []
    const deliveries: MessageDelivery[] = []
    const current: { journal: Journal | undefined } = { journal: undefined }
    const inbox = new Inbox({
      transport,
      clock,
      closing: new AbortController().signal,
      book,
      actions: {} as MessageActions,
      push: (_, delivery) => void (delivery && deliveries.push(delivery)),
      journal: () => current.journal,
      onPoison: async () => {},
      settle: async () => {},
      onContacts: () => {},
      onRevealed: () => {},
      onError: (error) => errors.push(error),
    })
    return { inbox, clock, errors, deliveries, current }
  }

  /** A journal with a message from the previous process. */
  async function journalWithMessage(): Promise<MemoryJournal> {
    const journal = new MemoryJournal()
    await journal.begin({ account: '1', session: 'a', self: '@me' }, (received) => received)
    await journal.add([{ ...envelope, by: '' }], '')
    await journal.begin({ account: '1', session: 'a', self: '@me' }, (received) => received)
    return journal
  }

  test('that hangs does not block its replacement', async () => {
    const { inbox, deliveries, current } = setup()
    const [hanging, next] = [await journalWithMessage(), await journalWithMessage()]
    hanging.take = () => new Promise(() => {})
    current.journal = hanging
    inbox.refill()
    current.journal = next
    inbox.refill()
    await turn()
    expect(deliveries).toHaveLength(1)
  })

  test('with a failing giveBack(): the call is retried until it succeeds, and the failure is reported once', async () => {
    const { inbox, clock, errors, deliveries, current } = setup()
    const journal = await journalWithMessage()
    current.journal = journal
    const giveBack = journal.giveBack.bind(journal)
    let failures = 2
    journal.giveBack = async (n) => {
      if (failures-- > 0) throw new Error('not now')
      await giveBack(n)
    }
    inbox.refill()
    await turn()
    await deliveries[0]?.started(false)
    await deliveries[0]?.held()
    const givenBack = deliveries[0]?.giveBack()
    for (let tries = 0; tries < 3; tries++) {
      await turn()
      clock.advance(60_000)
    }
    await givenBack
    await turn()
    expect(errors).toEqual([new Error('not now')])
    expect(deliveries).toHaveLength(2)
  })

  test('with a failing take(): the call is retried until it succeeds, and the failure is reported once', async () => {
    const { inbox, clock, errors, deliveries, current } = setup()
    const journal = await journalWithMessage()
    current.journal = journal
    const take = journal.take.bind(journal)
    let failures = 2
    journal.take = async () => {
      if (failures-- > 0) throw new Error('not now')
      return take()
    }
    inbox.refill()
    for (let tries = 0; tries < 3; tries++) {
      await turn()
      clock.advance(60_000)
    }
    expect(errors).toEqual([new Error('not now')])
    expect(deliveries).toHaveLength(1)
  })
})

test.each([
  ['with a journal', new MemoryJournal()],
  ['without a journal', undefined],
])('delivers a message once that is received again under another id, %s', async (_, journal) => {
  const book = new ContactBook({} as ContactActions)
  book.reset(entryOf({ UserName: '@me', NickName: 'Bot' }))
  const delivered: string[] = []
  const inbox = new Inbox({
    transport,
    clock: systemClock,
    closing: new AbortController().signal,
    book,
    actions: {} as MessageActions,
    push: ({ MsgId }) => delivered.push(MsgId),
    journal: () => journal,
    onPoison: async () => {},
    settle: async () => {},
    onContacts: () => {},
    onRevealed: () => {},
    onError: (error) => {
      throw error
    },
  })
  const message = (MsgId: string, ...aliases: string[]) => {
    const sent = { MsgId, MsgType: 1, FromUserName: '@f', ToUserName: '@me', Content: 'the same' }
    return { ...readEnvelope(sent, '@me'), aliases }
  }
  const batch = (...messages: ReturnType<typeof message>[]) =>
    inbox.deliver({ messages, contacts: [], members: [], removed: [], cursor: '' })
  await batch(message('1', 'client 1', 'print 1'), message('2', 'client 2', 'print 1'))
  await batch(message('3', 'client 1', 'print 3'), message('4', 'client 4', 'print 4'))
  await batch(message('client 4'), message('5'), message('4', 'client 6'))
  expect(delivered).toEqual(['1', '4', '5'])
})
