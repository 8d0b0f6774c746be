import { type Chatroom, type Itchat, type MassivePlatform, type Message, TEXT, type User } from 'itchat'
import { beforeAll, describe, expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { gate } from '../support/gate.js'
import { tampered } from '../support/tampered.js'

interface Parts {
  bot: Itchat
  user: User
  other: User
  room: Chatroom
  mp: MassivePlatform
  msg: Message
}

type Call = (parts: Parts, signal: AbortSignal) => Promise<unknown>

/** Every public call that can wait while the account is logged in. */
const CALLS: Record<string, Call> = {
  send: ({ bot }, signal) => bot.send('x', 'filehelper', { signal }),
  sendMsg: ({ bot }, signal) => bot.sendMsg('x', 'filehelper', { signal }),
  sendRawMsg: ({ bot }, signal) => bot.sendRawMsg(1, 'x', 'filehelper', { signal }),
  sendFile: ({ bot }, signal) => bot.sendFile(Buffer.from('x'), 'filehelper', { signal }),
  sendImage: ({ bot }, signal) => bot.sendImage(Buffer.from('x'), 'filehelper', { signal }),
  sendVideo: ({ bot }, signal) => bot.sendVideo(Buffer.from('x'), 'filehelper', { signal }),
  sendCard: ({ bot, user }, signal) => bot.sendCard(user, 'filehelper', { signal }),
  uploadFile: ({ bot }, signal) => bot.uploadFile(Buffer.from('x'), { signal }),
  revoke: ({ bot }, signal) => bot.revoke('1', 'filehelper', undefined, { signal }),
  markRead: ({ bot }, signal) => bot.markRead('filehelper', { signal }),
  getFriends: ({ bot }, signal) => bot.getFriends({ update: true, signal }),
  getChatrooms: ({ bot }, signal) => bot.getChatrooms({ update: true, signal }),
  getMps: ({ bot }, signal) => bot.getMps({ update: true, signal }),
  updateFriend: ({ bot, user }, signal) => bot.updateFriend(user, { signal }),
  updateChatroom: ({ bot, room }, signal) => bot.updateChatroom(room, { signal }),
  setAlias: ({ bot, user }, signal) => bot.setAlias(user, 'x', { signal }),
  setPinned: ({ bot, user }, signal) => bot.setPinned(user, true, { signal }),
  'addFriend(options)': ({ bot, user }, signal) => bot.addFriend({ userName: user, signal }),
  'addFriend positional': ({ bot, user }, signal) => bot.addFriend(user, 2, 'hi', true, { signal }),
  getHeadImg: ({ bot, user }, signal) => bot.getHeadImg({ userName: user, signal }),
  createChatroom: ({ bot, user, other }, signal) => bot.createChatroom([user, other], 'x', { signal }),
  setChatroomName: ({ bot, room }, signal) => bot.setChatroomName(room, 'x', { signal }),
  addMemberIntoChatroom: ({ bot, room, user }, signal) => bot.addMemberIntoChatroom(room, user, { signal }),
  deleteMemberFromChatroom: ({ bot, room }, signal) =>
    bot.deleteMemberFromChatroom(room, room.memberList[1] as never, { signal }),
  showMobileLogin: ({ bot }, signal) => bot.showMobileLogin({ signal }),
  configuredReply: ({ bot }, signal) => bot.configuredReply({ signal }),
  dumpLoginStatus: ({ bot }, signal) => bot.dumpLoginStatus('/nowhere/itchat.json', { signal }),
  'msg.reply': ({ msg }, signal) => msg.reply('x', { signal }),
  'msg.forward': ({ msg, user }, signal) => msg.forward(user, { signal }),
  'contact.send': ({ user }, signal) => user.send('x', { signal }),
  'contact.sendMsg': ({ room }, signal) => room.sendMsg('x', { signal }),
  'contact.sendRawMsg': ({ mp }, signal) => mp.sendRawMsg(1, 'x', { signal }),
  'contact.sendFile': ({ user }, signal) => user.sendFile(Buffer.from('x'), { signal }),
  'contact.getHeadImage': ({ user }, signal) => user.getHeadImage(undefined, { signal }),
  'user.update': ({ user }, signal) => user.update({ signal }),
  'user.setAlias': ({ user }, signal) => user.setAlias('x', { signal }),
  'user.setPinned': ({ user }, signal) => user.setPinned(true, { signal }),
  'room.update': ({ room }, signal) => room.update({ signal }),
  'room.setAlias': ({ room }, signal) => room.setAlias('x', { signal }),
  'room.addMember': ({ room, user }, signal) => room.addMember(user, { signal }),
  'member.getHeadImage': ({ room }, signal) => room.memberList[1]?.getHeadImage(undefined, { signal }) as never,
  'member.deleteMember': ({ room }, signal) => room.memberList[1]?.deleteMember({ signal }) as never,
  // This call is last, in case it ends the session.
  logout: ({ bot }, signal) => bot.logout({ signal }),
}

describe('an aborted signal', () => {
  let parts: Parts
  let requests: () => number
  beforeAll(async () => {
    const { startSandbox } = await import('itchat/sandbox')
    const { Itchat } = await import('itchat')
    const sandbox = await startSandbox({ port: 0, autoLogin: true })
    const bot = new Itchat({ baseUrl: sandbox.url, logger: { debug() {}, info() {}, warn() {}, error() {} } })
    await bot.login()
    const received = new Promise<Message>((resolve) => {
      bot.msgRegister(TEXT, (msg) => resolve(msg))
    })
    sandbox.friend('小满').say('hello')
    while (!(await bot.configuredReply()));
    const [, user, other] = (await bot.getFriends()) as [User, User, User]
    const [room] = bot.chatroomList as [Chatroom]
    const [mp] = bot.mpList as [MassivePlatform]
    parts = { bot, user, other, room, mp, msg: await received }
    requests = () => sandbox.requests.filter(({ endpoint }) => endpoint !== 'synccheck').length
    return async () => {
      await bot.close()
      await sandbox.close()
    }
  })

  test.each(Object.entries(CALLS))('makes %s reject with its reason, without a request', async (_, call) => {
    const reason = new Error('canceled')
    const before = requests()
    await expect(call(parts, AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(requests()).toBe(before)
    expect(parts.bot.state).toBe('online')
  })
})

describe('a signal that is aborted during the call', () => {
  test('makes configuredReply() reject without handling a message', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await bot.login()
    while (await bot.configuredReply());
    const abort = new AbortController()
    const waiting = bot.configuredReply({ signal: abort.signal })
    abort.abort(new Error('canceled'))
    await expect(waiting).rejects.toThrow('canceled')
  })

  test('does not stop a handler that configuredReply() has started', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await bot.login()
    while (await bot.configuredReply());
    const started = gate()
    const release = gate()
    bot.msgRegister(TEXT, async () => {
      started.open()
      await release.opened
      return 'done'
    })
    const abort = new AbortController()
    sandbox.friend('小满').say('x')
    const handled = bot.configuredReply({ signal: abort.signal })
    await started.opened
    abort.abort(new Error('canceled'))
    await expect(handled).rejects.toThrow('canceled')
    release.open()
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('done')
  })

  test('makes logout() reject, but the session still ends', async () => {
    const sandbox = await sandboxFor()
    const requested = gate()
    const answer = gate()
    const proxy = await tampered(sandbox, async (endpoint) => {
      if (endpoint !== 'webwxlogout') return
      requested.open()
      await answer.opened
    })
    const bot = botFor(proxy)
    await bot.login()
    const loggedOut = new Promise((resolve) => bot.on('logout', resolve))
    const abort = new AbortController()
    const loggingOut = bot.logout({ signal: abort.signal })
    await requested.opened
    abort.abort(new Error('canceled'))
    await expect(loggingOut).rejects.toThrow('canceled')
    answer.open()
    expect(await loggedOut).toEqual({ reason: 'self' })
    expect(bot.state).toBe('loggedOut')
  })
})
