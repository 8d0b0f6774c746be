import { describe, expect, test } from 'vitest'
import fc from '../../../../test/support/property.js'
import { readdress, readEnvelope } from './envelope.js'

const read = (sent: unknown) => readEnvelope(sent, '@me')

describe('readEnvelope', () => {
  test('reads a text message from a friend', () => {
    const sent = { MsgId: '7', MsgType: 1, FromUserName: '@f', ToUserName: '@me', Content: 'hi', CreateTime: 1_521 }
    expect(read(sent)).toEqual({
      id: '7',
      chat: '@f',
      timeMs: 1_521_000,
      sent,
      from: '@f',
      to: '@me',
      speaker: '',
      names: ['@f'],
      isNotification: false,
      revealed: [],
    })
    expect(read(sent).sent).toBe(sent)
  })

  test('reads the sender in a group', () => {
    const sent = { MsgType: 1, FromUserName: '@@r', ToUserName: '@me', Content: '@f:<br/>hi' }
    expect(read(sent)).toMatchObject({ chat: '@@r', speaker: '@f', names: ['@@r'] })
    expect(read({ ...sent, Content: 'Zoe joined' }).speaker).toBe('')
    expect(read({ ...sent, FromUserName: '@f' }).speaker).toBe('')
  })

  test.each([
    ['this account is the sender', { FromUserName: '@me', ToUserName: '@f' }, '@f', ['@f']],
    ['the sender is missing', { ToUserName: '@f' }, '@f', ['@f']],
    ['sender and recipient are this account', { FromUserName: '@me', ToUserName: '@me' }, '@me', ['@me']],
    ['a service account is the sender', { FromUserName: 'weixin', ToUserName: '@me' }, 'weixin', []],
    ['there are no addresses', {}, '@me', ['@me']],
  ])('identifies the conversation when %s', (_, sent, chat, names) => {
    expect(read({ MsgType: 1, ...sent })).toMatchObject({ chat, names })
  })

  test('assigns a friend request to the conversation with the requesting user, and lists no names to fetch', () => {
    const sent = { MsgType: 37, FromUserName: 'fmessage', ToUserName: '@me', RecommendInfo: { UserName: '@new' } }
    expect(read(sent)).toMatchObject({ chat: '@new', from: 'fmessage', names: [] })
  })

  test.each([
    [{ MsgId: '0' }, ''],
    [{ MsgId: '', NewMsgId: '8' }, '8'],
    [{ MsgId: 9 }, '9'],
    [{}, ''],
  ])('reads the id from %j', (sent, id) => {
    expect(read(sent).id).toBe(id)
  })

  test('reads the chats of a notification and their permanent ids', () => {
    const notification = {
      MsgType: 51,
      FromUserName: '@me',
      ToUserName: '@me',
      StatusNotifyCode: 4,
      StatusNotifyUserName: '@a,filehelper,@@r',
      Content: '&lt;msg&gt;&lt;username&gt;wxid_a,filehelper,9@chatroom&lt;/username&gt;&lt;/msg&gt;',
    }
    expect(read(notification)).toMatchObject({
      isNotification: true,
      names: ['@me', '@a', '@@r'],
      revealed: [
        { userName: '@a', permanentId: 'wxid_a', fields: { Uin: 'wxid_a' } },
        { userName: '@@r', permanentId: '9@chatroom', fields: { Uin: '9@chatroom' } },
      ],
    })
    expect(read({ ...notification, StatusNotifyUserName: '@a' }).revealed).toEqual([])
    expect(read({ ...notification, MsgType: 1 }).revealed).toEqual([])
  })

  test('reads the recipient as the chat opened on the phone', () => {
    const Content = '<msg><username>wxid_a</username></msg>'
    const opened = { MsgType: 51, FromUserName: '@me', ToUserName: '@a', StatusNotifyCode: 5, Content }
    expect(read(opened).revealed).toEqual([{ userName: '@a', permanentId: 'wxid_a', fields: { Uin: 'wxid_a' } }])
    expect(read({ ...opened, StatusNotifyCode: 4 }).revealed).toEqual([])
  })

  test('accepts any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const envelope = read(value)
        expect(typeof envelope.chat).toBe('string')
        expect(envelope.timeMs).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('readdress', () => {
  const sent = { MsgId: '7', FromUserName: '@@r', ToUserName: '@me', Content: '@f:<br/>@f:<br/>hi' }

  test('replaces the given addresses', () => {
    expect(readdress(sent, { from: '@@new', to: '@bot', speaker: '@g' })).toEqual({
      MsgId: '7',
      FromUserName: '@@new',
      ToUserName: '@bot',
      Content: '@g:<br/>@f:<br/>hi',
    })
    expect(readdress(sent, { to: '@bot' })).toEqual({ ...sent, ToUserName: '@bot' })
    expect(readdress(sent, {})).toEqual(sent)
  })

  test('does not add a speaker to content without one', () => {
    const notice = { ...sent, Content: 'Zoe joined' }
    expect(readdress(notice, { speaker: '@g' })).toEqual(notice)
  })

  test('returns an entry from which the new addresses can be read back', () => {
    const renamed = readdress(sent, { from: '@@new', to: '@bot', speaker: '@g' })
    expect(read(renamed)).toMatchObject({ from: '@@new', to: '@bot', speaker: '@g', chat: '@@new' })
  })
})
