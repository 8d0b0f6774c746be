import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Chatroom, FRIENDS, type Itchat, type Message, TEXT } from 'itchat'
import { expect, test } from 'vitest'
import { botFor, nextEvent, sandboxFor } from '../support/bot.js'

const STRINGS = '看云🍃 & 听<雨> "A" &amp; <br/>'

/** A world in which every field set by users contains characters that are encoded on the wire. */
const world = () => ({
  owner: { name: `我 ${STRINGS}`, signature: STRINGS },
  friends: [
    { name: '林小满', remark: `满 ${STRINGS}`, alias: 'a&amp;b', province: STRINGS, city: STRINGS, signature: STRINGS },
  ],
  strangers: [{ name: `许知远 ${STRINGS}`, id: 'wxid_xu', signature: STRINGS, province: STRINGS }],
  groups: [{ topic: `群 ${STRINGS}`, members: [{ name: '林小满', displayName: STRINGS }] }],
})

const nextMessage = (bot: Itchat, types: Message['type'][]) =>
  new Promise<Message>((resolve) =>
    bot.msgRegister(types, { isFriendChat: true, isGroupChat: true }, (msg) => resolve(msg)),
  )

test('profile fields arrive from the sandbox verbatim', async () => {
  const sandbox = await sandboxFor({ world: world() })
  const bot = botFor(sandbox)
  await bot.login()
  const [friend] = bot.searchFriends({ remarkName: `满 ${STRINGS}` })
  expect(friend).toMatchObject({ Signature: STRINGS, Province: STRINGS, City: STRINGS, Alias: 'a&amp;b' })
  const self = bot.searchFriends()
  expect([self.NickName, self.Signature]).toEqual([`我 ${STRINGS}`, STRINGS])
  const [room] = bot.searchChatrooms({ name: '群' }) as Chatroom[]
  expect(room?.NickName).toBe(`群 ${STRINGS}`)
  const detailed = await (room as Chatroom).update({ detailedMember: true })
  const member = detailed.memberList.find(({ DisplayName }) => DisplayName === STRINGS)
  expect(member).toMatchObject({ RemarkName: `满 ${STRINGS}`, Signature: STRINGS, City: STRINGS })
})

test('a greeting, a link, a file, a location and a quote arrive from the sandbox verbatim', async () => {
  const sandbox = await sandboxFor({ world: world() })
  const bot = botFor(sandbox)
  const greeted = nextMessage(bot, [FRIENDS])
  await bot.login()
  void bot.run()
  await sandbox.online()
  sandbox.friend('wxid_xu').requestFriend(STRINGS)
  const request = await greeted
  expect(request.request).toMatchObject({ nickName: `许知远 ${STRINGS}`, content: STRINGS })
  expect(request.user).toMatchObject({ NickName: `许知远 ${STRINGS}`, Signature: STRINGS, Province: STRINGS })
  expect(request.raw.RecommendInfo.Content).toContain('&amp;amp;')

  const friend = sandbox.friend('林小满')
  const say = async (content: Parameters<typeof friend.send>[0]) => {
    const next = nextMessage(bot, ['Sharing', 'Map', 'Attachment'])
    friend.send(content)
    return next
  }
  const url = 'https://news.example/p?k=1&n=2&amp;#top'
  const link = await say({ kind: 'link', title: STRINGS, url })
  expect([link.text, link.url, link.sharing]).toMatchObject([STRINGS, url, { title: STRINGS, url }])
  const file = await say({ kind: 'file', name: 'Q&A &amp;.txt', bytes: Buffer.from('x') })
  expect(file.originalFileName).toBe('Q&A &amp;.txt')
  const location = await say({ kind: 'location', placeName: 'Tom & Jo "Café"', label: '' })
  expect([location.text, location.location]).toMatchObject([
    'Tom & Jo "Café"',
    { poiName: 'Tom & Jo "Café"', label: '' },
  ])
  const said = friend.say(STRINGS)
  const quote = await say({ kind: 'quote', text: STRINGS, quotedId: said.id })
  expect(quote.sharing).toMatchObject({ kind: 'quote', title: STRINGS, quoted: { content: STRINGS } })
})

test('strings that this account sends are not decoded, unlike received strings', async () => {
  const sandbox = await sandboxFor({ world: { ...world(), friends: ['林小满', '沈青禾'], groups: [] } })
  const bot = botFor(sandbox)
  await bot.login()
  const friends = ['林小满', '沈青禾'].flatMap((name) => bot.searchFriends({ name }))
  const created = await bot.createChatroom(friends, STRINGS)
  expect(created.Topic).toBe(STRINGS)
  const room = bot.searchChatrooms({ userName: created.ChatRoomName }) as Chatroom
  expect(room.NickName).toBe(STRINGS)
  await bot.setChatroomName(room, `${STRINGS}2`)
  expect(room.NickName).toBe(`${STRINGS}2`)
  await bot.setAlias(friends[0] ?? '', '&amp;')
  expect(friends[0]?.RemarkName).toBe('&amp;')
})

test('this account has the same strings after a restart', async () => {
  const sandbox = await sandboxFor({ world: world() })
  const options = { hotReload: true, statusStorageDir: join(mkdtempSync(join(tmpdir(), 'itchat-')), 'state.json') }
  for (const restored of [false, true, true]) {
    const bot = botFor(sandbox)
    const login = nextEvent(bot, 'login')
    await bot.autoLogin(options)
    expect(await login).toMatchObject({ restored, user: { NickName: `我 ${STRINGS}`, Signature: STRINGS } })
    await bot.close()
  }
})

test('a renamed contact is reported with its new name verbatim', async () => {
  const sandbox = await sandboxFor({ world: world() })
  const bot = botFor(sandbox)
  await bot.login()
  void bot.run()
  await sandbox.online()
  const changed = nextEvent(bot, 'contacts')
  sandbox.friend('林小满').rename(`新 ${STRINGS}`)
  const { renamed } = await changed
  expect(renamed.map(({ from, to }) => ({ from, to }))).toContainEqual({ from: '林小满', to: `新 ${STRINGS}` })
})

test('isAtAll is true when a Chinese or English phone mentions all members', async () => {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  const seen: [string, boolean | undefined][] = []
  const done = new Promise<void>((resolve) => {
    bot.msgRegister(TEXT, { isGroupChat: true }, (msg) => {
      seen.push([msg.text, msg.isAtAll])
      if (msg.text === 'end') resolve()
    })
  })
  await bot.login()
  void bot.run()
  const group = sandbox.group('周末爬山队 ⛰️')
  for (const text of ['@all dinner at 7', '@All\u2005dinner', '@所有人 吃饭', '@allan dinner', 'me@all', 'end']) {
    group.member('小满').say(text)
  }
  await done
  expect(seen.map(([, isAtAll]) => isAtAll)).toEqual([true, true, true, false, false, false])
})
