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

/** Merges `contacts` events until `done` returns true. */
function changesUntil(
  bot: Itchat,
  done: (changes: ItchatEvents['contacts']) => boolean,
): Promise<ItchatEvents['contacts']> {
  const all: ItchatEvents['contacts'] = { added: [], changed: [], renamed: [], removed: [], joined: [], left: [] }
  return new Promise((resolve) => {
    const off = bot.on('contacts', (changes) => {
      for (const key of Object.keys(all) as (keyof typeof all)[]) all[key].push(...(changes[key] as never[]))
      if (!done(all)) return
      off()
      resolve(all)
    })
  })
}

describe('contact changes', () => {
  test('are emitted for a renamed group, a new member, a removed friend and a new friend', async () => {
    const { sandbox, bot } = await loggedIn()
    const room = group(bot, '爬山')
    const from = room.NickName
    const renamed = changesUntil(bot, (changes) => changes.renamed.length > 0)
    sandbox.group('周末爬山队').rename('周日爬山队')
    expect((await renamed).renamed).toEqual([{ contact: room, field: 'NickName', from, to: '周日爬山队' }])

    const joined = changesUntil(bot, (changes) => changes.joined.length > 0)
    const outsider = (await bot.getFriends()).find(({ UserName }) => !room.member(UserName)) as User
    sandbox.group('周日爬山队').add(outsider.NickName)
    const [entry] = (await joined).joined
    expect(entry?.member).toBe(room.member(outsider.UserName))
    expect(entry?.member.chatroom).toBe(room)

    const removedFriend = friend(bot, '宋时雨')
    const removed = changesUntil(bot, (changes) => changes.removed.length > 0)
    sandbox.friend('宋时雨').unfriend()
    expect((await removed).removed).toEqual([removedFriend.UserName])
    expect(bot.searchFriends({ nickName: '宋时雨' })).toEqual([])
    expect(bot.searchFriends({ userName: removedFriend.UserName })).toBeUndefined()

    const added = changesUntil(bot, (changes) => changes.added.length > 0)
    sandbox.friend('许知远').requestFriend()
    const requester = await new Promise<string>((resolve) => {
      bot.msgRegister('Friends', (msg) => {
        resolve(msg.request.userName)
      })
      void bot.run()
    })
    await bot.addFriend({ userName: requester, status: 3 })
    expect((await added).added).toMatchObject([{ NickName: '许知远' }])
    expect(sandbox.warnings).toEqual([])
  })

  test('are applied even if they arrive only in ModChatRoomMemberList', async () => {
    const sandbox = await sandboxFor()
    let change: unknown
    const proxy = await tampered(sandbox, (endpoint, answer) => {
      if (endpoint === 'webwxsync' && change) answer.ModChatRoomMemberList = [change]
    })
    const bot = botFor(proxy)
    await bot.login()
    const member = group(bot, '爬山').memberList[2]
    change = { UserName: member?.UserName, DisplayName: '新名片' }
    const changes = nextEvent(bot, 'contacts')
    sandbox.friend('小满').say('x')
    expect((await changes).changed).toContain(group(bot, '爬山'))
    expect(member?.displayName).toBe('新名片')
  })
})

describe('an update of the address book', () => {
  test('removes missing contacts, clears emptied fields and keeps groups that are not in the address book', async () => {
    const sandbox = await sandboxFor()
    let isLater = false
    const proxy = await tampered(sandbox, (endpoint, answer) => {
      if (endpoint !== 'webwxgetcontact' || !isLater) return
      answer.MemberList = answer.MemberList.filter(
        ({ NickName }: any) => NickName !== '江晚吟' && NickName !== '沙丘日报',
      )
      for (const member of answer.MemberList)
        if (member.NickName === '林小满') Object.assign(member, { RemarkName: '', Signature: '' })
      answer.MemberCount = answer.MemberList.length
    })
    const bot = botFor(proxy)
    await bot.login()
    const removedFriend = friend(bot, '江晚吟')
    const xiaoman = friend(bot, '林小满')
    const rooms = (await bot.getChatrooms()).length
    expect(rooms).toBeGreaterThan((await bot.getChatrooms({ contactOnly: true })).length)
    isLater = true
    const changes = nextEvent(bot, 'contacts')
    expect(await bot.getFriends({ update: true })).toHaveLength(12)
    expect((await changes).removed).toContain(removedFriend.UserName)
    expect((await changes).renamed).toEqual([{ contact: xiaoman, field: 'RemarkName', from: '小满', to: '' }])
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

  test('does not override a sync that arrives in the meantime', async () => {
    const sandbox = await sandboxFor()
    let hold: Promise<unknown> | undefined
    let bookRequested = () => {}
    const proxy = await tampered(sandbox, async (endpoint) => {
      if (endpoint !== 'webwxgetcontact' || !hold) return
      bookRequested()
      await hold
    })
    const bot = botFor(proxy)
    await bot.login()
    let release = () => {}
    hold = new Promise<void>((resolve) => {
      release = resolve
    })
    const requested = new Promise<void>((resolve) => {
      bookRequested = resolve
    })
    const friends = bot.getFriends({ update: true })
    await requested
    const removed = changesUntil(bot, (changes) => changes.removed.length > 0)
    sandbox.friend('宋时雨').unfriend()
    await removed
    release()
    expect((await friends).map(({ NickName }) => NickName)).not.toContain('宋时雨')
  })

  test('with duplicate entries keeps one object per contact, and broken entries are skipped', async () => {
    const sandbox = await sandboxFor()
    const proxy = await tampered(sandbox, (endpoint, answer) => {
      if (endpoint === 'webwxgetcontact') answer.MemberList.push(...answer.MemberList, null, 7, {}, { UserName: 7 })
    })
    const bot = botFor(proxy)
    await bot.login()
    expect(await bot.getFriends()).toHaveLength(13)
    expect(friend(bot, '小满')).toBe(friend(bot, '林小满'))
  })
})

describe('a contact', () => {
  test('is read-only', async () => {
    const { bot } = await loggedIn()
    const contact = friend(bot, '小满')
    expect(() => Object.assign(contact, { NickName: 'x' })).toThrow(TypeError)
    expect(contact.nickName).toBe('林小满')
  })
})

describe('search', () => {
  test('matches substrings, pinyin, initials and predicates, with the best match first', async () => {
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

  test('for characters with several pronunciations, uses the one that is usual in names', async () => {
    const { bot } = await loggedIn({ world: { friends: ['曾国藩', '单田芳', '重庆小面'] } })
    const names = (text: string) => bot.searchContacts(text).map((contact) => contact.NickName)
    expect(names('zengguofan')).toEqual(['曾国藩'])
    expect(names('stf')).toEqual(['单田芳'])
    expect(names('chongqing')).toEqual(['重庆小面'])
  })
})

describe('Uins', () => {
  test('arrive with status notifications, are strings, and are reported once', async () => {
    const { sandbox, bot } = await loggedIn()
    const reported: { info: unknown; text: string[] }[] = []
    let wake = () => {}
    bot.msgRegister(SYSTEM, (msg) => {
      if (msg.systemInfo !== 'uins') return
      reported.push({ info: msg.systemInfo, text: msg.text })
      wake()
    })
    void bot.run()
    const next = async () => {
      while (reported.length === 0) await new Promise<void>((resolve) => (wake = resolve))
      return reported.shift()
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

  test('arrive with changed contacts and identify the owner of a group', async () => {
    const sandbox = await sandboxFor()
    const proxy = await tampered(sandbox, (endpoint, answer) => {
      if (endpoint !== 'webwxsync') return
      for (const contact of answer.ModContactList) {
        contact.Uin = 1_234_567_890
        for (const [index, member] of (contact.MemberList ?? []).entries()) member.Uin = 100 + index
      }
    })
    const bot = botFor(proxy)
    await bot.login()
    const room = (await bot.getChatrooms()).find(({ isOwner }) => !isOwner) as Chatroom
    expect('Uin' in room).toBe(false)
    const reported = new Promise<string[]>((resolve) => {
      bot.msgRegister(SYSTEM, (msg) => {
        if (msg.systemInfo === 'uins' && msg.text.includes(room.UserName)) resolve(msg.text)
      })
    })
    void bot.run()
    await room.setPinned()
    expect(await reported).toEqual([room.UserName])
    expect(room.uin).toBe('1234567890')
    expect(room.ownerUserName).toBe(room.ChatRoomOwner)
    expect(room.isOwner).toBe(false)
    expect(room.memberList[1]?.uin).toBe('101')
  })
})
