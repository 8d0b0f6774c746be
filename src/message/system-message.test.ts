import { expect, test } from 'vitest'
import { entryOf } from '../../test/support/contact.js'
import { ContactBook } from '../account/contacts/contact-book.js'
import type { ContactActions } from '../contact/actions.js'
import type { ContactLookup } from '../contact/contact.js'
import { decodeMessage } from '../transports/web/decode/message.js'
import type { MessageActions } from './message.js'
import { systemMessage } from './system-message.js'

const actions = {} as MessageActions
const book = new ContactBook({} as ContactActions)
book.reset(entryOf({ UserName: '@me', NickName: 'Bot' }))

test('reports contacts in a message from and to this account', () => {
  const message = systemMessage('friends', ['@a', 'weixin'], book.self, actions)
  expect({ ...message }).toEqual({
    MsgId: '',
    NewMsgId: '',
    FromUserName: '@me',
    ToUserName: '@me',
    MsgType: 51,
    Content: '',
    Status: 0,
    ImgStatus: 0,
    CreateTime: 0,
    VoiceLength: 0,
    PlayLength: 0,
    FileName: '',
    FileSize: '',
    MediaId: '',
    Url: '',
    AppMsgType: 0,
    StatusNotifyCode: 0,
    StatusNotifyUserName: '@a,weixin',
    RecommendInfo: expect.objectContaining({ UserName: '', OpCode: 0 }),
    ForwardFlag: 0,
    AppInfo: { AppID: '', Type: 0 },
    HasProductId: 0,
    Ticket: '',
    ImgHeight: 0,
    ImgWidth: 0,
    SubMsgType: 0,
    OriContent: '',
    EncryFileName: '',
    Type: 'System',
    Text: ['@a', 'weixin'],
    SystemInfo: 'friends',
  })
  expect(message.user).toBe(book.self)
  expect([message.isSelf, message.stale, message.originalFileName]).toEqual([true, false, ''])
  expect([message.type, message.text]).toEqual(['System', ['@a', 'weixin']])
  expect([message.card, message.note, message.sharing, message.location, message.request]).toEqual(
    Array(5).fill(undefined),
  )
})

test('has the same fields as a server notification and shares no objects with other messages', () => {
  const contacts: ContactLookup = book
  const sent = { MsgType: 51, FromUserName: '@me', ToUserName: '@me', StatusNotifyUserName: '@a,@b' }
  const decoded = decodeMessage(sent, { contacts, stranger: () => book.self, actions })
  const created = systemMessage('uins', ['@a', '@b'], book.self, actions)
  expect({ ...created }).toEqual({ ...decoded })
  expect([created.user, created.isSelf, created.stale]).toEqual([decoded.user, decoded.isSelf, decoded.stale])
  expect(created.raw).toMatchObject(sent)
  const other = systemMessage('uins', ['@a', '@b'], book.self, actions)
  expect(other.RecommendInfo).not.toBe(created.RecommendInfo)
})
