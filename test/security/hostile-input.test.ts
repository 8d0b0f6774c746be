import { Chatroom, INCOME_MSG, type Itchat, type Message, TEXT, UNKNOWN, User } from 'itchat'
import { describe, expect, test } from 'vitest'
import { UntrustedTexts } from '../../src/account/outbox/untrusted-texts.js'
import { readContact } from '../../src/transports/web/decode/contact.js'
import { mentionsAll, mentionsSelf, splitGroupPrefix } from '../../src/transports/web/decode/group.js'
import { decodeNote } from '../../src/transports/web/decode/note.js'
import { decodeText } from '../../src/transports/web/decode/text.js'
import { typeAndText } from '../../src/transports/web/decode/type-and-text.js'
import { redact } from '../../src/util/redact.js'
import { safeName } from '../../src/util/safe-name.js'
import { splitText } from '../../src/util/split-text.js'
import { escapeXml, parseXml } from '../../src/util/xml.js'
import { botFor, sandboxFor } from '../support/bot.js'
import { tampered } from '../support/tampered.js'

describe('long texts of one piece come to an end', () => {
  const note = (MsgType: number) => (text: string) => decodeNote({ MsgType, Content: text } as never, text)
  const room = {
    memberList: Array.from({ length: 500 }, (_, n) => ({ DisplayName: `me${'x'.repeat(n)}`, NickName: 'me' })),
  } as unknown as Chatroom

  /** What strangers write passes through these. */
  const READERS: Record<string, (text: string) => unknown> = {
    'a mention': (text) => mentionsSelf(text, ['me'], room),
    'a mention of all': (text) => mentionsAll(text, room),
    'the speaker of a group': splitGroupPrefix,
    'emoji and entities': decodeText,
    'the wording of a notice': note(10000),
    'a recall': note(10002),
    XML: parseXml,
    'the text of a notice': (text) => typeAndText({ MsgType: 10002, Content: text } as never),
    'the name of a place': (text) => typeAndText({ MsgType: 1, Url: 'x', Content: text, OriContent: text } as never),
    'a file name': safeName,
    'a directive': (text) => new UntrustedTexts().add(text),
    'a text that is split': (text) => splitText(text, 2_000),
    'a text in XML': escapeXml,
    'a secret in a log': redact,
  }
  const PIECES = [
    '@',
    '@me',
    '@me\u2005',
    '@所有人',
    '@fil@',
    '&',
    '&#64;',
    '&amp;',
    '<',
    '<a>',
    '<a',
    '<![CDATA[',
    '<!--',
    '<span class="emoji emoji1f',
    '<span class="emoji emoji1f600"></span>',
    '"',
    '""',
    '“',
    '"、"',
    '你邀请"',
    'label="',
    '(',
    '.',
    ' ',
    '\n',
    '\\',
    '"skey":"\\',
    'skey=',
    '\u200b',
    '\ud83d',
    '👨\u200d',
    'e\u0301',
    '\ufdfa',
  ]

  // Long enough that a reader whose work grows with the square of the length does not come to an end within the limit of a test.
  // How the time grows is measured by `npm run bench`.
  test.each(Object.entries(READERS))('%s', (name, read) => {
    // Splitting finds what people see as one character, which is slow for every text.
    const length = name === 'a text that is split' ? 8_000 : 40_000
    for (const piece of PIECES) {
      for (const end of ['', 'x'])
        expect(() => read(piece.repeat(Math.ceil(length / piece.length)) + end)).not.toThrow()
    }
  })
})

describe('XML', () => {
  const bomb = (levels: number) => {
    const names = Array.from({ length: levels }, (_, n) => String.fromCharCode(97 + n))
    const entities = names.map(
      (name, n) => `<!ENTITY ${name} "${n === 0 ? 'x'.repeat(100) : `&${names[n - 1]};`.repeat(10)}">`,
    )
    return `<!DOCTYPE msg [${entities.join('')}]><msg><title>&${names.at(-1)};</title></msg>`
  }

  test.each([
    ['entities in entities', bomb(10)],
    ['an entity of a file', '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><msg>&f;</msg>'],
    ['an entity of an address', '<!DOCTYPE x [<!ENTITY f SYSTEM "http://127.0.0.1/">]><msg>&f;</msg>'],
    ['a parameter entity', '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><msg>&p;</msg>'],
    ['a hundred thousand levels', '<a>'.repeat(100_000)],
    ['65 levels', `${'<a>'.repeat(65)}${'</a>'.repeat(65)}`],
    ['more than 1 MiB', `<a>${'x'.repeat(1024 * 1024)}</a>`],
  ])('%s give no payload', (_, xml) => {
    expect(parseXml(xml)).toBeUndefined()
  })

  test('as large and deep as is allowed is read', () => {
    expect(parseXml(`${'<a>'.repeat(64)}${'</a>'.repeat(64)}`)).toBeDefined()
    expect(parseXml(`<a>${'x'.repeat(1024 * 1024 - 7)}</a>`)?.text).toHaveLength(1024 * 1024 - 7)
  })

  test('names of JavaScript are names like others', () => {
    const root = parseXml('<msg __proto__="x" constructor="y" toString="z"><__proto__>t</__proto__></msg>')
    expect(Object.entries(root?.attributes ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['toString', 'z'],
    ])
    expect(root?.attributes.hasOwnProperty).toBeUndefined()
    expect(root?.children[0]?.text).toBe('t')
  })
})

describe('keys and names that mean something to JavaScript', () => {
  const EVIL = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'user', 'reply', 'raw']

  /** A bot whose server adds these keys to everything it says, beneath the text of JSON, where they are keys like others. */
  async function behindEvilServer(): Promise<{ bot: Itchat; next(): Promise<Message>; say(text: string): void }> {
    const sandbox = await sandboxFor()
    const poison = Object.fromEntries(EVIL.slice(1).map((key) => [key, { isAdmin: true, NickName: 5 }]))
    const spoil = (value: unknown): unknown => {
      if (typeof value !== 'object' || value === null) return value
      if (Array.isArray(value)) return value.map(spoil)
      const spoilt = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, spoil(one)]))
      Object.defineProperty(spoilt, '__proto__', {
        value: { isAdmin: true, VerifyFlag: 8, NickName: { evil: true }, Uin: 'x' },
        enumerable: true,
      })
      return Object.assign(spoilt, poison)
    }
    const door = await tampered(sandbox, (_, answer) => spoil(answer))
    const bot = botFor(door)
    let take = (_: Message) => {}
    bot.msgRegister([TEXT, UNKNOWN], (msg) => take(msg as Message))
    await bot.login()
    void bot.run()
    const received = new Promise<Message>((resolve) => {
      take = resolve
    })
    return { bot, next: () => received, say: (text) => sandbox.friend('小满').say(text) }
  }

  test('as keys of every reply: contacts and messages are what they were, and nobody else is changed', async () => {
    const { bot, next, say } = await behindEvilServer()
    const friends = await bot.getFriends()
    expect(friends.length).toBeGreaterThan(5)
    for (const friend of friends) {
      expect(friend).toBeInstanceOf(User)
      expect(friend.NickName).toBeTypeOf('string')
      expect(friend.send).toBeTypeOf('function')
      expect('isAdmin' in friend).toBe(false)
    }
    for (const room of await bot.getChatrooms()) {
      expect(room).toBeInstanceOf(Chatroom)
      for (const member of room.memberList) expect(member.NickName).toBeTypeOf('string')
    }
    expect(bot.searchFriends({ name: '小满' })).toHaveLength(1)
    say('hello')
    const msg = await next()
    expect(msg.text).toBe('hello')
    expect(msg.user).toBeInstanceOf(User)
    expect(msg.reply).toBeTypeOf('function')
    expect('isAdmin' in msg).toBe(false)
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
    expect(Object.prototype).not.toHaveProperty('NickName')
  })

  test('as names and ids of people: found like others, and nobody is found by them who has them not', async () => {
    const sandbox = await sandboxFor()
    const evil = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
    const bot = botFor(sandbox)
    await bot.login()
    for (const name of evil) {
      expect(bot.searchFriends({ name })).toEqual([])
      expect(bot.searchFriends({ userName: name })).toBeUndefined()
      expect(bot.searchChatrooms({ name })).toEqual([])
      expect(bot.searchChatrooms({ userName: name })).toBeUndefined()
    }
    await bot.logout()
    sandbox.friend('小满').rename('__proto__')
    sandbox.group('周末爬山队').rename('constructor', '小满')
    await bot.login()
    expect(bot.searchFriends({ nickName: '__proto__' })).toHaveLength(1)
    expect(bot.searchChatrooms({ name: 'constructor' })).toHaveLength(1)
  })

  test('behind fields that were not sent nothing stands', () => {
    const sent = JSON.parse('{"UserName":"@a","NickName":"A","__proto__":{"VerifyFlag":8,"Uin":"1"}}')
    const entry = readContact(sent)
    expect(entry?.fields).toEqual({ UserName: '@a', NickName: 'A' })
    expect(entry?.fields.VerifyFlag).toBeUndefined()
    expect(Object.getPrototypeOf(entry?.fields)).toBe(Object.prototype)
  })

  test('numbers and ids that are none: the message comes all the same', async () => {
    const odd = [
      -1,
      1e308,
      2 ** 53,
      '__proto__',
      '../../etc',
      '9'.repeat(1_000),
      '',
      null,
      {},
      [],
      '１２３',
      '1;drop',
      true,
    ]
    const sandbox = await sandboxFor({ floodLimit: false })
    const door = await tampered(sandbox, (endpoint, answer) => {
      if (endpoint !== 'webwxsync') return
      for (const message of answer.AddMsgList) {
        const [kind, n] = String(message.Content).split(' ')
        const value = odd[Number(n)]
        if (kind === 'ids')
          Object.assign(message, { MsgId: value, NewMsgId: value, CreateTime: value, FileSize: value })
        if (kind === 'types') Object.assign(message, { MsgType: value, AppMsgType: value, Status: value })
      }
    })
    const bot = botFor(door)
    const received: Message[] = []
    const all = new Promise<void>((resolve) => {
      bot.msgRegister([...INCOME_MSG.filter((type) => type !== 'System'), UNKNOWN], (msg) => {
        received.push(msg as Message)
        if (msg.text === 'end') resolve()
      })
    })
    await bot.login()
    void bot.run()
    const friend = sandbox.friend('小满')
    for (const n of odd.keys()) {
      friend.say(`ids ${n}`)
      friend.say(`types ${n}`)
    }
    friend.say('end')
    await all
    for (const msg of received) {
      expect(msg.msgId).toBeTypeOf('string')
      expect(msg.msgType).toBeTypeOf('number')
      expect(msg.createTime).toBeTypeOf('number')
      expect(msg.newMsgId).toBeTypeOf('string')
    }
    expect(received.map((msg) => msg.content)).toEqual([
      ...[...odd.keys()].flatMap((n) => [`ids ${n}`, `types ${n}`]),
      'end',
    ])
  })
})
