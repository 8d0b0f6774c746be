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
import { contactFrom } from '../support/contact.js'
import { tampered } from '../support/tampered.js'

describe('long repetitive text does not stall the bot', () => {
  const note = (MsgType: number) => (text: string) => decodeNote({ MsgType, Content: text } as never, text)
  const names = Array.from({ length: 500 }, (_, n) => ({ DisplayName: `me${'x'.repeat(n)}`, NickName: 'me' }))
  const MemberList = names.map((name, n) => ({ UserName: `@${n}`, ...name }))
  const room = contactFrom({ UserName: '@@room', MemberList }) as Chatroom

  /** Functions that process text from strangers. */
  const PROCESSORS: Record<string, (text: string) => unknown> = {
    'a mention': (text) => mentionsSelf(text, ['me'], room),
    'a mention of everyone': (text) => mentionsAll(text, room),
    'the sender in a group': splitGroupPrefix,
    'emoji and entities': decodeText,
    'the wording of a notice': note(10000),
    'a recall': note(10002),
    XML: parseXml,
    'the text of a notice': (text) => typeAndText({ MsgType: 10002, Content: text } as never),
    'the name of a location': (text) => typeAndText({ MsgType: 1, Url: 'x', Content: text, OriContent: text } as never),
    'a file name': safeName,
    'a directive': (text) => new UntrustedTexts().add(text),
    'text that is split': (text) => splitText(text, { max: 1_800, unit: 'utf16', keepsFences: true }),
    'text escaped for XML': escapeXml,
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

  // The text is so long that a function that takes quadratic time exceeds the test timeout. `npm run bench` measures how the
  // time grows.
  test.each(Object.entries(PROCESSORS))('when it is processed as %s', (name, read) => {
    // Splitting has to find grapheme clusters, which is slow for any text.
    const length = name === 'text that is split' ? 8_000 : 40_000
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
    ['nested entities', bomb(10)],
    ['a file entity', '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><msg>&f;</msg>'],
    ['a URL entity', '<!DOCTYPE x [<!ENTITY f SYSTEM "http://127.0.0.1/">]><msg>&f;</msg>'],
    ['a parameter entity', '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><msg>&p;</msg>'],
    ['100,000 levels', '<a>'.repeat(100_000)],
    ['65 levels', `${'<a>'.repeat(65)}${'</a>'.repeat(65)}`],
    ['more than 1 MiB', `<a>${'x'.repeat(1024 * 1024)}</a>`],
  ])('with %s is not parsed', (_, xml) => {
    expect(parseXml(xml)).toBeUndefined()
  })

  test('is parsed up to the size and depth limits', () => {
    expect(parseXml(`${'<a>'.repeat(64)}${'</a>'.repeat(64)}`)).toBeDefined()
    expect(parseXml(`<a>${'x'.repeat(1024 * 1024 - 7)}</a>`)?.text).toHaveLength(1024 * 1024 - 7)
  })

  test('may contain names with a special meaning in JavaScript, which are treated as ordinary names', () => {
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

describe('keys and names with a special meaning in JavaScript', () => {
  const EVIL = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'user', 'reply', 'raw']

  /** Starts a bot whose server adds these keys to every object it sends; in JSON, they are ordinary keys. */
  async function withHostileServer(): Promise<{ bot: Itchat; next(): Promise<Message>; say(text: string): void }> {
    const sandbox = await sandboxFor()
    const hostileFields = Object.fromEntries(EVIL.slice(1).map((key) => [key, { isAdmin: true, NickName: 5 }]))
    const spoil = (value: unknown): unknown => {
      if (typeof value !== 'object' || value === null) return value
      if (Array.isArray(value)) return value.map(spoil)
      const spoilt = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, spoil(item)]))
      Object.defineProperty(spoilt, '__proto__', {
        value: { isAdmin: true, VerifyFlag: 8, NickName: { evil: true }, Uin: 'x' },
        enumerable: true,
      })
      return Object.assign(spoilt, hostileFields)
    }
    const server = await tampered(sandbox, (_, answer) => spoil(answer))
    const bot = botFor(server)
    let take = (_: Message) => {}
    bot.msgRegister([TEXT, UNKNOWN], (msg) => take(msg as Message))
    await bot.login()
    void bot.run()
    const received = new Promise<Message>((resolve) => {
      take = resolve
    })
    return { bot, next: () => received, say: (text) => sandbox.friend('小满').say(text) }
  }

  test('do not change any contact, message or prototype when every reply contains them', async () => {
    const { bot, next, say } = await withHostileServer()
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

  test('as names and ids match only contacts that have them', async () => {
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

  test('never supply a missing field', () => {
    const sent = JSON.parse('{"UserName":"@a","NickName":"A","__proto__":{"VerifyFlag":8,"Uin":"1"}}')
    const entry = readContact(sent)
    expect(entry?.fields).toEqual({ UserName: '@a', NickName: 'A' })
    expect(entry?.fields.VerifyFlag).toBeUndefined()
    expect(Object.getPrototypeOf(entry?.fields)).toBe(Object.prototype)
  })

  test('invalid numbers and ids do not prevent delivery of the message', async () => {
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
    const server = await tampered(sandbox, (endpoint, answer) => {
      if (endpoint !== 'webwxsync') return
      for (const message of answer.AddMsgList) {
        const [kind, n] = String(message.Content).split(' ')
        const value = odd[Number(n)]
        if (kind === 'ids')
          Object.assign(message, { MsgId: value, NewMsgId: value, CreateTime: value, FileSize: value })
        if (kind === 'types') Object.assign(message, { MsgType: value, AppMsgType: value, Status: value })
      }
    })
    const bot = botFor(server)
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
