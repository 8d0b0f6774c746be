import { expect, test } from 'vitest'
import { entryOf } from '../../../test/support/contact.js'
import fc from '../../../test/support/property.js'
import type { ContactActions } from '../../contact/actions.js'
import type { Message, MessageActions } from '../../message/message.js'
import { readBatch } from '../../transports/web/decode/batch.js'
import { readEnvelope } from '../../transports/web/decode/envelope.js'
import { decodeMessage } from '../../transports/web/decode/message.js'
import { systemClock } from '../../util/clock.js'
import { ContactBook } from '../contacts/contact-book.js'
import { Inbox } from './inbox.js'

const transport = () => ({ read: (sent: unknown) => readEnvelope(sent, '@me'), decode: decodeMessage })

test('5,000 contacts that change in one sync leave the event loop its turns', async () => {
  const book = new ContactBook({} as ContactActions)
  book.reset(entryOf({ UserName: '@me', NickName: 'Bot' }))
  let turns = 0
  let isDone = false
  const count = () => {
    turns++
    if (!isDone) setImmediate(count)
  }
  const told: number[] = []
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
    onContacts: (news) => told.push(news.changed.length),
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
  expect(told).toEqual([5_000])
})

test('any JSON in place of a message never stops the batch: the others are delivered, in order', async () => {
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
      const good = (MsgId: string) => ({ MsgId, MsgType: 1, FromUserName: '@f', ToUserName: '@me', Content: MsgId })
      const syncKey = { Count: 1, List: [{ Key: 1, Val: 1 }] }
      const batch = {
        messages: [good('1'), ...before, good('2')],
        contacts,
        removed: [],
        members: contacts,
        more: false,
        syncKey,
        syncCheckKey: syncKey,
      }
      await inbox.deliver(readBatch(batch, '@me'))
      // What waits for names comes then, too.
      inbox.endSession()
      const texts = delivered.filter((message) => message.FromUserName === '@f').map((message) => message.Content)
      expect([texts[0], texts.at(-1)]).toEqual(['1', '2'])
      expect(delivered.length).toBeGreaterThanOrEqual(before.length + 2)
    }),
  )
})
