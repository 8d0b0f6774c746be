import { expect, test } from 'vitest'
import { entryOf } from '../../../test/support/contact.js'
import fc from '../../../test/support/property.js'
import type { ContactActions } from '../../contact/actions.js'
import type { Message, MessageActions } from '../../message/message.js'
import type { WebConnection } from '../../transports/web/connection.js'
import { readContactChanges } from '../../transports/web/decode/contact-changes.js'
import { decodeMessage } from '../../transports/web/decode/message.js'
import { systemClock } from '../../util/clock.js'
import { ContactBook } from '../contacts/contact-book.js'
import { Inbox } from './inbox.js'

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
    connection: { decode: decodeMessage } as unknown as WebConnection,
    clock: systemClock,
    book,
    actions: {} as MessageActions,
    push: () => {},
    journal: () => undefined,
    onPoison: async () => {},
    settle: async () => {},
    onContacts: (news) => told.push(news.changed.length),
    onUins: () => {},
    pause: async () => {},
    onError: (error) => {
      throw error
    },
  })
  const syncKey = { Count: 1, List: [{ Key: 1, Val: 1 }] }
  const contacts = Array.from({ length: 5_000 }, (_, n) => ({ UserName: `@${n}`, NickName: `${n}`, ContactFlag: 1 }))
  setImmediate(count)
  const batch = { messages: [], contacts, removed: [], members: [], more: false, syncKey, syncCheckKey: syncKey }
  await inbox.deliver(readContactChanges(batch))
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
        connection: { decode: decodeMessage, contacts: { fetchDetails: async () => [] } } as unknown as WebConnection,
        clock: systemClock,
        book,
        actions: {} as MessageActions,
        push: (message) => delivered.push(message),
        journal: () => undefined,
        onPoison: async () => {},
        settle: async () => {},
        onContacts: () => {},
        onUins: () => {},
        onError: (error) => {
          throw error
        },
        pause: async () => {},
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
      await inbox.deliver(readContactChanges(batch))
      // What waits for names comes then, too.
      inbox.endSession()
      const texts = delivered.filter((message) => message.FromUserName === '@f').map((message) => message.Content)
      expect([texts[0], texts.at(-1)]).toEqual(['1', '2'])
      expect(delivered.length).toBeGreaterThanOrEqual(before.length + 2)
    }),
  )
})
