import { describe, expect, test } from 'vitest'
import { entryOf } from '../../../test/support/contact.js'
import type { ContactActions } from '../../contact/actions.js'
import type { Addresses, Envelope } from '../../transport/batch.js'
import { type Dict, text } from '../../util/read.js'
import { ContactBook } from '../contacts/contact-book.js'
import { renewMessage, type UndeliveredMessage } from './stale.js'

/** A transport with its own message fields. */
const transport = {
  read: (sent: Dict): Envelope => ({
    id: '',
    chat: text(sent.room),
    timeMs: 0,
    sent,
    from: text(sent.room),
    to: text(sent.me),
    speaker: text(sent.author),
    names: [],
    isNotification: false,
    revealed: [],
  }),
  readdress: (sent: Dict, { from, to, speaker }: Addresses): Dict => ({
    ...sent,
    room: from ?? sent.room,
    me: to ?? sent.me,
    author: speaker ?? sent.author,
  }),
}

const book = new ContactBook({} as ContactActions)
book.reset(entryOf({ UserName: '@me', NickName: 'Bot' }))
const MemberList = ['Ann', 'Bob', 'Bob'].map((NickName, n) => ({ UserName: `@${n}`, NickName }))
book.apply(entryOf({ UserName: '@@room', NickName: 'Room', MemberList }))

const undelivered = (by: string): UndeliveredMessage => ({
  sent: { room: '@@old', me: '@then', author: '@x' },
  by,
  stale: false,
})
const renew = (received: UndeliveredMessage, known: string) =>
  renewMessage(received, {
    transport,
    formerSelf: '@then',
    self: book.self,
    formerly: (userName) => (userName === known ? book.get('@@room') : undefined),
  })

describe('renewMessage', () => {
  test('replaces UserNames with those of this session, using only the transport', () => {
    expect(renew(undelivered('Ann'), '@@old')).toEqual({
      sent: { room: '@@room', me: '@me', author: '@0' },
      by: 'Ann',
      stale: true,
      formerNames: { from: ['@@old'], to: ['@then'] },
    })
  })

  test.each(['', 'Bob', 'Zoe'])('keeps the speaker unless exactly one member is named %j', (by) => {
    expect(renew(undelivered(by), '@@old').sent).toEqual({ room: '@@room', me: '@me', author: '@x' })
  })

  test('keeps the UserName of an unknown conversation, and later finds the conversation by a former name', () => {
    const unknown = renew(undelivered('Ann'), '')
    expect(unknown).toMatchObject({ sent: { room: '@@old', author: '@x' }, formerNames: { from: [], to: ['@then'] } })
    const former = { ...undelivered('Ann'), formerNames: { from: ['@@older'], to: [] } }
    expect(renew(former, '@@older')).toMatchObject({
      sent: { room: '@@room', author: '@0' },
      formerNames: { from: ['@@old', '@@older'] },
    })
  })
})
