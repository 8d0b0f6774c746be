import { type Itchat, type Message, StateError, TEXT } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { describe, expect, test } from 'vitest'
import { botFor, nextEvent, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'

const somebody = '@0123456789abcdef0123456789abcdef'
const room = `@@${'1'.repeat(64)}`

/** Every call that acts on the server of a session. */
const CALLS: [name: string, call: (bot: Itchat) => unknown][] = [
  ['send', (bot) => bot.send('x', 'filehelper')],
  ['send, to oneself', (bot) => bot.send('x')],
  ['send a file', (bot) => bot.send(bot.file(Buffer.from('x')), 'filehelper')],
  ['sendMsg', (bot) => bot.sendMsg('x', 'filehelper')],
  ['sendRawMsg', (bot) => bot.sendRawMsg(1, 'x', 'filehelper')],
  ['sendFile', (bot) => bot.sendFile(Buffer.from('x'), 'filehelper')],
  ['sendImage', (bot) => bot.sendImage(Buffer.from('x'), 'filehelper')],
  ['sendImg', (bot) => bot.sendImg(Buffer.from('x'), 'filehelper')],
  ['sendVideo', (bot) => bot.sendVideo(Buffer.from('x'), 'filehelper')],
  ['uploadFile', (bot) => bot.uploadFile(Buffer.from('x'))],
  ['sendCard', (bot) => bot.sendCard({ UserName: somebody, NickName: 'x', Alias: '' } as never, 'filehelper')],
  ['revoke', (bot) => bot.revoke('1', 'filehelper')],
  ['markRead', (bot) => bot.markRead('filehelper')],
  ['getFriends', (bot) => bot.getFriends(true)],
  ['getChatrooms', (bot) => bot.getChatrooms({ update: true })],
  ['getContact', (bot) => bot.getContact(true)],
  ['getMps', (bot) => bot.getMps(true)],
  ['updateFriend', (bot) => bot.updateFriend(somebody)],
  ['updateFriend of several', (bot) => bot.updateFriend([somebody])],
  ['updateChatroom', (bot) => bot.updateChatroom(room)],
  ['setAlias', (bot) => bot.setAlias(somebody, 'x')],
  ['setPinned', (bot) => bot.setPinned(somebody)],
  ['addFriend', (bot) => bot.addFriend(somebody)],
  ['getHeadImg', (bot) => bot.getHeadImg()],
  ['getHeadImg into a file', (bot) => bot.getHeadImg({ userName: somebody, picDir: 'x.jpg' })],
  ['createChatroom', (bot) => bot.createChatroom([somebody, somebody])],
  ['setChatroomName', (bot) => bot.setChatroomName(room, 'x')],
  ['addMemberIntoChatroom', (bot) => bot.addMemberIntoChatroom(room, [somebody])],
  ['deleteMemberFromChatroom', (bot) => bot.deleteMemberFromChatroom(room, [somebody])],
  ['webInit', (bot) => bot.webInit()],
  ['showMobileLogin', (bot) => bot.showMobileLogin()],
  ['startReceiving', (bot) => bot.startReceiving()],
  ['getMsg', (bot) => bot.getMsg()],
]

const MOMENTS: [when: string, arrive: (bot: Itchat, sandbox: Sandbox) => Promise<unknown>][] = [
  ['before a login', async () => {}],
  ['while the QR waits', (bot) => bot.getQRuuid().then(() => bot.getQR())],
  ['after logout()', (bot) => bot.login().then(() => bot.logout())],
  [
    'after the phone logged it out',
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

describe.each(MOMENTS)('%s', (_, arrive) => {
  test('every call that needs a session throws StateError, and no request is made', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await arrive(bot, sandbox)
    const before = sandbox.requests.length
    for (const [name, call] of CALLS) {
      expect(await failureOf(Promise.resolve().then(() => call(bot))), name).toBeInstanceOf(StateError)
    }
    expect(sandbox.requests.slice(before)).toEqual([])
  })
})

describe.each(['logout', 'close'] as const)('after %s()', (end) => {
  test('so do the methods of messages and contacts', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await bot.login()
    void bot.run()
    const received = new Promise<Message>((resolve) => bot.msgRegister(TEXT, (msg) => resolve(msg)))
    sandbox.friend('小满').say('x')
    const message = await received
    const friend = bot.searchFriends({ name: '小满' })[0]
    const group = bot.searchChatrooms({ name: '爬山' })[0]
    if (!friend || !group) throw new Error('the world has changed')
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

test.each(['loginCallback', 'handler'] as const)('in a %s calls work', async (where) => {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  const sent = () => bot.send('x', 'filehelper')
  bot.msgRegister(TEXT, sent)
  await bot.login(where === 'loginCallback' ? { loginCallback: sent } : {})
  void bot.run()
  if (where === 'handler') sandbox.friend('小满').say('now')
  expect((await sandbox.official('filehelper').nextMessage()).text).toBe('x')
})

test('after a session was lost a new login makes them work again', async () => {
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
