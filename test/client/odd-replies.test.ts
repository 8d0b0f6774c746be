import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Itchat, type Message, ProtocolError, TEXT, User } from 'itchat'
import { describe, expect, test } from 'vitest'
import { botFor, events, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'
import { type Passing, wireTo } from '../support/wire.js'

/** All control characters, which must be escaped in a JSON string. */
const CONTROLS = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join('')

const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))

/** A bot on a connection whose JSON replies are changed by `corrupt`. */
async function botBehind(corrupt: (endpoint: string, body: string) => string | Uint8Array) {
  const sandbox = await sandboxFor()
  const corrupted = new Set<string>()
  const wire = await wireTo(sandbox, async (request: Passing) => {
    const reply = await request.pass()
    const headers = new Headers(reply.headers)
    const body = await reply.text()
    if (!body.startsWith('{')) return new Response(body, { status: reply.status, headers })
    const changed = corrupt(request.endpoint, body)
    if (changed !== body) corrupted.add(request.endpoint)
    headers.delete('content-length')
    return new Response(changed as string, { status: reply.status, headers })
  })
  return { sandbox, wire, corrupted, bot: botFor(wire) }
}

const received = (bot: Itchat, count: number) =>
  new Promise<Message[]>((resolve) => {
    const messages: Message[] = []
    bot.msgRegister(TEXT, (msg) => {
      messages.push(msg)
      if (messages.length === count) resolve(messages)
    })
  })

test('a message that the server accepts without an id is unconfirmed', async () => {
  const { bot } = await botBehind((endpoint, body) =>
    endpoint === 'webwxsendmsg' ? body.replace(/"MsgID":"\d+"/, '"MsgID":""') : body,
  )
  await bot.login()
  const sent = events(bot, 'sent')
  expect(await bot.send('hello', 'filehelper')).toMatchObject({ MsgID: '', unconfirmed: true })
  expect(sent).toMatchObject([{ msgId: '', outcome: 'unconfirmed' }])
})

test('an error about a reply that is not JSON states the HTTP status', async () => {
  const sandbox = await sandboxFor()
  const wire = await wireTo(sandbox, async (request) =>
    request.endpoint === 'webwxsendmsg'
      ? new Response('<html>Moved</html>', { status: 302, headers: { location: 'http://127.0.0.1:9/' } })
      : request.pass(),
  )
  const bot = botFor(wire)
  await bot.login()
  expect(await failureOf(bot.send('hello', 'filehelper'))).toMatchObject({
    name: 'ProtocolError',
    message: expect.stringContaining('HTTP 302 with an HTML page instead of JSON'),
  })
})

test('the page with the credentials may contain white space and CDATA sections', async () => {
  const sandbox = await sandboxFor()
  const wire = await wireTo(sandbox, async (request) => {
    const reply = await request.pass()
    if (request.endpoint !== 'webwxnewloginpage') return reply
    const headers = new Headers(reply.headers)
    headers.delete('content-length')
    const page = (await reply.text())
      .replace(/<skey>(.*)<\/skey>/, '<skey><![CDATA[$1]]></skey>')
      .replaceAll(/<(ret|wxsid|wxuin|pass_ticket)>(.*?)</g, '\n<$1>\n $2 \n<')
    return new Response(`<?xml version="1.0"?>\n${page}\n`, { status: reply.status, headers })
  })
  const bot = botFor(wire)
  await bot.login()
  expect(bot.state).toBe('online')
})

test('the page with the credentials is read in one pass, however many elements it opens', async () => {
  const sandbox = await sandboxFor()
  const page = `<error><ret>0</ret>${'<skey>'.repeat(200_000)}</error>`
  const wire = await wireTo(sandbox, ({ endpoint }) => (endpoint === 'webwxnewloginpage' ? page : undefined))
  expect(await failureOf(botFor(wire).login())).toMatchObject({ name: 'LoginError', reason: 'refused' })
})

describe('a reply with unescaped control characters in strings', () => {
  test('is parsed for every endpoint', async () => {
    const { bot, sandbox, corrupted } = await botBehind((_, body) =>
      body.replaceAll('"ErrMsg":""', `"ErrMsg":"${CONTROLS}"`),
    )
    const messages = received(bot, 1)
    await bot.login()
    void bot.run()
    const xiaoman = bot.searchFriends({ name: '小满' })[0] as User
    const others = bot.memberList.slice(1, 3)
    const room = bot.chatroomList[0]?.UserName ?? ''
    await bot.send('hi', xiaoman.UserName)
    await bot.sendImage(Buffer.from('R0lGODlhAQABAAAAACwAAAAAAQABAAA=', 'base64'), xiaoman.UserName)
    await bot.sendFile(Buffer.from('x'), xiaoman.UserName)
    await xiaoman.update()
    await xiaoman.setAlias('满')
    await bot.createChatroom(others, 'two')
    await bot.setChatroomName(room, 'renamed')
    sandbox.friend('林小满').say('hello')
    expect((await messages)[0]?.text).toBe('hello')
    expect([...corrupted].sort()).toEqual([
      'webwxbatchgetcontact',
      'webwxcreatechatroom',
      'webwxgetcontact',
      'webwxinit',
      'webwxoplog',
      'webwxsendappmsg',
      'webwxsendemoticon',
      'webwxsendmsg',
      'webwxstatusnotify',
      'webwxsync',
      'webwxupdatechatroom',
      'webwxuploadmedia',
    ])
  })

  test('causes no loss of messages in this batch or later batches, and changes no ID', async () => {
    const { bot, sandbox } = await botBehind((endpoint, body) =>
      endpoint === 'webwxsync' ? body.replace('a log', `a \u001b[31mred\u001b[0m ${CONTROLS} log`) : body,
    )
    const messages = received(bot, 4)
    await bot.login()
    void bot.run()
    const friend = sandbox.friend('小满')
    for (const text of ['one', 'a log', 'two']) friend.say(text)
    await sandbox.held('synccheck')
    friend.say('three')
    const seen = await messages
    expect(seen.map(({ text }) => text)).toEqual(['one', `a \u001b[31mred\u001b[0m ${CONTROLS} log`, 'two', 'three'])
    for (const msg of seen) {
      expect(msg.newMsgId).toBe(msg.msgId)
      expect(msg.newMsgId).toMatch(/^\d{17,19}$/)
    }
  })

  test('affects only the name that contains them', async () => {
    const { bot, sandbox } = await botBehind((_, body) => body.replaceAll('沈青禾', `沈${CONTROLS}青禾`))
    await bot.login()
    expect(bot.searchFriends({ name: `沈${CONTROLS}青禾` })).toHaveLength(1)
    expect(bot.searchFriends({ name: '小满' })).toHaveLength(1)
    expect(sandbox.warnings).toEqual([])
  })

  test('is still rejected when it is otherwise invalid', async () => {
    let corrupt = (body: string) => body
    const { bot } = await botBehind((endpoint, body) => (endpoint === 'webwxsendmsg' ? corrupt(body) : body))
    await bot.login()
    const mutations = {
      'a control character between tokens': (body: string) => body.replace('{', '{\u001b'),
      'a byte order mark': (body: string) => `\ufeff${body}`,
      'NUL padding': (body: string) => `${body}\0\0`,
      truncation: (body: string) => body.slice(0, -1).replace('"ErrMsg":""', '"ErrMsg":"\u001b"'),
      'an extra quote': (body: string) => body.replace('"ErrMsg":""', '"ErrMsg":"\u001b""'),
    }
    for (const [name, mutation] of Object.entries(mutations)) {
      corrupt = mutation
      const failure = (await failureOf(bot.sendMsg('hi', 'filehelper'))) as ProtocolError
      expect(failure, name).toBeInstanceOf(ProtocolError)
      expect(failure.cause, name).toBeUndefined()
    }
  })
})

test('a reply with invalid UTF-8 is decoded with replacement characters, without any other loss', async () => {
  const { bot, sandbox } = await botBehind((endpoint, body) => {
    const at = body.indexOf('broken bytes')
    if (endpoint !== 'webwxsync' || at < 0) return body
    return Buffer.concat([Buffer.from(body.slice(0, at)), Buffer.from([0xff, 0xc3]), Buffer.from(body.slice(at))])
  })
  const messages = received(bot, 2)
  await bot.login()
  void bot.run()
  sandbox.friend('小满').say('broken bytes')
  sandbox.friend('小满').say('next')
  expect((await messages).map(({ text }) => text)).toEqual(['\ufffd\ufffdbroken bytes', 'next'])
})

describe('JSON nested a hundred thousand levels deep', () => {
  const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`

  test('in a message is cut off without any other loss, even with hot reload', async () => {
    const { bot, sandbox } = await botBehind((endpoint, body) =>
      endpoint === 'webwxsync' ? body.replace('"Content":"deep"', `"Deep":${DEEP},"Content":"deep"`) : body,
    )
    const errors = events(bot, 'error')
    const messages = received(bot, 3)
    await bot.autoLogin({ hotReload: true, statusStorageDir: join(folder(), 'state.json') })
    void bot.run()
    for (const text of ['deep', 'next', 'last']) sandbox.friend('小满').say(text)
    const seen = await messages
    expect(seen.map(({ text }) => text)).toEqual(['deep', 'next', 'last'])
    expect(JSON.stringify(seen[0]?.raw.Deep)).toBe(`${'['.repeat(61)}null${']'.repeat(61)}`)
    expect(errors).toEqual([])
  })

  test('in a contact is cut off without any other loss, even after an update', async () => {
    const { bot } = await botBehind((_, body) =>
      body.replace('"NickName":"林小满"', `"Deep":${DEEP},"NickName":"林小满"`),
    )
    await bot.login()
    const friend = bot.searchFriends({ name: '小满' })[0] as User
    await friend.update()
    expect(friend).toBeInstanceOf(User)
    expect(() => JSON.stringify(friend)).not.toThrow()
  })
})

test('a server key with the same name as a property of a message does not cause the message to be dropped', async () => {
  const { bot, sandbox } = await botBehind((endpoint, body) =>
    endpoint === 'webwxsync'
      ? body.replace('"Content":"odd"', '"type":"Friends","user":"x","request":{},"text":1,"Content":"odd"')
      : body,
  )
  const messages = received(bot, 2)
  await bot.login()
  void bot.run()
  for (const text of ['odd', 'next']) sandbox.friend('小满').say(text)
  const [odd, next] = await messages
  expect([odd?.type, odd?.text, odd?.user, next?.text]).toEqual(['Text', 'odd', next?.user, 'next'])
  expect(odd?.raw).toMatchObject({ type: 'Friends', user: 'x', text: 1 })
})
