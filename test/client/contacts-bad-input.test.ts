import { ArgumentError, type Chatroom, type ChatroomMember, type Itchat, UnsupportedError, type User } from 'itchat'
import type { Sandbox } from 'itchat/sandbox'
import { beforeAll, describe, expect, test } from 'vitest'
import { UNSUPPORTED } from '../../src/contact/unsupported.js'
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

function thrownBy(code: () => unknown): unknown {
  try {
    return code()
  } catch (error) {
    return error
  }
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
  for (const nobody of NOBODY) {
    expect(await refusal(bot.updateFriend([friends[1], nobody] as never))).toBe('userName')
    expect(await refusal(bot.updateChatroom([room, nobody] as never))).toBe('userName')
    expect(await refusal(bot.addFriend({ userName: nobody }))).toBe('userName')
    expect(await refusal(room.addMember(nobody))).toBe('memberList')
    expect(await refusal(room.deleteMember(nobody))).toBe('memberList')
    expect(room.searchMember({ userName: nobody })).toBeUndefined()
    expect(bot.searchFriends({ userName: nobody })).toBeUndefined()
    expect(bot.searchChatrooms({ userName: nobody })).toBeUndefined()
    expect(bot.searchMps({ userName: nobody })).toBeUndefined()
    for (const key of ['name', 'remarkName', 'nickName', 'wechatAccount']) {
      expect(bot.searchFriends({ [key]: nobody })).toEqual([])
      expect(room.searchMember({ [key]: nobody })).toEqual([])
    }
    expect(bot.searchChatrooms({ name: nobody })).toEqual([])
    expect(bot.searchMps({ name: nobody })).toEqual([])
  }
  expect(asked()).toBe(before)
})

test('a search by no object is told, and a text that is none finds nobody', async () => {
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
  expect(await refusal(bot.setPinned(mp))).toBe('userName')
  expect(await refusal(bot.setPinned(self))).toBe('userName')
  expect(await refusal(bot.setPinned(a, 'yes' as never))).toBe('isPinned')
  expect(await refusal(bot.updateFriend([]))).toBe('userName')
  expect(await refusal(bot.updateFriend(mp))).toBe('userName')
  expect(await refusal(bot.updateChatroom([]))).toBe('userName')
  expect(await refusal(bot.setChatroomName(room, 7 as never))).toBe('name')
  expect(await refusal(bot.addFriend(mp))).toBe('userName')
  expect(await refusal(bot.addFriend(a, 2, 7 as never))).toBe('verifyContent')
  expect(await refusal(bot.addMemberIntoChatroom(a, b))).toBe('chatroomUserName')
  expect(await refusal(bot.addMemberIntoChatroom(room, self))).toBe('memberList')
  expect(await refusal(bot.addMemberIntoChatroom(room, mp))).toBe('memberList')
  expect(await refusal(bot.deleteMemberFromChatroom(a, b))).toBe('chatroomUserName')
  expect(await refusal(bot.deleteMemberFromChatroom(room, []))).toBe('memberList')
  expect(await refusal(bot.deleteMemberFromChatroom(room, room))).toBe('memberList')
  expect(await refusal(bot.createChatroom([a, room], 'x'))).toBe('memberList')
  expect(await refusal(bot.createChatroom([a, mp], 'x'))).toBe('memberList')
  expect(await refusal(bot.createChatroom([]))).toBe('memberList')
  expect(await refusal(bot.getHeadImg({ userName: room }))).toBe('userName')
  expect(await refusal(bot.getHeadImg({ chatroomUserName: a }))).toBe('chatroomUserName')
  expect(await refusal(bot.getHeadImg({ userName: a, picDir: '' }))).toBe('picDir')
  // biome-ignore lint/suspicious/noSparseArray: the hole is the point
  const holes = [a, , b] as never
  for (const asked of [
    bot.createChatroom(holes),
    bot.addMemberIntoChatroom(room, holes),
    bot.deleteMemberFromChatroom(room, holes),
    bot.updateFriend(holes),
    bot.updateChatroom(holes),
  ]) {
    await expect(asked).rejects.toThrow('[1]: expected a contact or a UserName, found nothing')
  }
  const outsider = friends.find((friend) => !room.member(friend.UserName)) as User
  const inside = room.memberList.find((member) => member.UserName !== self.UserName) as ChatroomMember
  expect(await refusal(bot.deleteMemberFromChatroom(room, outsider))).toBe('memberList')
  expect(await refusal(bot.deleteMemberFromChatroom(room, [inside, outsider]))).toBe('memberList')
  expect(await refusal(bot.getHeadImg({ userName: outsider, chatroomUserName: room }))).toBe('userName')
  expect(room.member(inside.UserName)).toBe(inside)
  expect(await refusal(bot.deleteMemberFromChatroom(room, self))).toBe('memberList')
  expect(sandbox.warnings).toEqual([])
})

describe('what a kind cannot do says so', () => {
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
    Object.entries(methods).map(([method, refusal]) => [kind, method, refusal] as const),
  )
  test.each(rows)('%s.%s', async (kind, method, { problem, advice }) => {
    // `searchMember` of a group returns its result, so it throws; the others return promises, so they reject.
    const called = () => objects[kind][method]('x', 'y')
    const error = method === 'searchMember' ? thrownBy(called) : await called().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(UnsupportedError)
    expect(error).toMatchObject({ kind, advice, message: `${method}: ${problem}. ${advice}` })
    expect([(error as UnsupportedError).feature, (error as UnsupportedError).transport]).toEqual([undefined, undefined])
  })

  test('every method of one kind is there for all: it works, or it is in the table', () => {
    const methods = Object.values(UNSUPPORTED).flatMap(Object.keys)
    expect(rows.length).toBeGreaterThan(20)
    for (const object of Object.values(objects))
      for (const method of methods) expect(object[method]).toBeTypeOf('function')
  })

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

  test.each([
    ['updateFriend', 'of names', (answer: any) => delete answer.ContactList],
    ['updateChatroom', 'of names', (answer: any) => delete answer.ContactList],
    ['updateChatroom', 'of members', (answer: any) => delete answer.ContactList[1].MemberList],
    ['updateChatroom', 'with a group left out', (answer: any) => answer.ContactList.pop()],
  ] as const)('%s: one %s applies nothing', async (operation, _, spoil) => {
    const sandbox = await sandboxFor()
    let isBroken = false
    const door = await tampered(sandbox, (endpoint, answer) => {
      if (!isBroken || endpoint !== 'webwxbatchgetcontact') return
      for (const one of answer.ContactList) one.NickName = 'half applied'
      spoil(answer)
    })
    const bot = botFor(door)
    await bot.login()
    isBroken = true
    const some = operation === 'updateFriend' ? await bot.getFriends() : await bot.getChatrooms()
    await expect((bot[operation] as any)(some.slice(1, 3))).rejects.toMatchObject({
      name: 'ProtocolError',
      endpoint: 'webwxbatchgetcontact',
    })
    expect(bot.match((one) => one.NickName === 'half applied')).toEqual([])
  })
})
