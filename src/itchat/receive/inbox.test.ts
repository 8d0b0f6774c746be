import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ContactActions } from '../../contact/actions.js'
import type { Message, MessageActions } from '../../message/message.js'
import type { WebConnection } from '../../web/connection.js'
import { decodeMessage } from '../../web/decode/message.js'
import { ContactBook } from '../contacts/contact-book.js'
import { Inbox } from './inbox.js'

test('any JSON in place of a message never stops the batch: the others are delivered, in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue()), fc.array(fc.jsonValue()), async (before, contacts) => {
      const book = new ContactBook({} as ContactActions)
      book.reset({ UserName: '@me', NickName: 'Bot' })
      const delivered: Message[] = []
      const inbox = new Inbox({
        connection: { decode: decodeMessage, fetchDetails: async () => [] } as unknown as WebConnection,
        book,
        actions: {} as MessageActions,
        push: (message) => delivered.push(message),
        journal: () => undefined,
        onPoison: async () => {},
        onContacts: () => {},
        onUins: () => {},
        onError: (error) => {
          throw error
        },
        pause: async () => {},
      })
      const good = (MsgId: string) => ({ MsgId, MsgType: 1, FromUserName: '@f', ToUserName: '@me', Content: MsgId })
      const syncKey = { Count: 1, List: [{ Key: 1, Val: 1 }] }
      await inbox.deliver({
        messages: [good('1'), ...before, good('2')],
        contacts,
        removed: [],
        members: [],
        more: false,
        syncKey,
        syncCheckKey: syncKey,
      })
      const texts = delivered.filter((message) => message.FromUserName === '@f').map((message) => message.Content)
      expect([texts[0], texts.at(-1)]).toEqual(['1', '2'])
      expect(delivered.length).toBeGreaterThanOrEqual(before.length + 2)
    }),
  )
})
