import { ArgumentError, type Chatroom, type ChatroomMember, type Itchat, UnsupportedError, type User } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { beforeAll, describe, expect, test } from 'vitest'
import { UNSUPPORTED } from '../../src/contact/unsupported.js'
import { botFor, sandboxFor } from '../support/bot.js'
import { tampered } from '../support/tampered.js'

/** Values that are not contacts. */
const INVALID = ['', undefined, null, 7, {}, '@unknown', '@@unknown', 'unknown'] as never[]

async function loggedIn(): Promise<{ sandbox: Sandbox; bot: Itchat; friends: User[]; room: Chatroom }> {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  await bot.login()
  return { sandbox, bot, friends: await bot.getFriends(), room: bot.searchChatrooms({ name: '爬山' })[0] as Chatroom }
}

function thrownBy(code: () => unknown): unknown {
  try {
    return code()
  } catch (error) {
    return error
  }
}

/** The name of the argument in the ArgumentError that `operation` rejects with. */
async function rejectedArgument(operation: Promise<unknown>): Promise<unknown> {
  const error = await operation.then(
    () => 'worked',
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ArgumentError)
  return (error as ArgumentError).argument
}

test('an invalid contact is rejected with the name of the argument, without a request', async () => {
  const { sandbox, bot, friends, room } = await loggedIn()
  await sandbox.online()
  const requestCount = () =>
    sandbox.requests.filter(({ endpoint }) => !['synccheck', 'webwxsync'].includes(endpoint)).length
  const before = requestCount()
  for (const invalid of INVALID) {
    expect(await rejectedArgument(bot.setAlias(invalid, 'x'))).toBe('userName')
    expect(await rejectedArgument(bot.setPinned(invalid))).toBe('userName')
    expect(await rejectedArgument(bot.addFriend(invalid, 2))).toBe('userName')
    expect(await rejectedArgument(bot.updateFriend(invalid))).toBe('userName')
    expect(await rejectedArgument(bot.updateChatroom(invalid))).toBe('userName')
    expect(await rejectedArgument(bot.setChatroomName(invalid, 'x'))).toBe('chatroomUserName')
    expect(await rejectedArgument(bot.addMemberIntoChatroom(invalid, friends[1] as User))).toBe('chatroomUserName')
    expect(await rejectedArgument(bot.deleteMemberFromChatroom(invalid, friends[1] as User))).toBe('chatroomUserName')
    expect(await rejectedArgument(bot.addMemberIntoChatroom(room, invalid))).toBe('memberList')
    expect(await rejectedArgument(bot.addMemberIntoChatroom(room, [friends[1], invalid] as never))).toBe('memberList')
    expect(await rejectedArgument(bot.deleteMemberFromChatroom(room, [invalid]))).toBe('memberList')
    expect(await rejectedArgument(bot.createChatroom([friends[1], friends[2], invalid] as never, 'x'))).toBe(
      'memberList',
    )
    if (invalid !== undefined) {
      expect(await rejectedArgument(bot.getHeadImg({ userName: invalid }))).toBe('userName')
      expect(await rejectedArgument(bot.getHeadImg({ chatroomUserName: invalid }))).toBe('chatroomUserName')
      expect(await rejectedArgument(bot.getHeadImg({ userName: invalid, chatroomUserName: room }))).toBe('userName')
    }
  }
  for (const invalid of INVALID) {
    expect(await rejectedArgument(bot.updateFriend([friends[1], invalid] as never))).toBe('userName')
    expect(await rejectedArgument(bot.updateChatroom([room, invalid] as never))).toBe('userName')
    expect(await rejectedArgument(bot.addFriend({ userName: invalid }))).toBe('userName')
    expect(await rejectedArgument(room.addMember(invalid))).toBe('memberList')
    expect(await rejectedArgument(room.deleteMember(invalid))).toBe('memberList')
    expect(room.searchMember({ userName: invalid })).toBeUndefined()
    expect(bot.searchFriends({ userName: invalid })).toBeUndefined()
    expect(bot.searchChatrooms({ userName: invalid })).toBeUndefined()
    expect(bot.searchMps({ userName: invalid })).toBeUndefined()
    for (const key of ['name', 'remarkName', 'nickName', 'wechatAccount']) {
      expect(bot.searchFriends({ [key]: invalid })).toEqual([])
      expect(room.searchMember({ [key]: invalid })).toEqual([])
    }
    expect(bot.searchChatrooms({ name: invalid })).toEqual([])
    expect(bot.searchMps({ name: invalid })).toEqual([])
  }
  expect(requestCount()).toBe(before)
})

test('a query that is not an object is rejected, and a search for an invalid value returns no contacts', async () => {
  const { bot } = await loggedIn()
  for (const query of [null, '小满', 7] as never[]) {
    for (const search of ['searchFriends', 'searchChatrooms', 'searchMps'] as const) {
      expect(() => bot[search](query)).toThrow(expect.objectContaining({ name: 'ArgumentError', argument: 'query' }))
    }
  }
  for (const predicate of [undefined, null, 'x', {}] as never[]) {
    expect(() => bot.match(predicate)).toThrow(
      expect.objectContaining({ name: 'ArgumentError', argument: 'predicate' }),
    )
  }
  for (const text of [undefined, null, 7, ''] as never[]) expect(bot.searchContacts(text)).toEqual([])
})

test('contacts of the wrong kind, non-members, lists that are too short and lists with holes are rejected', async () => {
  const { sandbox, bot, friends, room } = await loggedIn()
  const [self, a, b] = friends as [User, User, User]
  const mp = (await bot.getMps())[0] as never
  expect(await rejectedArgument(bot.setAlias(room, 'x'))).toBe('userName')
  expect(await rejectedArgument(bot.setAlias(self, 'x'))).toBe('userName')
  expect(await rejectedArgument(bot.setAlias(mp, 'x'))).toBe('userName')
  expect(await rejectedArgument(bot.setAlias(a, 7 as never))).toBe('alias')
  expect(await rejectedArgument(bot.updateFriend(room as never))).toBe('userName')
  expect(await rejectedArgument(bot.updateChatroom(a))).toBe('userName')
  expect(await rejectedArgument(bot.setChatroomName(a, 'x'))).toBe('chatroomUserName')
  expect(await rejectedArgument(bot.setChatroomName(room, ''))).toBe('name')
  expect(await rejectedArgument(bot.addFriend(room))).toBe('userName')
  expect(await rejectedArgument(bot.addFriend(self))).toBe('userName')
  expect(await rejectedArgument(bot.addFriend(a, 9))).toBe('status')
  expect(await rejectedArgument(bot.addFriend(a, 3))).toBe('verifyContent')
  expect(await rejectedArgument(bot.addMemberIntoChatroom(room, room))).toBe('memberList')
  expect(await rejectedArgument(bot.addMemberIntoChatroom(room, []))).toBe('memberList')
  expect(await rejectedArgument(bot.createChatroom([a], 'x'))).toBe('memberList')
  expect(await rejectedArgument(bot.createChatroom([a, a.UserName, self], 'x'))).toBe('memberList')
  expect(await rejectedArgument(bot.createChatroom([a, b], 7 as never))).toBe('topic')
  expect(await rejectedArgument(bot.setPinned(mp))).toBe('userName')
  expect(await rejectedArgument(bot.setPinned(self))).toBe('userName')
  expect(await rejectedArgument(bot.setPinned(a, 'yes' as never))).toBe('isPinned')
  expect(await rejectedArgument(bot.updateFriend([]))).toBe('userName')
  expect(await rejectedArgument(bot.updateFriend(mp))).toBe('userName')
  expect(await rejectedArgument(bot.updateChatroom([]))).toBe('userName')
  expect(await rejectedArgument(bot.setChatroomName(room, 7 as never))).toBe('name')
  expect(await rejectedArgument(bot.addFriend(mp))).toBe('userName')
  expect(await rejectedArgument(bot.addFriend(a, 2, 7 as never))).toBe('verifyContent')
  expect(await rejectedArgument(bot.addMemberIntoChatroom(a, b))).toBe('chatroomUserName')
  expect(await rejectedArgument(bot.addMemberIntoChatroom(room, self))).toBe('memberList')
  expect(await rejectedArgument(bot.addMemberIntoChatroom(room, mp))).toBe('memberList')
  expect(await rejectedArgument(bot.deleteMemberFromChatroom(a, b))).toBe('chatroomUserName')
  expect(await rejectedArgument(bot.deleteMemberFromChatroom(room, []))).toBe('memberList')
  expect(await rejectedArgument(bot.deleteMemberFromChatroom(room, room))).toBe('memberList')
  expect(await rejectedArgument(bot.createChatroom([a, room], 'x'))).toBe('memberList')
  expect(await rejectedArgument(bot.createChatroom([a, mp], 'x'))).toBe('memberList')
  expect(await rejectedArgument(bot.createChatroom([]))).toBe('memberList')
  expect(await rejectedArgument(bot.getHeadImg({ userName: room }))).toBe('userName')
  expect(await rejectedArgument(bot.getHeadImg({ chatroomUserName: a }))).toBe('chatroomUserName')
  expect(await rejectedArgument(bot.getHeadImg({ userName: a, picDir: '' }))).toBe('picDir')
  // biome-ignore lint/suspicious/noSparseArray: the hole is the point
  const holes = [a, , b] as never
  for (const operation of [
    bot.createChatroom(holes),
    bot.addMemberIntoChatroom(room, holes),
    bot.deleteMemberFromChatroom(room, holes),
    bot.updateFriend(holes),
    bot.updateChatroom(holes),
  ]) {
    await expect(operation).rejects.toThrow('[1]: expected a contact or a UserName, found nothing')
  }
  const outsider = friends.find((friend) => !room.member(friend.UserName)) as User
  const inside = room.memberList.find((member) => member.UserName !== self.UserName) as ChatroomMember
  expect(await rejectedArgument(bot.deleteMemberFromChatroom(room, outsider))).toBe('memberList')
  expect(await rejectedArgument(bot.deleteMemberFromChatroom(room, [inside, outsider]))).toBe('memberList')
  expect(await rejectedArgument(bot.getHeadImg({ userName: outsider, chatroomUserName: room }))).toBe('userName')
  expect(room.member(inside.UserName)).toBe(inside)
  expect(await rejectedArgument(bot.deleteMemberFromChatroom(room, self))).toBe('memberList')
  expect(sandbox.warnings).toEqual([])
})

describe('methods that a contact kind does not support', () => {
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
    objects = { user: (await bot.getFriends())[1], massivePlatform, chatroom, chatroomMember: chatroom?.memberList[1] }
  })

  const rows = Object.entries(UNSUPPORTED).flatMap(([kind, methods]) =>
    Object.entries(methods).map(([method, entry]) => [kind, method, entry] as const),
  )
  test.each(rows)('%s.%s throws UnsupportedError', async (kind, method, { problem, advice }) => {
    // `searchMember` is synchronous, so it throws; the other methods return promises, so they reject.
    const called = () => objects[kind][method]('x', 'y')
    const error = method === 'searchMember' ? thrownBy(called) : await called().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(UnsupportedError)
    expect(error).toMatchObject({ kind, advice, message: `${method}: ${problem}. ${advice}` })
    expect([(error as UnsupportedError).feature, (error as UnsupportedError).transport]).toEqual([undefined, undefined])
  })

  test('are defined on every kind of contact', () => {
    const methods = Object.values(UNSUPPORTED).flatMap(Object.keys)
    expect(rows.length).toBeGreaterThan(20)
    for (const object of Object.values(objects))
      for (const method of methods) expect(object[method]).toBeTypeOf('function')
  })

  test('verify() rejects for a user who has not sent a friend request', async () => {
    await expect(objects.user.verify()).rejects.toMatchObject({ name: 'StateError' })
  })
})

describe('an incomplete reply', () => {
  test.each([
    ['webwxgetcontact', 'MemberList'],
    ['webwxbatchgetcontact', 'ContactList'],
    ['webwxcreatechatroom', 'ChatRoomName'],
  ])('from %s without %s is rejected', async (broken, key) => {
    const sandbox = await sandboxFor()
    let isBroken = false
    const proxy = await tampered(sandbox, (endpoint, answer) => {
      if (isBroken && endpoint === broken) delete answer[key]
    })
    const bot = botFor(proxy)
    await bot.login()
    isBroken = true
    const [, a, b] = (await bot.getFriends()) as [User, User, User]
    const before = (await bot.getFriends()).length
    const operation =
      broken === 'webwxcreatechatroom' ? bot.createChatroom([a, b], 'x') : bot.getFriends({ update: true })
    await expect(operation).rejects.toMatchObject({ name: 'ProtocolError', endpoint: broken })
    expect(await bot.getFriends()).toHaveLength(before)
  })

  test.each([
    ['updateFriend', 'the contacts', (answer: any) => delete answer.ContactList],
    ['updateChatroom', 'the groups', (answer: any) => delete answer.ContactList],
    ['updateChatroom', 'the members', (answer: any) => delete answer.ContactList[1].MemberList],
    ['updateChatroom', 'one of the groups', (answer: any) => answer.ContactList.pop()],
  ] as const)('to %s without %s is rejected, and no contact changes', async (method, _, corrupt) => {
    const sandbox = await sandboxFor()
    let isBroken = false
    const proxy = await tampered(sandbox, (endpoint, answer) => {
      if (!isBroken || endpoint !== 'webwxbatchgetcontact') return
      for (const contact of answer.ContactList) contact.NickName = 'half applied'
      corrupt(answer)
    })
    const bot = botFor(proxy)
    await bot.login()
    isBroken = true
    const contacts = method === 'updateFriend' ? await bot.getFriends() : await bot.getChatrooms()
    await expect((bot[method] as any)(contacts.slice(1, 3))).rejects.toMatchObject({
      name: 'ProtocolError',
      endpoint: 'webwxbatchgetcontact',
    })
    expect(bot.match((contact) => contact.NickName === 'half applied')).toEqual([])
  })
})
