import { FRIENDS, MassivePlatform, TEXT } from 'itchat'
import { expect, test } from 'vitest'
import { SPECIAL_USERNAMES } from '../../src/transports/web/wire/message.js'
import { botFor, sandboxFor } from '../support/bot.js'

test('messages from WeChat services reach only handlers for official accounts; filehelper counts as a friend', async () => {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  const seen: { official: string[]; friend: string[] } = { official: [], friend: [] }
  const done = new Promise<void>((resolve) => {
    const note = (into: string[]) => (msg: { user: { UserName: string } }) => {
      into.push(msg.user.UserName)
      if (seen.official.length + seen.friend.length === SPECIAL_USERNAMES.length + 1) resolve()
    }
    bot.msgRegister(TEXT, { isFriendChat: true, isSelf: true }, note(seen.friend))
    bot.msgRegister(TEXT, { isMpChat: true }, note(seen.official))
  })
  await bot.login()
  void bot.run()
  await sandbox.online()
  for (const name of SPECIAL_USERNAMES) {
    if (name !== 'filehelper') sandbox.raw({ FromUserName: name, Content: '<mmreader></mmreader>' })
  }
  sandbox.raw({ to: 'filehelper', Content: 'note to self' })
  sandbox.friend('小满').say('hi')
  await done
  const services = SPECIAL_USERNAMES.filter((name) => name !== 'filehelper')
  expect(new Set(seen.official)).toEqual(new Set(services))
  expect(seen.friend.sort()).toEqual([expect.stringMatching(/^@/), 'filehelper'])
  expect(bot.searchMps({ userName: 'weixin' })).toBeUndefined()
  expect(
    [...bot.memberList, ...bot.mpList].map(({ UserName }) => UserName).filter((name) => !name.startsWith('@')),
  ).toEqual([])
})

test.each(['newsapp', 'weixin', 'fmessage'])(
  '%s counts as an official account, with or without contact details',
  async (name) => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const user = new Promise((resolve) => bot.msgRegister(TEXT, { isMpChat: true }, (msg) => resolve(msg.user)))
    await bot.login()
    void bot.run()
    await sandbox.online()
    sandbox.raw({ FromUserName: name, Content: 'x' })
    expect(await user).toBeInstanceOf(MassivePlatform)
  },
)

test('a friend request reaches the FRIENDS handler although a service delivers it', async () => {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  const requests: string[] = []
  const done = new Promise<void>((resolve) => {
    bot.msgRegister(FRIENDS, (msg) => {
      requests.push(msg.request.nickName)
      if (requests.length === 2) resolve()
    })
  })
  await bot.login()
  void bot.run()
  await sandbox.online()
  sandbox.friend('许知远').requestFriend('hello')
  // A request without a name.
  sandbox.raw({ FromUserName: 'fmessage', MsgType: 37 })
  await done
  expect(requests.sort()).toEqual(['', '许知远'])
})
