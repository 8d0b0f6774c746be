import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Chatroom, FRIENDS, type Itchat, type Message, TEXT } from 'itchat'
import { expect, test } from 'vitest'
import { botFor, nextEvent, sandboxFor } from '../support/bot.js'

const WORDS = '看云🍃 & 听<雨> "A" &amp; <br/>'

/** A world in which people fill every field with signs that the wire encodes. */
const world = () => ({
  owner: { name: `我 ${WORDS}`, signature: WORDS },
  friends: [
    { name: '林小满', remark: `满 ${WORDS}`, alias: 'a&amp;b', province: WORDS, city: WORDS, signature: WORDS },
  ],
  strangers: [{ name: `许知远 ${WORDS}`, id: 'wxid_xu', signature: WORDS, province: WORDS }],
  groups: [{ topic: `群 ${WORDS}`, members: [{ name: '林小满', displayName: WORDS }] }],
})

const nextMessage = (bot: Itchat, types: Message['type'][]) =>
  new Promise<Message>((resolve) =>
    bot.msgRegister(types, { isFriendChat: true, isGroupChat: true }, (msg) => resolve(msg)),
  )

test('what people wrote of themselves comes back from the sandbox as they wrote it', async () => {
  const sandbox = await sandboxFor({ world: world() })
  const bot = botFor(sandbox)
  await bot.login()
  const [friend] = bot.searchFriends({ remarkName: `满 ${WORDS}` })
  expect(friend).toMatchObject({ Signature: WORDS, Province: WORDS, City: WORDS, Alias: 'a&amp;b' })
  const self = bot.searchFriends()
  expect([self.NickName, self.Signature]).toEqual([`我 ${WORDS}`, WORDS])
  const [room] = bot.searchChatrooms({ name: '群' }) as Chatroom[]
  expect(room?.NickName).toBe(`群 ${WORDS}`)
  const detailed = await (room as Chatroom).update({ detailedMember: true })
  const member = detailed.memberList.find(({ DisplayName }) => DisplayName === WORDS)
  expect(member).toMatchObject({ RemarkName: `满 ${WORDS}`, Signature: WORDS, City: WORDS })
})

test('a greeting, a link, a file, a place and a quote come back from the sandbox as they were written', async () => {
  const sandbox = await sandboxFor({ world: world() })
  const bot = botFor(sandbox)
  const greeted = nextMessage(bot, [FRIENDS])
  await bot.login()
  void bot.run()
  await sandbox.online()
  sandbox.friend('wxid_xu').requestFriend(WORDS)
  const request = await greeted
  expect(request.request).toMatchObject({ nickName: `许知远 ${WORDS}`, content: WORDS })
  expect(request.user).toMatchObject({ NickName: `许知远 ${WORDS}`, Signature: WORDS, Province: WORDS })
  expect(request.raw.RecommendInfo.Content).toContain('&amp;amp;')

  const friend = sandbox.friend('林小满')
  const say = async (content: Parameters<typeof friend.send>[0]) => {
    const next = nextMessage(bot, ['Sharing', 'Map', 'Attachment'])
    friend.send(content)
    return next
  }
  const url = 'https://news.example/p?k=1&n=2&amp;#top'
  const link = await say({ kind: 'link', title: WORDS, url })
  expect([link.text, link.url, link.sharing]).toMatchObject([WORDS, url, { title: WORDS, url }])
  const file = await say({ kind: 'file', name: 'Q&A &amp;.txt', bytes: Buffer.from('x') })
  expect(file.originalFileName).toBe('Q&A &amp;.txt')
  const place = await say({ kind: 'location', placeName: 'Tom & Jo "Café"', label: '' })
  expect([place.text, place.location]).toMatchObject(['Tom & Jo "Café"', { poiName: 'Tom & Jo "Café"', label: '' }])
  const said = friend.say(WORDS)
  const quote = await say({ kind: 'quote', text: WORDS, quotedId: said.id })
  expect(quote.sharing).toMatchObject({ kind: 'quote', title: WORDS, quoted: { content: WORDS } })
})

test('words this account sends are not decoded as those of others', async () => {
  const sandbox = await sandboxFor({ world: { ...world(), friends: ['林小满', '沈青禾'], groups: [] } })
  const bot = botFor(sandbox)
  await bot.login()
  const friends = ['林小满', '沈青禾'].flatMap((name) => bot.searchFriends({ name }))
  const made = await bot.createChatroom(friends, WORDS)
  expect(made.Topic).toBe(WORDS)
  const room = bot.searchChatrooms({ userName: made.ChatRoomName }) as Chatroom
  expect(room.NickName).toBe(WORDS)
  await bot.setChatroomName(room, `${WORDS}2`)
  expect(room.NickName).toBe(`${WORDS}2`)
  await bot.setAlias(friends[0] ?? '', '&amp;')
  expect(friends[0]?.RemarkName).toBe('&amp;')
})

test('the own account has the same words after a restart', async () => {
  const sandbox = await sandboxFor({ world: world() })
  const options = { hotReload: true, statusStorageDir: join(mkdtempSync(join(tmpdir(), 'itchat-')), 'state.json') }
  for (const restored of [false, true, true]) {
    const bot = botFor(sandbox)
    const login = nextEvent(bot, 'login')
    await bot.autoLogin(options)
    expect(await login).toMatchObject({ restored, user: { NickName: `我 ${WORDS}`, Signature: WORDS } })
    await bot.close()
  }
})

test('a contact that changes its name is told by the words it chose', async () => {
  const sandbox = await sandboxFor({ world: world() })
  const bot = botFor(sandbox)
  await bot.login()
  void bot.run()
  await sandbox.online()
  const changed = nextEvent(bot, 'contacts')
  sandbox.friend('林小满').rename(`新 ${WORDS}`)
  const { renamed } = await changed
  expect(renamed.map(({ from, to }) => ({ from, to }))).toContainEqual({ from: '林小满', to: `新 ${WORDS}` })
})

test('everybody is mentioned in the words of Chinese and English phones', async () => {
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
