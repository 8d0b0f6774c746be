import { ArgumentError, Itchat, newInstance, TEXT, web } from 'itchat'
import { ilink } from 'itchat/ilink'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, test } from 'vitest'
import { botFor, nextEvent, quiet, sandboxFor } from '../support/bot.js'

// Programs in plain JavaScript, and options of type `any`, are not checked by the compiler.
type Any = never

const endpointsOf = (sandbox: Sandbox) => sandbox.requests.map(({ endpoint }) => endpoint)

/** Calls with a misspelled option, and the option that the error suggests. */
const CALLS: [name: string, call: (bot: Itchat) => unknown, suggestion: string][] = [
  ['new Itchat', () => new Itchat({ baseurl: 'http://127.0.0.1:8078' } as Any), 'baseUrl'],
  ['newInstance', () => newInstance({ download_dir: '.' } as Any), 'downloadDir'],
  ['pacing', () => new Itchat({ pacing: { persecond: 5 } as Any }), 'perSecond'],
  ['web', () => web({ baseURL: 'http://127.0.0.1:8078' } as Any), 'baseUrl'],
  ['ilink', () => ilink({ botagent: 'a/1' } as Any), 'botAgent'],
  ['window', () => ilink({ window: { send: 5 } as Any }), 'sends'],
  ['setLogging', (bot) => bot.setLogging({ logingLevel: 'debug' } as Any), 'loggingLevel'],
  ['autoLogin', (bot) => bot.autoLogin({ hotreload: true } as Any), 'hotReload'],
  ['login', (bot) => bot.login({ enableCmdQr: 2 } as Any), 'enableCmdQR'],
  ['loadLoginStatus', (bot) => bot.loadLoginStatus('x.json', { exitCallBack() {} } as Any), 'exitCallback'],
  ['getQR', (bot) => bot.getQR({ pic_dir: 'x.png' } as Any), 'picDir'],
  ['run', (bot) => bot.run({ blockthread: false } as Any), 'blockThread'],
  ['msgRegister', (bot) => bot.msgRegister(TEXT, { isGroupchat: true } as Any, () => {}), 'isGroupChat'],
  ['a decorator', (bot) => bot.msgRegister(TEXT, { is_mp_chat: true } as Any), 'isMpChat'],
  ['file', (bot) => bot.file('a.txt', { names: 'b.txt' } as Any), 'name'],
  ['getHeadImg', (bot) => bot.getHeadImg({ username: '@a' } as Any), 'userName'],
  ['getFriends', (bot) => bot.getFriends({ updated: true } as Any), 'update'],
  ['getChatrooms', (bot) => bot.getChatrooms({ contactonly: true } as Any), 'contactOnly'],
  ['on', (bot) => bot.on('erorr' as Any, () => {}), 'error'],
]

test.each(CALLS)('%s refuses a misspelled name, and suggests the right one', async (_, call, suggestion) => {
  const bot = botFor({ url: 'http://127.0.0.1:9' })
  const error = await (async () => call(bot))().catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(ArgumentError)
  expect((error as Error).message).toMatch(new RegExp(` Did you mean ${suggestion}\\?$`))
})

test('calls that send, download and search refuse misspelled names, and nothing is sent', async () => {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  await bot.login()
  void bot.run()
  const [room] = bot.chatroomList
  const received = new Promise<unknown[]>((resolve) => {
    bot.msgRegister('Picture', async (msg) => {
      const calls = [
        msg.reply('x', { At: true } as Any),
        msg.download(undefined, { thumbnails: true } as Any),
        msg.download('a.png', { onprogress() {} } as Any),
        msg.user.send('x', { que: true } as Any),
        bot.sendFile(Buffer.from('x'), 'filehelper', { naem: 'x.txt' } as Any),
        bot.uploadFile(Buffer.from('x'), { isPictur: true } as Any),
        room?.update({ detailedMembers: true } as Any),
        room?.addMember(msg.user, { useInvitatoin: true } as Any),
        bot.addFriend({ userName: msg.user, verify_content: 'hi' } as Any),
        bot.updateFriend(msg.user, { onprogress() {} } as Any),
        (async () => bot.searchFriends({ nickname: '小满' } as Any))(),
        (async () => bot.searchChatrooms({ names: '周末' } as Any))(),
        (async () => bot.searchMps({ nme: '天气' } as Any))(),
        (async () => room?.searchMember({ nickName: '小满', remarkname: 'x' } as Any))(),
      ]
      resolve((await Promise.allSettled(calls)).map((call) => ('reason' in call ? String(call.reason) : 'accepted')))
    })
  })
  sandbox.friend('小满').send({ kind: 'image' })
  const suggested = (await received).map((message) => / Did you mean (\w+)\?$/.exec(String(message))?.[1])
  const names = [
    'at',
    'thumbnail',
    'onProgress',
    'queue',
    'name',
    'isPicture',
    'detailedMember',
    'useInvitation',
    'verifyContent',
    'onProgress',
    'nickName',
    'name',
    'name',
    'remarkName',
  ]
  expect(suggested).toEqual(names)
  expect(sandbox.friend('小满').unread).toEqual([])
})

describe('values that only programs without types can pass', () => {
  test.each([
    ['mediaRoots', '/srv/pictures', 'expected a list of paths, found a string'],
    ['mediaRoots', [''], 'expected a list of paths, found a list'],
    ['directives', 'Off', '"Off": expected one of handlers, everywhere, off'],
    ['directives', false, 'expected one of handlers, everywhere, off, found false'],
    ['downloadDir', '', 'expected a path, found an empty string'],
    ['logger', console.log, 'expected an object with the methods debug, info, warn, error, found a function'],
    ['maxTextLength', 'long', 'expected a number of at least 1, found a string'],
    ['maxTextLength', 0, 'expected a number of at least 1, found the number 0'],
    ['handlerTimeoutMs', Number.NaN, 'expected a number of at least 1, found the number NaN'],
    ['handlerTimeoutMs', 0, 'expected a number of at least 1, found the number 0'],
    ['pacing', 5, 'expected an object, found the number 5'],
    ['pacing', null, 'expected an object, found null'],
    ['directives', Symbol('off'), 'expected one of handlers, everywhere, off, found a symbol'],
  ])('new Itchat refuses %s: %o', (name, value, message) => {
    const create = () => new Itchat({ logger: quiet, [name]: value })
    expect(create).toThrow(ArgumentError)
    expect(create).toThrow(message)
  })

  test('new Itchat refuses an address instead of options, which would log in to the real service', () => {
    expect(() => new Itchat('http://127.0.0.1:8078' as Any)).toThrow('expected an object, found a string')
    expect(() => new Itchat(new URL('http://127.0.0.1:8078') as Any)).toThrow('found an instance of URL')
    expect(() => new Itchat(null as Any)).toThrow('expected an object, found null')
  })

  test('new Itchat accepts a console as its logger', () => {
    expect(() => new Itchat({ logger: console })).not.toThrow()
  })

  test('file refuses an unknown kind', () => {
    const bot = botFor({ url: 'http://127.0.0.1:9' })
    expect(() => bot.file('a.png', { as: 'picture' as Any })).toThrow(
      'Invalid as "picture": expected one of file, image, video.',
    )
    expect(() => bot.file('a.png', { as: (() => {}) as Any })).toThrow(
      'expected one of file, image, video, found a function',
    )
  })

  test('msgRegister refuses options after the handler, and `true` instead of options', () => {
    const bot = botFor({ url: 'http://127.0.0.1:9' })
    const register = bot.msgRegister.bind(bot) as (...args: unknown[]) => unknown
    expect(() => register(TEXT, () => {}, { isGroupChat: true })).toThrow('expected before the handler, found after it')
    expect(() => register(TEXT, true, () => {})).toThrow('expected an object, found true')
  })

  test('on refuses the event of other libraries for messages, and anything but a function', () => {
    const bot = botFor({ url: 'http://127.0.0.1:9' })
    expect(() => bot.on('message' as Any, () => {})).toThrow(/qr, scanned, .*error\. .*call msgRegister\(\)\.$/)
    expect(() => bot.on('constructor' as Any, () => {})).toThrow(ArgumentError)
    expect(() => bot.on('error', undefined as Any)).toThrow('Invalid listener: expected a function, found nothing.')
  })

  test('reply refuses anything but text, so that a missing value is not sent as "undefined"', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const failed = nextEvent(bot, 'error')
    bot.msgRegister(TEXT, (msg) => msg.reply(undefined as Any))
    await bot.login()
    void bot.run()
    sandbox.friend('小满').say('hello')
    expect((await failed).error).toMatchObject({
      name: 'ArgumentError',
      message: 'Invalid text: expected a string, found nothing.',
    })
    expect(sandbox.friend('小满').unread).toEqual([])
  })

  test('revoke, markRead and sendFile refuse missing values before any request', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await bot.login()
    const before = sandbox.requests.length
    const calls = [
      bot.revoke('', 'filehelper'),
      bot.revoke('1', undefined as Any),
      bot.markRead(undefined as Any),
      bot.sendFile('', 'filehelper'),
    ]
    const found = (await Promise.allSettled(calls)).map((call) => ('reason' in call ? call.reason.message : 'accepted'))
    expect(
      endpointsOf(sandbox)
        .slice(before)
        .filter((endpoint) => !endpoint.includes('sync')),
    ).toEqual([])
    expect(found).toEqual([
      'Invalid msgId: expected the MsgID of a sent message, found an empty string.',
      'Invalid toUserName: expected a contact or a UserName, found nothing.',
      'Invalid toUserName: expected a contact or a UserName, found nothing.',
      'Invalid source: expected a path, a file: URL, bytes, a Blob or a readable stream, found an empty string.',
    ])
  })

  test('download refuses a path that is not text before any request', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const failed = nextEvent(bot, 'error')
    bot.msgRegister('Picture', (msg) => msg.download('' as Any).then(() => {}))
    await bot.login()
    void bot.run()
    sandbox.friend('小满').send({ kind: 'image' })
    expect((await failed).error).toMatchObject({
      message: 'Invalid path: expected a non-empty string, found an empty string.',
    })
    expect(endpointsOf(sandbox)).not.toContain('webwxgetmsgimg')
  })
})
