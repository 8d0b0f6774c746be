import { ArgumentError, type Chatroom, type Itchat, UnsupportedError, type User } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { beforeAll, describe, expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { tampered } from '../support/tampered.js'

/** What may stand where a contact is expected, and is none. */
const NOBODY = ['', undefined, null, 7, {}, '@nobody', '@@nobody', 'nobody'] as never[]

async function loggedIn(): Promise<{ sandbox: Sandbox; bot: Itchat; friends: User[]; room: Chatroom }> {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  await bot.login()
  return { sandbox, bot, friends: await bot.getFriends(), room: bot.searchChatrooms({ name: '爬山' })[0] as Chatroom }
}

async function refusal(asked: Promise<unknown>): Promise<unknown> {
  const error = await asked.then(
    () => 'worked',
    (one: unknown) => one,
  )
  expect(error).toBeInstanceOf(ArgumentError)
  return (error as ArgumentError).argument
}

test('nobody, of any kind, is told by the name of the argument, and nothing is sent', async () => {
  const { sandbox, bot, friends, room } = await loggedIn()
  await sandbox.online()
  const asked = () => sandbox.requests.filter((one) => !['synccheck', 'webwxsync'].includes(one.endpoint)).length
  const before = asked()
  for (const nobody of NOBODY) {
    expect(await refusal(bot.setAlias(nobody, 'x'))).toBe('userName')
    expect(await refusal(bot.setPinned(nobody))).toBe('userName')
    expect(await refusal(bot.addFriend(nobody, 2))).toBe('userName')
    expect(await refusal(bot.updateFriend(nobody))).toBe('userName')
    expect(await refusal(bot.updateChatroom(nobody))).toBe('userName')
    expect(await refusal(bot.setChatroomName(nobody, 'x'))).toBe('chatroomUserName')
    expect(await refusal(bot.addMemberIntoChatroom(nobody, friends[1] as User))).toBe('chatroomUserName')
    expect(await refusal(bot.deleteMemberFromChatroom(nobody, friends[1] as User))).toBe('chatroomUserName')
    expect(await refusal(bot.addMemberIntoChatroom(room, nobody))).toBe('memberList')
    expect(await refusal(bot.addMemberIntoChatroom(room, [friends[1], nobody] as never))).toBe('memberList')
    expect(await refusal(bot.deleteMemberFromChatroom(room, [nobody]))).toBe('memberList')
    expect(await refusal(bot.createChatroom([friends[1], friends[2], nobody] as never, 'x'))).toBe('memberList')
    if (nobody !== undefined) {
      expect(await refusal(bot.getHeadImg({ userName: nobody }))).toBe('userName')
      expect(await refusal(bot.getHeadImg({ chatroomUserName: nobody }))).toBe('chatroomUserName')
      expect(await refusal(bot.getHeadImg({ userName: nobody, chatroomUserName: room }))).toBe('userName')
    }
  }
  expect(asked()).toBe(before)
})

test('the wrong kind, not in the group, too few, holes', async () => {
  const { sandbox, bot, friends, room } = await loggedIn()
  const [self, a, b] = friends as [User, User, User]
  const mp = (await bot.getMps())[0] as never
  expect(await refusal(bot.setAlias(room, 'x'))).toBe('userName')
  expect(await refusal(bot.setAlias(self, 'x'))).toBe('userName')
  expect(await refusal(bot.setAlias(mp, 'x'))).toBe('userName')
  expect(await refusal(bot.setAlias(a, 7 as never))).toBe('alias')
  expect(await refusal(bot.updateFriend(room as never))).toBe('userName')
  expect(await refusal(bot.updateChatroom(a))).toBe('userName')
  expect(await refusal(bot.setChatroomName(a, 'x'))).toBe('chatroomUserName')
  expect(await refusal(bot.setChatroomName(room, ''))).toBe('name')
  expect(await refusal(bot.addFriend(room))).toBe('userName')
  expect(await refusal(bot.addFriend(self))).toBe('userName')
  expect(await refusal(bot.addFriend(a, 9))).toBe('status')
  expect(await refusal(bot.addFriend(a, 3))).toBe('verifyContent')
  expect(await refusal(bot.addMemberIntoChatroom(room, room))).toBe('memberList')
  expect(await refusal(bot.addMemberIntoChatroom(room, []))).toBe('memberList')
  expect(await refusal(bot.createChatroom([a], 'x'))).toBe('memberList')
  expect(await refusal(bot.createChatroom([a, a.UserName, self], 'x'))).toBe('memberList')
  expect(await refusal(bot.createChatroom([a, b], 7 as never))).toBe('topic')
  // biome-ignore lint/suspicious/noSparseArray: the hole is the point
  const holes = [a, , b] as never
  for (const asked of [bot.createChatroom(holes), bot.addMemberIntoChatroom(room, holes), bot.updateFriend(holes)]) {
    await expect(asked).rejects.toThrow('[1] is missing')
  }
  const outsider = friends.find((friend) => !room.member(friend.UserName)) as User
  expect(await refusal(bot.deleteMemberFromChatroom(room, outsider))).toBe('memberList')
  expect(await refusal(bot.deleteMemberFromChatroom(room, self))).toBe('memberList')
  expect(sandbox.warnings).toEqual([])
})

describe('what a kind cannot do says so', () => {
  const UNSUPPORTED = {
    user: ['addMember', 'deleteMember', 'searchMember'],
    massivePlatform: ['update', 'setAlias', 'setPinned', 'verify', 'addMember', 'deleteMember', 'searchMember'],
    chatroom: ['verify'],
    member: ['update', 'setAlias', 'setPinned', 'verify', 'addMember', 'searchMember', 'send', 'sendMsg', 'sendImage'],
  }
  let objects: Record<string, any>
  beforeAll(async () => {
    const { startSandbox } = await import('itchat/sandbox')
    const { Itchat } = await import('itchat')
    await using sandbox = await startSandbox({ port: 0, autoLogin: true })
    const logger = { debug() {}, info() {}, warn() {}, error() {} }
    await using bot = new Itchat({ baseUrl: sandbox.url, logger })
    await bot.login()
    const [chatroom] = await bot.getChatrooms()
    const [massivePlatform] = await bot.getMps()
    objects = { user: (await bot.getFriends())[1], massivePlatform, chatroom, member: chatroom?.memberList[1] }
  })

  test.each(Object.entries(UNSUPPORTED).flatMap(([kind, names]) => names.map((name) => [kind, name] as const)))(
    '%s.%s',
    async (kind, name) => {
      const asked = async () => objects[kind][name]('x', 'y')
      await expect(asked()).rejects.toBeInstanceOf(UnsupportedError)
    },
  )

  test('a person who did not ask cannot be accepted', async () => {
    await expect(objects.user.verify()).rejects.toMatchObject({ name: 'StateError' })
  })
})

describe('a reply without its list', () => {
  test.each([
    ['webwxgetcontact', 'MemberList'],
    ['webwxbatchgetcontact', 'ContactList'],
    ['webwxcreatechatroom', 'ChatRoomName'],
  ])('%s without %s', async (broken, key) => {
    const sandbox = await sandboxFor()
    let isBroken = false
    const door = await tampered(sandbox, (endpoint, answer) => {
      if (isBroken && endpoint === broken) delete answer[key]
    })
    const bot = botFor(door)
    await bot.login()
    isBroken = true
    const [, a, b] = (await bot.getFriends()) as [User, User, User]
    const before = (await bot.getFriends()).length
    const asked = broken === 'webwxcreatechatroom' ? bot.createChatroom([a, b], 'x') : bot.getFriends({ update: true })
    await expect(asked).rejects.toMatchObject({ name: 'ProtocolError', endpoint: broken })
    expect(await bot.getFriends()).toHaveLength(before)
  })
})
