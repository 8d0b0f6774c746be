import { type Chatroom, type Itchat, type ItchatEvents, SYSTEM, type User } from 'itchat'
import type { Sandbox, SandboxOptions } from 'itchat/sandbox'
import { describe, expect, test } from 'vitest'
import { botFor, nextEvent, sandboxFor } from '../support/bot.js'
import { tampered } from '../support/tampered.js'

async function loggedIn(options: SandboxOptions = {}): Promise<{ sandbox: Sandbox; bot: Itchat }> {
  const sandbox = await sandboxFor(options)
  const bot = botFor(sandbox)
  await bot.login()
  return { sandbox, bot }
}

const friend = (bot: Itchat, name: string) => bot.searchFriends({ name })[0] as User
const group = (bot: Itchat, name: string) => bot.searchChatrooms({ name })[0] as Chatroom

/** Everything the bot is told about contacts, merged, until `done` says enough. */
function newsUntil(bot: Itchat, done: (news: ItchatEvents['contacts']) => boolean): Promise<ItchatEvents['contacts']> {
  const all: ItchatEvents['contacts'] = { added: [], changed: [], renamed: [], removed: [], joined: [], left: [] }
  return new Promise((resolve) => {
    const off = bot.on('contacts', (news) => {
      for (const key of Object.keys(all) as (keyof typeof all)[]) all[key].push(...(news[key] as never[]))
      if (!done(all)) return
      off()
      resolve(all)
    })
  })
}

describe('news', () => {
  test('a group is renamed, somebody joins; a friend leaves, a friend comes', async () => {
    const { sandbox, bot } = await loggedIn()
    const room = group(bot, '爬山')
    const from = room.NickName
    const renamed = newsUntil(bot, (news) => news.renamed.length > 0)
    sandbox.group('周末爬山队').rename('周日爬山队')
    expect((await renamed).renamed).toEqual([{ contact: room, field: 'NickName', from, to: '周日爬山队' }])

    const joined = newsUntil(bot, (news) => news.joined.length > 0)
    const outsider = (await bot.getFriends()).find((one) => !room.member(one.UserName)) as User
    sandbox.group('周日爬山队').add(outsider.NickName)
    const [news] = (await joined).joined
    expect(news?.member).toBe(room.member(outsider.UserName))
    expect(news?.member.chatroom).toBe(room)

    const gone = friend(bot, '宋时雨')
    const removed = newsUntil(bot, (one) => one.removed.length > 0)
    sandbox.friend('宋时雨').unfriend()
    expect((await removed).removed).toEqual([gone.UserName])
    expect(bot.searchFriends({ nickName: '宋时雨' })).toEqual([])
    expect(bot.searchFriends({ userName: gone.UserName })).toBeUndefined()

    const added = newsUntil(bot, (one) => one.added.length > 0)
    sandbox.friend('许知远').requestFriend()
    const asker = await new Promise<string>((resolve) => {
      bot.msgRegister('Friends', (msg) => {
        resolve(msg.request.userName)
      })
      void bot.run()
    })
    await bot.addFriend({ userName: asker, status: 3 })
    expect((await added).added).toMatchObject([{ NickName: '许知远' }])
    expect(sandbox.warnings).toEqual([])
  })

  test('members of a batch that names somebody twice stay one object; broken entries are left out', async () => {
    const sandbox = await sandboxFor()
    const door = await tampered(sandbox, (endpoint, answer) => {
      if (endpoint === 'webwxgetcontact') answer.MemberList.push(...answer.MemberList, null, 7, {}, { UserName: 7 })
    })
    const bot = botFor(door)
    await bot.login()
    expect(await bot.getFriends()).toHaveLength(13)
    expect(friend(bot, '小满')).toBe(friend(bot, '林小满'))
  })

  test('a change of members that only the member list tells is applied', async () => {
    const sandbox = await sandboxFor()
    let change: unknown
    const door = await tampered(sandbox, (endpoint, answer) => {
      if (endpoint === 'webwxsync' && change) answer.ModChatRoomMemberList = [change]
    })
    const bot = botFor(door)
    await bot.login()
    const member = group(bot, '爬山').memberList[2]
    change = { UserName: member?.UserName, DisplayName: '新名片' }
    const told = nextEvent(bot, 'contacts')
    sandbox.friend('小满').say('x')
    expect((await told).changed).toContain(group(bot, '爬山'))
    expect(member?.displayName).toBe('新名片')
  })
})

describe('update', () => {
  test('brings the truth: the vanished vanish, fields are emptied, groups that are not saved stay', async () => {
    const sandbox = await sandboxFor()
    let isLater = false
    const door = await tampered(sandbox, (endpoint, answer) => {
      if (endpoint !== 'webwxgetcontact' || !isLater) return
      answer.MemberList = answer.MemberList.filter(
        (one: any) => one.NickName !== '江晚吟' && one.NickName !== '沙丘日报',
      )
      for (const one of answer.MemberList)
        if (one.NickName === '林小满') Object.assign(one, { RemarkName: '', Signature: '' })
      answer.MemberCount = answer.MemberList.length
    })
    const bot = botFor(door)
    await bot.login()
    const gone = friend(bot, '江晚吟')
    const xiaoman = friend(bot, '林小满')
    const rooms = (await bot.getChatrooms()).length
    expect(rooms).toBeGreaterThan((await bot.getChatrooms({ contactOnly: true })).length)
    isLater = true
    const told = nextEvent(bot, 'contacts')
    expect(await bot.getFriends({ update: true })).toHaveLength(12)
    expect((await told).removed).toContain(gone.UserName)
    expect((await told).renamed).toEqual([{ contact: xiaoman, field: 'RemarkName', from: '小满', to: '' }])
    expect([xiaoman.RemarkName, xiaoman.Signature]).toEqual(['', ''])
    expect(bot.searchFriends({ name: '小满' })).toEqual([])
    expect((await bot.getMps()).map((mp) => mp.NickName)).toEqual(['城市天气'])
    expect(await bot.getChatrooms()).toHaveLength(rooms)
    for (const room of await bot.getChatrooms()) {
      expect(room.memberList.length).toBeGreaterThan(1)
      expect(room.EncryChatRoomId).toMatch(/^@/)
      for (const member of room.memberList) expect(member.chatroom).toBe(room)
    }
    expect(sandbox.warnings).toEqual([])
  })

  test('what a sync tells while the address book is on its way is newer', async () => {
    const sandbox = await sandboxFor()
    let hold: Promise<unknown> | undefined
    let bookAsked = () => {}
    const door = await tampered(sandbox, async (endpoint) => {
      if (endpoint !== 'webwxgetcontact' || !hold) return
      bookAsked()
      await hold
    })
    const bot = botFor(door)
    await bot.login()
    let release = () => {}
    hold = new Promise<void>((resolve) => {
      release = resolve
    })
    const asked = new Promise<void>((resolve) => {
      bookAsked = resolve
    })
    const friends = bot.getFriends({ update: true })
    await asked
    const told = newsUntil(bot, (news) => news.removed.length > 0)
    sandbox.friend('宋时雨').unfriend()
    await told
    release()
    expect((await friends).map((one) => one.NickName)).not.toContain('宋时雨')
  })

  test('a contact cannot be written to', async () => {
    const { bot } = await loggedIn()
    const contact = friend(bot, '小满')
    expect(() => Object.assign(contact, { NickName: 'x' })).toThrow(TypeError)
    expect(contact.nickName).toBe('林小满')
  })
})

describe('search', () => {
  test('by parts, pinyin and initials, the best first; by predicate', async () => {
    const { bot } = await loggedIn()
    const names = (text: string) => bot.searchContacts(text).map((contact) => contact.NickName)
    expect(names('小满')[0]).toBe('林小满')
    expect(names('linxiaoman')).toEqual(['林小满'])
    expect(names('Lin Xiao')).toEqual(['林小满'])
    expect(names('lxm')).toEqual(['林小满'])
    expect(names('XIAOMAN_LIN')).toEqual(['林小满'])
    expect(names('oliver')).toEqual(['Oliver Reed'])
    expect(names('chanpin')).toEqual(['产品设计群'])
    expect(names('sqrb')).toEqual(['沙丘日报'])
    expect(names('')).toEqual([])
    expect(bot.match((contact) => contact.kind === 'massivePlatform' && contact.userName.startsWith('@'))).toEqual(
      await bot.getMps(),
    )
  })

  test('names of many characters are read as names', async () => {
    const { bot } = await loggedIn({ world: { friends: ['曾国藩', '单田芳', '重庆小面'] } })
    const names = (text: string) => bot.searchContacts(text).map((contact) => contact.NickName)
    expect(names('zengguofan')).toEqual(['曾国藩'])
    expect(names('stf')).toEqual(['单田芳'])
    expect(names('chongqing')).toEqual(['重庆小面'])
  })
})

describe('Uins', () => {
  test('come with status notifications, are texts, and are told once', async () => {
    const { sandbox, bot } = await loggedIn()
    const told: { info: unknown; text: string[] }[] = []
    let wake = () => {}
    bot.msgRegister(SYSTEM, (msg) => {
      if (msg.systemInfo !== 'uins') return
      told.push({ info: msg.systemInfo, text: msg.text })
      wake()
    })
    void bot.run()
    const next = async () => {
      while (told.length === 0) await new Promise<void>((resolve) => (wake = resolve))
      return told.shift()
    }
    // The phone lists its recent chats once the web client is online.
    const recent = (await next())?.text ?? []
    expect(recent).toContain(friend(bot, '小满').UserName)
    expect(friend(bot, '小满').Uin).toBe('wxid_linxiaoman00')
    expect(group(bot, '爬山').uin).toMatch(/@chatroom$/)
    const [quiet] = bot.match(
      (contact) => contact.kind === 'user' && contact.UserName.startsWith('@') && !('Uin' in contact),
    ) as [User]
    const open = () =>
      sandbox.raw({
        from: sandbox.owner.id,
        MsgType: 51,
        StatusNotifyCode: 2,
        StatusNotifyUserName: quiet.UserName,
        Content: "&lt;msg&gt;&lt;op id='2'&gt;&lt;username&gt;wxid_quiet&lt;/username&gt;&lt;/op&gt;&lt;/msg&gt;",
      } as never)
    open()
    expect(await next()).toEqual({ info: 'uins', text: [quiet.UserName] })
    expect(quiet.Uin).toBe('wxid_quiet')
    open()
    expect((await next())?.text).toEqual([])
    expect(sandbox.warnings).toEqual([])
  })

  test('come with a changed contact, and name the owner of a group', async () => {
    const sandbox = await sandboxFor()
    const door = await tampered(sandbox, (endpoint, answer) => {
      if (endpoint !== 'webwxsync') return
      for (const one of answer.ModContactList) {
        one.Uin = 1_234_567_890
        for (const [index, member] of (one.MemberList ?? []).entries()) member.Uin = 100 + index
      }
    })
    const bot = botFor(door)
    await bot.login()
    const room = (await bot.getChatrooms()).find((one) => !one.isOwner) as Chatroom
    expect('Uin' in room).toBe(false)
    const told = new Promise<string[]>((resolve) => {
      bot.msgRegister(SYSTEM, (msg) => {
        if (msg.systemInfo === 'uins' && msg.text.includes(room.UserName)) resolve(msg.text)
      })
    })
    void bot.run()
    await room.setPinned()
    expect(await told).toEqual([room.UserName])
    expect(room.uin).toBe('1234567890')
    expect(room.ownerUserName).toBe(room.ChatRoomOwner)
    expect(room.isOwner).toBe(false)
    expect(room.memberList[1]?.uin).toBe('101')
  })
})
