import { describe, expect, test } from 'vitest'
import { contactFor, contactFrom } from '../../../../test/support/contact.js'
import { applyContact } from '../../../account/contacts/contact-objects.js'
import { describeMember } from '../../../contact/chatroom.js'
import type { Chatroom, Contact, User } from '../../../contact/contact.js'
import type { MessageActions } from '../../../message/message.js'
import type { DecodeContext } from '../../../transport/transport.js'
import { TEXT_FIELDS } from '../wire/text-fields.js'
import { readContact, readMember, readSavedContact } from './contact.js'
import { decodeMessage } from './message.js'
import { decodeChatroomReply, decodeUser } from './reply.js'

const make = (fields: object) => contactFrom(fields) as User
const self = make({ UserName: '@me', NickName: 'Bot' })
const context: DecodeContext = {
  contacts: { self, get: () => undefined },
  stranger: contactFor,
  actions: {} as MessageActions,
}
const decode = (fields: object) =>
  decodeMessage({ MsgId: '7', FromUserName: '@f', ToUserName: '@me', CreateTime: 1_521_190_000, ...fields }, context)

/** Text as sent by the server, and as written by its author. */
const SAMPLES: readonly [sent: string, written: string][] = [
  ['看云<span class="emoji emoji1f343"></span> &amp; 听&lt;雨&gt;', '看云🍃 & 听<雨>'],
  ['我是"A&amp;B"群的小满<span class="emoji emoji1f33e"></span>', '我是"A&B"群的小满🌾'],
  ['typed &amp;amp; stays', 'typed &amp; stays'],
  ['&amp;lt;b&amp;gt; &amp;#38;', '&lt;b&gt; &#38;'],
  ['one<br/>two', 'one\ntwo'],
  ['&lt;br/&gt;', '<br/>'],
  ['&lt;span class="emoji emoji1f343"&gt;&lt;/span&gt;', '<span class="emoji emoji1f343"></span>'],
  ['&quot;Caf&eacute;&quot; &#39;n&#39; &#x1f343;', '"Café" \'n\' 🍃'],
  ['?a=1&copy=2&lt=3', '?a=1&copy=2&lt=3'],
  ['cut 走吧<span class="emoji emoji1f6b6"></span', 'cut 走吧🚶'],
]

type Fields = Record<string, unknown>
const shown = (object: object, key: string) => (object as Fields)[key]

function room(member: object): Chatroom {
  const contact = make({
    UserName: '@@r',
    NickName: 'Room',
    MemberList: [{ NickName: 'x', ...member, UserName: '@f' }],
  })
  return contact as Contact as Chatroom
}

/** Every place that contains contact fields. */
const CONTACT_PLACES: Record<string, (fields: object) => object> = {
  'a friend': (fields) => make({ ...fields, UserName: '@f' }),
  'an official account': (fields) => make({ ...fields, UserName: '@f', VerifyFlag: 8 }),
  'a group': (fields) => make({ ...fields, UserName: '@@f' }),
  'a friend who has changed': (fields) => {
    const friend = make({ UserName: '@f', NickName: 'before' })
    const entry = readContact({ ...fields, UserName: '@f' })
    if (!entry) throw new Error('no entry')
    const { to } = applyContact(friend, entry).fields.find(({ key }) => key in fields) ?? {}
    expect(to).toBe(shown(friend, Object.keys(fields)[0] ?? ''))
    return friend
  },
  'a group member': (fields) => room(fields).memberList[0] as object,
  "a member's details": (fields) => {
    const member = room({}).memberList[0]
    if (!member) throw new Error('no member')
    describeMember(member, readMember({ ...fields, UserName: '@f' })?.fields ?? {})
    return member
  },
  'this account at login': (fields) => decodeUser({ ...fields }),
  'the members of a changed group': (fields) =>
    (decodeChatroomReply({ MemberList: [{ ...fields }] }).MemberList as object[])[0] as object,
  'this account after a restart': (fields) => {
    const saved = JSON.parse(JSON.stringify({ ...make({ ...fields, UserName: '@me' }) })) as object
    const entry = readSavedContact(saved)
    if (!entry) throw new Error('no entry')
    return contactFor(entry)
  },
}

describe.each(TEXT_FIELDS.contact)('%s of a contact is decoded', (key) => {
  test.each(Object.entries(CONTACT_PLACES))('for %s', (_, place) => {
    for (const [sent, written] of SAMPLES) expect(shown(place({ [key]: sent }), key)).toBe(written)
  })
})

/** The payload key for a field of the user on a card or in a request. */
const CARD_KEYS: Record<(typeof TEXT_FIELDS.recommendInfo)[number], string | undefined> = {
  NickName: 'nickName',
  Content: undefined,
  Signature: 'signature',
  Province: 'province',
  City: 'city',
  Alias: 'alias',
}
const REQUEST_KEYS: Partial<Record<string, string>> = { NickName: 'nickName', Content: 'content' }

describe.each(TEXT_FIELDS.recommendInfo)('%s of a recommended user is decoded', (key) => {
  const about = (sent: string) => ({ UserName: '@new', [key]: sent })

  test('on a card', () => {
    for (const [sent, written] of SAMPLES) {
      const msg = decode({ MsgType: 42, RecommendInfo: about(sent) })
      expect(shown(msg.RecommendInfo, key)).toBe(written)
      expect(shown(msg.text as object, key)).toBe(written)
      const name = CARD_KEYS[key]
      if (name) expect(shown(msg.card as object, name)).toBe(written)
      expect(shown(msg.raw.RecommendInfo, key)).toBe(sent)
    }
  })

  test('in a friend request, and for the requesting stranger', () => {
    for (const [sent, written] of SAMPLES) {
      const msg = decode({ MsgType: 37, FromUserName: 'fmessage', RecommendInfo: about(sent) })
      const name = REQUEST_KEYS[key]
      if (name) expect(shown(msg.request as object, name)).toBe(written)
      expect(shown(msg.RecommendInfo, key)).toBe(written)
      expect(shown(msg.user, key)).toBe(key === 'Content' ? undefined : written)
      expect(shown(msg.raw.RecommendInfo, key)).toBe(sent)
    }
  })
})

describe.each(TEXT_FIELDS.message)('%s of a message is decoded', (key) => {
  test.each([
    ['from a friend', '@f', ''],
    ['in a group', '@@r', '@f:<br/>'],
  ])('%s', (_, FromUserName, prefix) => {
    for (const [text, written] of SAMPLES) {
      const sent = key === 'Content' ? prefix + text : text
      const msg = decode({ MsgType: 49, AppMsgType: 5, FromUserName, [key]: sent })
      expect(shown(msg, key)).toBe(written)
      expect(shown(msg.raw, key)).toBe(sent)
    }
  })
})

test('the name of a new group is decoded', () => {
  for (const [sent, written] of SAMPLES) expect(decodeChatroomReply({ Topic: sent }).Topic).toBe(written)
})

test('titles and URLs that are in the message rather than in its XML are decoded only once', () => {
  const FileName = 'Q&amp;A &amp;amp; more'
  const Url = 'https://news.example/p?k=1&amp;n=2#top'
  const xml = '&lt;msg&gt;&lt;appmsg&gt;&lt;type&gt;5&lt;/type&gt;&lt;/appmsg&gt;&lt;/msg&gt;'
  const msg = decode({ MsgType: 49, AppMsgType: 5, FileName, Url, Content: xml })
  expect(msg.text).toBe('Q&A &amp; more')
  expect(msg.url).toBe('https://news.example/p?k=1&n=2#top')
  expect(msg.sharing).toMatchObject({ title: 'Q&A &amp; more', url: 'https://news.example/p?k=1&n=2#top' })
  const file = decode({ MsgType: 49, AppMsgType: 6, FileName: 'a&amp;b.txt' })
  expect([file.fileName, file.originalFileName]).toEqual(['a&b.txt', 'a&b.txt'])
})

describe('the name of a place', () => {
  const xml = (place: string) => `<?xml version="1.0"?>\n<msg>\n\t<location x="31.2" y="121.4" ${place} />\n</msg>\n`
  const url = 'http://apis.map.qq.com/uri/v1/geocoder?coord=31.2,121.4'
  const locate = (Content: string, OriContent: string) =>
    decode({
      MsgType: 1,
      SubMsgType: 48,
      Content: `${Content}:<br/>/cgi-bin/x&amp;pictype=location`,
      Url: url,
      OriContent,
    })

  test.each([
    [
      'Tom &amp; Jo "Café"',
      'label="" poiname="Tom &amp; Jo &quot;Café&quot;"',
      'Tom & Jo "Café"',
      'Tom & Jo "Café"',
      '',
    ],
    ['1 &lt;Rd&gt;', 'label="1 &lt;Rd&gt;" poiname=""', '1 <Rd>', '', '1 <Rd>'],
    ['A &amp;amp; B', 'label="" poiname="A &amp;amp; B"', 'A &amp; B', 'A &amp; B', ''],
    [
      'Tower &amp; Co(1 &amp; 2 Rd)',
      'label="1 &amp; 2 Rd" poiname="Tower &amp; Co"',
      'Tower & Co(1 & 2 Rd)',
      'Tower & Co',
      '1 & 2 Rd',
    ],
    ['x', "label='' poiname='Jo&apos;s &#x1f343;'", "Jo's 🍃", "Jo's 🍃", ''],
  ])('is decoded in %j', (line, place, text, poiName, label) => {
    const msg = locate(line, xml(place))
    expect(msg.text).toBe(text)
    expect(msg.location).toMatchObject({ poiName, label })
  })

  test('is unknown when the XML is malformed', () => {
    expect(locate('x', '<location poiname="a" &').text).toBe('Map')
  })
})
