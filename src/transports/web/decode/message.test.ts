import { describe, expect, test } from 'vitest'
import { contactFor, contactFrom } from '../../../../test/support/contact.js'
import fc from '../../../../test/support/property.js'
import { Chatroom, MassivePlatform, User } from '../../../contact/contact.js'
import { BaseMessage, type Message, type MessageActions } from '../../../message/message.js'
import { INCOME_MSG, UNKNOWN } from '../../../message/types.js'
import type { DecodeContext } from '../../../transport/transport.js'
import { memberNames } from '../../../util/case-alias.js'
import { decodeMessage } from './message.js'

const make = (fields: object) => contactFrom(fields) as User
const self = make({ UserName: '@me', NickName: 'Bot' })
const room = make({
  UserName: '@@r1',
  NickName: 'Room',
  MemberList: [
    { UserName: '@me', NickName: 'Bot', DisplayName: '' },
    { UserName: '@f1', NickName: 'Alice', DisplayName: '阿丽' },
    { UserName: '@f3', NickName: 'Carl' },
  ],
})
const known = new Map(
  [self, room, make({ UserName: '@f1', NickName: 'Alice' }), make({ UserName: '@mp1', VerifyFlag: 24 })].map((c) => [
    c.UserName,
    c,
  ]),
)

const context: DecodeContext = {
  contacts: { self, get: (userName) => known.get(userName) },
  stranger: contactFor,
  actions: {} as MessageActions,
}

const T = {
  FromUserName: '@f1',
  ToUserName: '@me',
  MsgId: '8251234567890123456',
  MsgType: 1,
  Content: 'hi',
  CreateTime: 1521190000,
}
const decode = (fields: object) => decodeMessage({ ...T, ...fields }, context)

describe('type and text', () => {
  test.each([
    [{}, 'Text', 'hi'],
    [{ Content: 'Tower(1 Rd):<br/>/cgi-bin/x', Url: 'http://apis.map.qq.com/x' }, 'Map', 'Tower(1 Rd)'],
    [{ Content: 'x', Url: 'u', OriContent: '<location poiname="Demo Tower" label="1 Rd"/>' }, 'Map', 'Demo Tower'],
    [{ MsgType: 49, AppMsgType: 5, FileName: 'Title' }, 'Sharing', 'Title'],
    [{ MsgType: 49, AppMsgType: 2001, FileName: '红包' }, 'Sharing', '红包'],
    [{ MsgType: 49, AppMsgType: 0, Content: 'chat record' }, 'Note', 'chat record'],
    [{ MsgType: 49, AppMsgType: 17, FileName: '我发起了位置共享' }, 'Note', '我发起了位置共享'],
    [
      {
        MsgType: 49,
        AppMsgType: 2000,
        Content: '<title><![CDATA[微信转账]]></title><des><![CDATA[收到转账8.80元。如需收钱]]></des>',
      },
      'Note',
      '收到转账8.80元',
    ],
    [{ MsgType: 10000, Content: '收到红包，请在手机上查看' }, 'Note', '收到红包，请在手机上查看'],
    [
      { MsgType: 10002, Content: '&lt;sysmsg&gt;&lt;![CDATA["Zoe" 撤回了一条消息]]&gt;' },
      'Note',
      '"Zoe" 撤回了一条消息',
    ],
    [{ MsgType: 50, Content: 'call' }, 'Unknown', 'call'],
    [{ MsgType: 777, Content: 'new kind' }, 'Unknown', 'new kind'],
  ])('are read from %j', (fields, type, text) => {
    const msg = decode(fields)
    expect(msg.type).toBe(type)
    expect(msg.text).toBe(text)
  })

  test('of a friend request contain the arguments for accepting it', () => {
    const RecommendInfo = { UserName: '@new', NickName: 'Zoe', Ticket: 'v2_t' }
    const msg = decode({ MsgType: 37, FromUserName: 'fmessage', RecommendInfo, Ticket: 'v2_t' })
    expect(msg.type).toBe('Friends')
    expect(msg.text).toMatchObject({ status: 3, userName: '@new', verifyContent: 'v2_t' })
  })
})

describe('the payload of a type is always present', () => {
  const item = { title: 'T', description: '', url: 'u', thumbUrl: '', appName: '' }
  const app = (AppMsgType: number) => ({ MsgType: 49, AppMsgType, FileName: 'T', Url: 'u', Content: '<msg><appmsg' })
  const quoted = { msgId: '', type: 0, displayName: '', content: '' }
  const person = { userName: '', nickName: '', alias: '', province: '', city: '', signature: '', sex: 0 }
  test.each([
    ['a place without coordinates', { Url: 'u' }, { location: { label: '', poiName: '', scale: 0 } }],
    [
      'a place with its coordinates in the link',
      { Url: 'http://x/?coord=1.5,-2', OriContent: '<location label="1 Rd' },
      { location: { latitude: 1.5, longitude: -2, label: '', poiName: '', scale: 0 } },
    ],
    [
      'a place with one coordinate',
      { Url: 'u', OriContent: '<location x="1" label="1 Rd" scale="9"/>' },
      { location: { label: '1 Rd', poiName: '', scale: 9 } },
    ],
    ['a card without a user', { MsgType: 42 }, { card: { ...person, isOfficial: false } }],
    ['a request without a user', { MsgType: 37 }, { request: { userName: '', nickName: '', content: '', ticket: '' } }],
    ['a link', app(5), { sharing: { kind: 'link', ...item, articles: [] } }],
    ['music', app(3), { sharing: { kind: 'music', ...item, dataUrl: '' } }],
    ['a video', app(4), { sharing: { kind: 'video', ...item } }],
    ['a chat history', app(19), { sharing: { kind: 'chatHistory', ...item, items: [] } }],
    ['a mini program', app(33), { sharing: { kind: 'miniProgram', ...item, appId: '', userName: '', pagePath: '' } }],
    ['a channel video', app(51), { sharing: { kind: 'channelVideo', ...item, nickName: '', feedDescription: '' } }],
    ['a quote', app(57), { sharing: { kind: 'quote', ...item, quoted } }],
    ['a red packet', app(2001), { sharing: { kind: 'redPacket', ...item, senderTitle: '', receiverTitle: '' } }],
    ['an app message of an unknown type', app(4711), { sharing: { kind: 'other', ...item, appMsgType: 4711 } }],
    ['a transfer', app(2000), { note: { kind: 'notice', text: 'T' } }],
    ['a merged record', app(0), { note: { kind: 'notice', text: '<msg><appmsg' } }],
    ['a recall', { MsgType: 10002, Content: '<sysmsg' }, { note: { kind: 'notice', text: 'System message' } }],
  ])('for %s with malformed or missing XML', (_, fields, payload) => {
    const { location, card, note, sharing, request, content } = decode(fields)
    expect(JSON.parse(JSON.stringify({ location, card, note, sharing, request }))).toEqual(payload)
    if ('Content' in fields) expect(content).toBe(fields.Content)
  })

  test('for arbitrary field values', () => {
    const KEYS = { Map: 'location', Card: 'card', Note: 'note', Sharing: 'sharing', Friends: 'request' } as const
    const wire = fc.record({
      MsgType: fc.constantFrom(1, 37, 42, 49, 10000, 10002),
      AppMsgType: fc.oneof(fc.constantFrom(0, 1, 3, 4, 5, 17, 19, 33, 36, 51, 57, 2000, 2001), fc.anything()),
      Url: fc.oneof(fc.constantFrom('', 'u'), fc.anything()),
      Content: fc.oneof(fc.string(), fc.anything()),
      OriContent: fc.oneof(fc.string(), fc.anything()),
      RecommendInfo: fc.anything(),
    })
    fc.assert(
      fc.property(wire, (fields) => {
        const msg = decode(fields)
        const key = KEYS[msg.type as keyof typeof KEYS]
        if (key) expect(msg[key]).toBeTypeOf('object')
      }),
    )
  })
})

describe('groups', () => {
  const say = (Content: string, more: object = {}) => decode({ FromUserName: '@@r1', Content, ...more })

  test("prefers the sender's name in the group to the nickname", () => {
    expect(say('@f1:<br/>hi')).toMatchObject({
      ActualUserName: '@f1',
      ActualNickName: '阿丽',
      Content: 'hi',
      IsAt: false,
    })
    expect(say('@f3:<br/>hi').actualNickName).toBe('Carl')
  })

  test('detects a mention', () => {
    expect(say('@f1:<br/>@Bot\u2005hi').isAt).toBe(true)
    expect(say('@f1:<br/>@所有人\u2005hi')).toMatchObject({ IsAt: false, IsAtAll: true })
  })

  test('sets an empty sender for notices and for content without a sender', () => {
    expect(say('"Alice"邀请"Carl"加入了群聊', { MsgType: 10000 })).toMatchObject({
      ActualUserName: '',
      ActualNickName: '',
    })
    expect(say('no prefix\nat all').actualUserName).toBe('')
  })

  test('keeps the full text of a message that this account sends from its phone', () => {
    const msg = decode({ FromUserName: '@me', ToUserName: '@@r1', Content: '@f1:<br/>quoted' })
    expect(msg).toMatchObject({ ActualUserName: '@me', Content: '@f1:\nquoted', isSelf: true })
    expect(msg.user).toBe(room)
  })
})

describe('the user of a message', () => {
  test('is the contact or group of the conversation, regardless of who sent the message', () => {
    expect(decode({}).user.NickName).toBe('Alice')
    expect(decode({ FromUserName: '@me', ToUserName: '@f1' }).user.NickName).toBe('Alice')
    expect(decode({ FromUserName: '@mp1' }).user).toBeInstanceOf(MassivePlatform)
    expect(decode({ FromUserName: '@@unknown' }).user).toBeInstanceOf(Chatroom)
    expect(decode({ FromUserName: '@stranger' }).user.UserName).toBe('@stranger')
  })
})

const ADDED = new Set(['Type', 'Text', 'ActualUserName', 'ActualNickName', 'IsAt', 'IsAtAll', 'SystemInfo'])

describe('the keys of a message', () => {
  test('read and write the same value in both spellings, even if undocumented', () => {
    const msg = decode({ BrandNew: 7 }) as unknown as Record<string, unknown>
    expect(msg.fromUserName).toBe(msg.FromUserName)
    expect(msg.brandNew).toBe(7)
    msg.text = 'b'
    expect(msg.Text).toBe('b')
    msg.brandNew = 8
    expect(msg.BrandNew).toBe(8)
  })

  test('are enumerated only once', () => {
    const msg = decode({})
    const keys = Object.keys(msg)
    expect(keys.filter((key) => key.toLowerCase() === 'fromusername')).toEqual(['FromUserName'])
    expect('FromUserName' in msg).toBe(true)
    expect('fromUserName' in msg).toBe(false)
    expect(Object.keys({ ...msg })).toEqual(keys)
    expect(Object.keys(JSON.parse(JSON.stringify(msg)))).toEqual(keys)
  })

  test('members of a message take precedence over server keys with the same name', () => {
    const msg = decode({ Reply: 'x', reply: 'y', user: 'z', constructor: 'c', toString: 's', ['__proto__']: { a: 1 } })
    expect(typeof msg.reply).toBe('function')
    expect(msg.user.NickName).toBe('Alice')
    expect(String(msg)).toBe('[object Object]')
  })

  /** Members of a message, and keys that are added to those of the server. */
  const OWN = [
    ...memberNames(BaseMessage),
    ...ADDED,
    ...['FromUserName', 'MsgId', 'Content', 'RecommendInfo', 'FileName'],
  ]
  const SPELLINGS = [
    (name: string) => name,
    (name: string) => name.charAt(0).toLowerCase() + name.slice(1),
    (name: string) => name.charAt(0).toUpperCase() + name.slice(1),
    (name: string) => name.toLowerCase(),
    (name: string) => name.toUpperCase(),
  ]
  const VALUES = ['Friends', { isAdmin: true }]
  const KINDS = [
    { MsgType: 1 },
    { MsgType: 1, FromUserName: '@@r1', Content: '@f1:<br/>hi' },
    { MsgType: 37, RecommendInfo: { UserName: '@new', NickName: 'Zoe' } },
    { MsgType: 42, RecommendInfo: { UserName: '@new', NickName: 'Zoe' } },
    { MsgType: 51, StatusNotifyUserName: '@f1' },
    { MsgType: 10000, Content: 'notice' },
  ]

  /** Every member of a message with its value or type. */
  const membersOf = (msg: Message) => {
    const object = msg as unknown as Record<string, unknown>
    const lower = (own: string) => own.charAt(0).toLowerCase() + own.slice(1)
    const names = new Set(OWN.flatMap((own) => [own, lower(own)]))
    names.delete('raw')
    names.delete('__proto__')
    return [...names].map((name) => {
      const value = object[name]
      if (typeof value === 'function') return `${name}: function`
      return `${name}: ${value instanceof User ? value.UserName : JSON.stringify(value)}`
    })
  }

  test.each(OWN)('the server key %s, in any spelling, changes only raw', (name) => {
    for (const kind of KINDS) {
      const usual = decode(kind)
      for (const key of new Set(SPELLINGS.map((spell) => spell(name)))) {
        // Documented keys are read according to their type.
        if (Object.hasOwn(usual, key) && !ADDED.has(key)) continue
        for (const value of VALUES) {
          const descriptor = { value, enumerable: true, configurable: true }
          const sent = Object.defineProperty({ ...T, ...kind } as Record<string, unknown>, key, descriptor)
          const msg = decodeMessage(sent, context)
          expect(Object.getOwnPropertyDescriptor(msg.raw, key)?.value).toBe(value)
          expect(membersOf(msg), key).toEqual(membersOf(usual))
        }
      }
    }
  })

  test('a lower-case key never hides the documented one', () => {
    const msg = decode({ content: 'shadow', fromUserName: '@x', brandNew: 1, BrandNew: 2, other: 3 })
    const { brandNew, other } = msg as unknown as Record<string, unknown>
    expect([msg.Content, msg.content, msg.fromUserName, brandNew, other]).toEqual(['hi', 'hi', '@f1', 2, 3])
    expect(msg.raw).toMatchObject({ content: 'shadow', fromUserName: '@x', brandNew: 1 })
    const contact = make({ UserName: '@x', NickName: 'Zoe', nickName: 'shadow', uin: '5', memberList: [1], other: 3 })
    expect(contact.nickName).toBe('Zoe')
    expect(Object.keys(contact)).toContain('other')
    expect([contact.uin, Object.keys(contact).includes('uin')]).toEqual([undefined, false])
  })

  test('contacts are read-only', () => {
    const alice = decode({}).user as unknown as Record<string, unknown>
    expect(() => {
      alice.NickName = 'x'
    }).toThrow(TypeError)
    expect(() => {
      alice.nickName = 'x'
    }).toThrow(TypeError)
    expect(alice.nickName).toBe('Alice')
  })
})

test('the raw message is exactly what the server sent', () => {
  const sent = { ...T, Content: 'a &amp; b' }
  const msg = decodeMessage(sent, context)
  expect(msg.raw).toBe(sent)
  expect(msg.content).toBe('a & b')
  expect(msg.newMsgId).toBe('8251234567890123456')
})

const TYPES: readonly string[] = [...INCOME_MSG, UNKNOWN]

test('decodes any JSON in place of a message and preserves it in raw', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const msg = decodeMessage(value, context)
      expect(TYPES).toContain(msg.type)
      expect(msg.raw).toEqual(value)
    }),
  )
})

test('decodes any value in any field and preserves it in raw', () => {
  const fields = fc.dictionary(
    fc.constantFrom(
      'MsgType',
      'Content',
      'FromUserName',
      'RecommendInfo',
      'AppMsgType',
      'Url',
      'MsgId',
      'CreateTime',
      'StatusNotifyUserName',
    ),
    fc.jsonValue(),
  )
  fc.assert(
    fc.property(fields, fc.constantFrom(1, 3, 37, 42, 49, 51, 10000, 10002), (value, MsgType) => {
      const sent = { ...T, MsgType, ...value }
      const msg = decodeMessage(sent, context)
      expect(TYPES).toContain(msg.type)
      expect(msg.raw).toEqual(sent)
      expect(msg.user.UserName).toBeTypeOf('string')
    }),
  )
})
