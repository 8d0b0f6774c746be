import { type Itchat, type Message, StateError, TEXT } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, test } from 'vitest'
import { botFor, nextEvent, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'

const userName = '@0123456789abcdef0123456789abcdef'
const room = `@@${'1'.repeat(64)}`

/** Every call that needs a session. */
const CALLS: [name: string, call: (bot: Itchat) => unknown][] = [
  ['send', (bot) => bot.send('x', 'filehelper')],
  ['send to this account', (bot) => bot.send('x')],
  ['send a file', (bot) => bot.send(bot.file(Buffer.from('x')), 'filehelper')],
  ['sendMsg', (bot) => bot.sendMsg('x', 'filehelper')],
  ['sendRawMsg', (bot) => bot.sendRawMsg(1, 'x', 'filehelper')],
  ['sendFile', (bot) => bot.sendFile(Buffer.from('x'), 'filehelper')],
  ['sendImage', (bot) => bot.sendImage(Buffer.from('x'), 'filehelper')],
  ['sendImg', (bot) => bot.sendImg(Buffer.from('x'), 'filehelper')],
  ['sendVideo', (bot) => bot.sendVideo(Buffer.from('x'), 'filehelper')],
  ['uploadFile', (bot) => bot.uploadFile(Buffer.from('x'))],
  ['sendCard', (bot) => bot.sendCard({ UserName: userName, NickName: 'x', Alias: '' } as never, 'filehelper')],
  ['revoke', (bot) => bot.revoke('1', 'filehelper')],
  ['markRead', (bot) => bot.markRead('filehelper')],
  ['getFriends', (bot) => bot.getFriends(true)],
  ['getChatrooms', (bot) => bot.getChatrooms({ update: true })],
  ['getContact', (bot) => bot.getContact(true)],
  ['getMps', (bot) => bot.getMps(true)],
  ['updateFriend', (bot) => bot.updateFriend(userName)],
  ['updateFriend with a list', (bot) => bot.updateFriend([userName])],
  ['updateChatroom', (bot) => bot.updateChatroom(room)],
  ['setAlias', (bot) => bot.setAlias(userName, 'x')],
  ['setPinned', (bot) => bot.setPinned(userName)],
  ['addFriend', (bot) => bot.addFriend(userName)],
  ['getHeadImg', (bot) => bot.getHeadImg()],
  ['getHeadImg into a file', (bot) => bot.getHeadImg({ userName, picDir: 'x.jpg' })],
  ['createChatroom', (bot) => bot.createChatroom([userName, userName])],
  ['setChatroomName', (bot) => bot.setChatroomName(room, 'x')],
  ['addMemberIntoChatroom', (bot) => bot.addMemberIntoChatroom(room, [userName])],
  ['deleteMemberFromChatroom', (bot) => bot.deleteMemberFromChatroom(room, [userName])],
  ['webInit', (bot) => bot.webInit()],
  ['showMobileLogin', (bot) => bot.showMobileLogin()],
  ['startReceiving', (bot) => bot.startReceiving()],
  ['getMsg', (bot) => bot.getMsg()],
]

const STATES: [title: string, reach: (bot: Itchat, sandbox: Sandbox) => Promise<unknown>][] = [
  ['before a login', async () => {}],
  ['while waiting for the scan', (bot) => bot.getQRuuid().then(() => bot.getQR())],
  ['after logout()', (bot) => bot.login().then(() => bot.logout())],
  [
    'after a logout from the phone',
    async (bot, sandbox) => {
      await bot.login()
      const running = bot.run()
      await sandbox.held('synccheck')
      sandbox.phone.logoutWeb()
      await running
    },
  ],
  ['after close()', (bot) => bot.login().then(() => bot.close())],
]

describe.each(STATES)('%s', (_, reach) => {
  test('calls that need a session throw StateError without sending a request', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await reach(bot, sandbox)
    const before = sandbox.requests.length
    for (const [name, call] of CALLS) {
      expect(await failureOf(Promise.resolve().then(() => call(bot))), name).toBeInstanceOf(StateError)
    }
    expect(sandbox.requests.slice(before)).toEqual([])
  })
})

describe.each(['logout', 'close'] as const)('after %s()', (end) => {
  test('methods on messages and contacts throw StateError', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await bot.login()
    void bot.run()
    const received = new Promise<Message>((resolve) => bot.msgRegister(TEXT, (msg) => resolve(msg)))
    sandbox.friend('小满').say('x')
    const message = await received
    const friend = bot.searchFriends({ name: '小满' })[0]
    const group = bot.searchChatrooms({ name: '爬山' })[0]
    if (!friend || !group) throw new Error('missing from the default world')
    await bot[end]()
    const before = sandbox.requests.length
    const calls: (() => Promise<unknown>)[] = [
      () => message.reply('x'),
      () => message.forward('filehelper'),
      () => friend.send('x'),
      () => friend.update(),
      () => friend.setAlias('x'),
      () => group.send('x'),
      () => group.update(),
      () => group.getHeadImage(),
    ]
    for (const call of calls)
      expect(await failureOf(Promise.resolve().then(call)), String(call)).toBeInstanceOf(StateError)
    expect(sandbox.requests.slice(before)).toEqual([])
  })
})

test.each(['loginCallback', 'handler'] as const)('calls work in a %s', async (where) => {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  const sent = () => bot.send('x', 'filehelper')
  bot.msgRegister(TEXT, sent)
  await bot.login(where === 'loginCallback' ? { loginCallback: sent } : {})
  void bot.run()
  if (where === 'handler') sandbox.friend('小满').say('now')
  expect((await sandbox.official('filehelper').nextMessage()).text).toBe('x')
})

test('calls work again after a new login replaces a lost session', async () => {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  await bot.login()
  const ended = nextEvent(bot, 'logout')
  await sandbox.held('synccheck')
  sandbox.expireSession(1101)
  await ended
  expect(await failureOf(bot.send('x', 'filehelper'))).toBeInstanceOf(StateError)
  await bot.login()
  expect(await bot.send('x', 'filehelper')).toMatchObject({ ok: true })
})
