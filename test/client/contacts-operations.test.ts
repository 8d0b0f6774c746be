import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Chatroom, FRIENDS, type FriendsMessage, type Itchat, type User } from 'itchat'
import type { Sandbox, SandboxOptions } from 'itchat/sandbox'
import { describe, expect, test } from 'vitest'
import { botFor, nextEvent, sandboxFor } from '../support/bot.js'
import { gate } from '../support/gate.js'
import { tampered } from '../support/tampered.js'

async function loggedIn(options: SandboxOptions = {}): Promise<{ sandbox: Sandbox; bot: Itchat }> {
  const sandbox = await sandboxFor(options)
  const bot = botFor(sandbox)
  await bot.login()
  return { sandbox, bot }
}

const friend = (bot: Itchat, name: string) => bot.searchFriends({ name })[0] as User
const group = (bot: Itchat, name: string) => bot.searchChatrooms({ name })[0] as Chatroom
const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))
const JPEG = Buffer.from([0xff, 0xd8, 0xff])

describe('friend operations', () => {
  test('set and remove a remark, by UserName and by object, and emit the change', async () => {
    const { sandbox, bot } = await loggedIn()
    const qinghe = friend(bot, '沈青禾')
    const changes = nextEvent(bot, 'contacts')
    expect(await bot.setAlias(qinghe.UserName, '青禾 & Co')).toMatchObject({ ok: true })
    expect((await changes).renamed).toEqual([{ contact: qinghe, field: 'RemarkName', from: '', to: '青禾 & Co' }])
    expect(bot.searchFriends({ remarkName: '青禾 & Co' })).toEqual([qinghe])
    expect(sandbox.friend('沈青禾').remark).toBe('青禾 & Co')
    expect(await qinghe.setAlias('')).toMatchObject({ ok: true })
    expect(qinghe.RemarkName).toBe('')
    expect(bot.searchFriends({ name: '青禾 & Co' })).toEqual([])
    await qinghe.update()
    expect(qinghe.RemarkName).toBe('')
    expect(sandbox.warnings).toEqual([])
  })

  test('pin and unpin friends and groups without losing the remark', async () => {
    const { sandbox, bot } = await loggedIn()
    const xiaoman = friend(bot, '小满')
    const room = group(bot, '爬山')
    for (const contact of [xiaoman, room]) {
      await contact.setPinned()
      expect(contact.ContactFlag & 0x800).toBe(0x800)
      await contact.update()
      expect(contact.ContactFlag & 0x800).toBe(0x800)
      await bot.setPinned(contact, false)
      expect(contact.ContactFlag & 0x800).toBe(0)
    }
    expect(xiaoman.RemarkName).toBe('小满')
    expect(sandbox.warnings).toEqual([])
  })

  test.each([
    ['addFriend(msg.text)', (bot: Itchat, msg: FriendsMessage) => bot.addFriend(msg.text)],
    ['addFriend(msg.request)', (bot: Itchat, msg: FriendsMessage) => bot.addFriend(msg.request)],
    ['msg.user.verify()', (_: Itchat, msg: FriendsMessage) => msg.user.verify()],
    [
      'positional arguments',
      (bot: Itchat, msg: FriendsMessage) => bot.addFriend(msg.request.userName, 3, msg.request.ticket, true),
    ],
    ['the remembered ticket', (bot: Itchat, msg: FriendsMessage) => bot.addFriend(msg.request.userName, 3)],
  ])('accept a friend request with %s', async (_, accept) => {
    const { sandbox, bot } = await loggedIn()
    const received = new Promise<FriendsMessage>((resolve) => {
      bot.msgRegister(FRIENDS, (msg) => resolve(msg))
    })
    void bot.run()
    const stranger = sandbox.friend('许知远')
    stranger.requestFriend('我是知远')
    const msg = await received
    expect(await accept(bot, msg)).toMatchObject({ ok: true })
    expect(stranger.isContact).toBe(true)
    expect(friend(bot, '许知远')).toMatchObject({ UserName: msg.user.UserName, kind: 'user' })
    await bot.send('hello', msg.user)
    expect((await stranger.nextMessage()).text).toBe('hello')
    expect(sandbox.warnings).toEqual([])
  })

  test('add a group member as a friend', async () => {
    const { sandbox, bot } = await loggedIn()
    const stranger = group(bot, '爬山').memberList.find(
      ({ userName }) => !bot.searchFriends({ userName }),
    ) as never as User
    expect(stranger.UserName).toBeTruthy()
    await bot.addFriend(stranger, 2, '一起爬山吧')
    expect(bot.searchFriends({ userName: stranger.UserName })?.UserName).toBe(stranger.UserName)
    expect(sandbox.warnings).toEqual([])
  })

  test('refresh no contact when the acceptance of a friend request is refused', async () => {
    const { sandbox, bot } = await loggedIn()
    const member = group(bot, '爬山').memberList.find(({ userName }) => !bot.searchFriends({ userName }))
    const before = sandbox.requests.filter(({ endpoint }) => endpoint === 'webwxbatchgetcontact').length
    const refused = bot.addFriend({ userName: member?.UserName ?? '', status: 3, verifyContent: 'v2_wrong@stranger' })
    await expect(refused).rejects.toMatchObject({ name: 'ServerError', ret: -14, endpoint: 'webwxverifyuser' })
    expect(sandbox.requests.filter(({ endpoint }) => endpoint === 'webwxbatchgetcontact').length).toBe(before)
  })

  test('update one friend or several', async () => {
    const { sandbox, bot } = await loggedIn()
    const friends = (await bot.getFriends()).slice(1)
    expect(await bot.updateFriend(friends[0] as User)).toBe(friends[0])
    expect(await bot.updateFriend(friends.map(({ UserName }) => UserName))).toEqual(friends)
    expect(sandbox.warnings).toEqual([])
  })
})

describe('avatars', () => {
  test('are returned as bytes or written to a file, for every kind of contact', async () => {
    const { sandbox, bot } = await loggedIn()
    const room = group(bot, '爬山')
    const member = room.memberList[1]
    const mp = (await bot.getMps())[0]
    const all = [
      await bot.getHeadImg(),
      await bot.getHeadImg({ userName: friend(bot, '小满').UserName }),
      await bot.getHeadImg({ chatroomUserName: room.UserName }),
      await bot.getHeadImg({ userName: member?.UserName, chatroomUserName: room }),
      await friend(bot, '小满').getHeadImage(),
      await mp?.getHeadImage(),
      await room.getHeadImage(),
      await member?.getHeadImage(),
    ]
    for (const bytes of all) expect(Buffer.from(bytes ?? []).subarray(0, 3)).toEqual(JPEG)
    const path = join(folder(), 'face.jpg')
    const file = await room.getHeadImage(path)
    expect(file).toMatchObject({ ok: true, path, PostFix: 'jpg', mime: 'image/jpeg' })
    expect(readFileSync(path).length).toBe(file.sizeBytes)
    expect(sandbox.warnings).toEqual([])
  })

  test('saved to a relative path stay inside the download folder and never replace another file', async () => {
    const sandbox = await sandboxFor()
    const downloadDir = folder()
    const bot = botFor(sandbox, { downloadDir })
    await bot.login()
    writeFileSync(join(downloadDir, 'face.jpg'), 'mine')
    expect((await bot.getHeadImg({ picDir: 'face.jpg' })).path).toBe(join(downloadDir, 'face (1).jpg'))
    expect((await bot.getHeadImg({ picDir: 'face (1).jpg' })).path).toBe(join(downloadDir, 'face (1).jpg'))
    expect(readFileSync(join(downloadDir, 'face.jpg'), 'utf8')).toBe('mine')
    await expect(bot.getHeadImg({ picDir: '../face.jpg' })).rejects.toMatchObject({ name: 'FileError' })
    expect(readdirSync(downloadDir).sort()).toEqual(['face (1).jpg', 'face.jpg'])
  })
})

describe('a group', () => {
  test('can be created and renamed, gain and lose members, and be identified by the result of createChatroom', async () => {
    const { sandbox, bot } = await loggedIn()
    const friends = await bot.getFriends()
    const [, a, b, c] = friends as [User, User, User, User]
    const created = await bot.createChatroom([a, b.UserName], 'test chat room')
    expect(created).toMatchObject({ ok: true, Topic: 'test chat room' })
    const room = bot.searchChatrooms({ userName: created.ChatRoomName }) as Chatroom
    expect(room.memberList.map((member) => member.UserName)).toEqual([friends[0], a, b].map((user) => user?.UserName))
    expect([room.isOwner, room.isAdmin, room.ownerUserName]).toEqual([true, true, friends[0]?.UserName])
    expect(room.self).toBe(room.memberList[0])

    const joined = nextEvent(bot, 'contacts')
    expect(await bot.addMemberIntoChatroom(created, c, { useInvitation: false })).toMatchObject({ ok: true })
    expect((await joined).joined.map(({ member }) => member.UserName)).toEqual([c.UserName])
    const left = nextEvent(bot, 'contacts')
    expect(await bot.deleteMemberFromChatroom(created, a)).toMatchObject({ ok: true })
    expect((await left).left).toMatchObject([{ chatroom: room, member: { UserName: a.UserName } }])
    expect(room.member(a.UserName)).toBeUndefined()
    await bot.setChatroomName(created, '新名字')
    expect(room.NickName).toBe('新名字')
    await room.setAlias('更新的名字')
    await room.addMember([a.UserName])
    await room.deleteMember([a])
    await room.member(b.UserName)?.deleteMember()
    await room.update(true)
    expect(room.memberList.map((member) => member.UserName)).toEqual([friends[0]?.UserName, c.UserName])
    await bot.send('hi', created)
    const seen = sandbox.group('更新的名字')
    expect((await seen.nextMessage()).text).toBe('hi')
    expect(seen.memberIds).toHaveLength(2)
    expect(sandbox.warnings).toEqual([])
  })

  test.each([
    [39, 'addmember'],
    [40, 'invitemember'],
    [41, 'invitemember'],
  ])('that grows to %i members uses %s', async (size, fun) => {
    const keys: string[] = []
    const sandbox = await sandboxFor({
      world: {
        friends: ['甲', '乙'],
        groups: [{ topic: '大群', members: Array.from({ length: size - 2 }, (_, index) => `成员${index}`) }],
      },
    })
    const bot = botFor(
      await tampered(sandbox, (endpoint, _, body) => {
        if (endpoint === 'webwxupdatechatroom') keys.push(...Object.keys(body))
      }),
    )
    await bot.login()
    const room = group(bot, '大群')
    await room.addMember(friend(bot, '甲'))
    expect(keys).toContain(fun === 'addmember' ? 'AddMemberList' : 'InviteMemberList')
    expect(room.memberList).toHaveLength(size)
    expect(sandbox.warnings).toEqual([])
  })

  test('rejects the removal of a member by an account that is not the owner, with advice', async () => {
    const { bot } = await loggedIn()
    const room = (await bot.getChatrooms()).find(({ isOwner }) => !isOwner) as Chatroom
    const other = room.memberList.find((member) => member.UserName !== bot.searchFriends().UserName)
    const before = room.memberList.length
    const refused = room.deleteMember(other as never)
    await expect(refused).rejects.toMatchObject({ name: 'ServerError', advice: expect.stringContaining('owner') })
    expect(room.memberList).toHaveLength(before)
  })

  test('is refused with code 1205 and advice when too many groups have been created', async () => {
    const { bot } = await loggedIn()
    const members = (await bot.getFriends()).slice(1, 3)
    let error: unknown
    for (let n = 0; n < 12 && !error; n++)
      await bot.createChatroom(members, `群${n}`).catch((reason) => (error = reason))
    expect(error).toMatchObject({ name: 'ServerError', ret: 1205, advice: expect.stringContaining('Wait') })
  })

  test('loads member details in batches of 50, three batches at a time, and reports progress', async () => {
    const sandbox = await sandboxFor({
      world: { groups: [{ topic: '大群', members: Array.from({ length: 299 }, (_, index) => `成员${index}`) }] },
    })
    const sizes: number[] = []
    const full = gate()
    let inFlight = 0
    let maxInFlight = 0
    const proxy = await tampered(sandbox, async (endpoint, answer, request) => {
      if (endpoint !== 'webwxbatchgetcontact' || !request.List.some((entry: any) => entry.EncryChatRoomId)) return
      sizes.push(request.List.length)
      maxInFlight = Math.max(maxInFlight, ++inFlight)
      // Hold the replies until the maximum number of requests is in flight.
      if (inFlight === 3) full.open()
      await full.opened
      inFlight--
      return answer
    })
    const bot = botFor(proxy)
    await bot.login()
    const done: number[] = []
    const room = await bot.updateChatroom(group(bot, '大群'), {
      detailedMember: true,
      onProgress: (progress) => done.push(progress.done),
    })
    expect(sizes).toEqual([50, 50, 50, 50, 50, 50])
    expect(maxInFlight).toBe(3)
    expect(done.at(-1)).toBe(300)
    expect(room.memberList[5]?.HeadImgUrl).toContain('webwxgeticon')
    expect(room.searchMember({ name: '成员7' })).toEqual([room.memberList[8]])
    expect(room.searchMember({ userName: room.memberList[8]?.UserName ?? '' })).toBe(room.memberList[8])
    expect(sandbox.warnings).toEqual([])
  })
})
