import { TEXT } from 'itchat'
import { expect, onTestFinished, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { gate } from '../support/gate.js'
import { diskOf, folder, hotReload, saidAndTaken } from '../support/restarts.js'

test('a group that was made after a hot reload is known in the next session, though a message waited all the time', async () => {
  const sandbox = await sandboxFor()
  const place = folder()
  const first = botFor(sandbox)
  await first.autoLogin(hotReload(place))
  await first.close()

  const second = botFor(sandbox)
  const [began, release] = [gate(), gate()]
  second.msgRegister(TEXT, { isFriendChat: true, isGroupChat: true }, async () => {
    began.open()
    await release.opened
  })
  onTestFinished(() => release.open())
  await second.autoLogin(hotReload(place))
  void second.run()
  await sandbox.held('synccheck')
  sandbox.friend('林小满').say('hangs')
  await began.opened
  await second.createChatroom((await second.getFriends()).slice(1, 4), 'new group')
  await saidAndTaken(sandbox, () => sandbox.group('new group').member('林小满').say('waits'))
  const left = diskOf(place)
  release.open()
  await second.close()

  sandbox.expireSession(1102)
  const third = botFor(sandbox)
  const waiting = new Promise<unknown>((resolve) => {
    third.msgRegister(TEXT, { isFriendChat: true, isGroupChat: true }, (msg) => {
      if (msg.text === 'waits') resolve([msg.stale, msg.user.NickName])
    })
  })
  await third.autoLogin(hotReload(left))
  void third.run()
  expect(await waiting).toEqual([true, 'new group'])
})
