import { TEXT } from 'itchat'
import { expect, onTestFinished, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { gate } from '../support/gate.js'
import { diskOf, folder, hotReload, sayAndDeliver } from '../support/restarts.js'

test('a group created after a hot reload is recognized in the next session, even while a message is pending', async () => {
  const sandbox = await sandboxFor()
  const dir = folder()
  const first = botFor(sandbox)
  await first.autoLogin(hotReload(dir))
  await first.close()

  const second = botFor(sandbox)
  const [started, release] = [gate(), gate()]
  second.msgRegister(TEXT, { isFriendChat: true, isGroupChat: true }, async () => {
    started.open()
    await release.opened
  })
  onTestFinished(() => release.open())
  await second.autoLogin(hotReload(dir))
  void second.run()
  await sandbox.held('synccheck')
  sandbox.friend('林小满').say('hangs')
  await started.opened
  await second.createChatroom((await second.getFriends()).slice(1, 4), 'new group')
  await sayAndDeliver(sandbox, () => sandbox.group('new group').member('林小满').say('waits'))
  const disk = diskOf(dir)
  release.open()
  await second.close()

  sandbox.expireSession(1102)
  const third = botFor(sandbox)
  const received = new Promise<unknown>((resolve) => {
    third.msgRegister(TEXT, { isFriendChat: true, isGroupChat: true }, (msg) => {
      if (msg.text === 'waits') resolve([msg.stale, msg.user.NickName])
    })
  })
  await third.autoLogin(hotReload(disk))
  void third.run()
  expect(await received).toEqual([true, 'new group'])
})
