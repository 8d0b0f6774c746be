import { expect, test } from 'vitest'
import { start } from './program.js'

const WORLD = {
  owner: 'Bot',
  friends: ['Alice', 'Bob', 'Carl'],
  groups: [
    { topic: '第一群', members: ['Alice', { name: '路人' }] },
    { topic: '第二群', members: ['Bob'] },
  ],
  strangers: ['新朋友'],
}

const requestsTo = (sandbox: { requests: { endpoint: string }[] }, endpoint: string) =>
  sandbox.requests.filter((request) => request.endpoint === endpoint)

test('everything: answers text, media and mentions, and accepts and greets a friend request', async () => {
  const { sandbox } = await start('everything', { world: WORLD })
  await sandbox.online()
  const alice = sandbox.friend('Alice')
  alice.say('hi')
  expect((await alice.nextMessage()).text).toBe('Text hi')
  alice.send({ kind: 'link', title: 'A title' })
  expect((await alice.nextMessage()).text).toBe('Sharing A title')
  for (const kind of ['image', 'video', 'file'] as const) {
    alice.send({ kind })
    expect((await alice.nextMessage()).kind).toBe(kind)
  }
  alice.send({ kind: 'voice' })
  expect((await alice.nextMessage()).kind).toBe('file')
  const group = sandbox.group('第一群')
  group.member('Alice').say('hi', { at: 'owner' })
  expect((await group.nextMessage()).text).toBe('@Alice\u2005I received: @Bot\u2005hi')
  const stranger = sandbox.friend('新朋友')
  stranger.requestFriend('我是新朋友')
  expect((await stranger.nextMessage()).text).toBe('Nice to meet you!')
  expect(stranger.isContact).toBe(true)
})

test('update-friend: returns one friend for a UserName, and a list for a list of UserNames', async () => {
  const { ended, printed } = await start('update-friend', { world: WORLD })
  await ended
  expect(printed).toEqual([['Alice'], [['Alice', 'Bob']]])
})

test('update-chatroom: returns a group with its members for a UserName, and a list for a list of UserNames', async () => {
  const { ended, printed } = await start('update-chatroom', { world: WORLD })
  await ended
  expect(printed).toEqual([['第一群', expect.arrayContaining(['Alice', 'Bot', '路人'])], [['第一群', '第二群']]])
})

test('change-chatroom: creates a group, removes a member and adds them back', async () => {
  const { sandbox, ended } = await start('change-chatroom', { world: WORLD })
  await ended
  const ids = ['Alice', 'Bob', 'Carl'].map((name) => sandbox.friend(name).id)
  expect(sandbox.group('test chatroom').memberIds).toEqual(expect.arrayContaining(ids))
  expect(requestsTo(sandbox, 'webwxupdatechatroom')).toHaveLength(2)
})

test('uins: prints the name and Uin of each contact in a notification', async () => {
  const { sandbox, itchat, prints } = await start('uins', { world: WORLD })
  await sandbox.online()
  const userName = itchat.search_friends({ name: 'Alice' })[0]?.UserName ?? ''
  const { id } = sandbox.friend('Alice')
  sandbox.raw({
    MsgType: 51,
    StatusNotifyCode: 4,
    StatusNotifyUserName: userName,
    Content: `&lt;msg&gt;&lt;op id='4'&gt;&lt;username&gt;${id}&lt;/username&gt;&lt;/op&gt;&lt;/msg&gt;`,
  })
  let printed = (await prints(2)).flat()
  // The login also causes notifications.
  while (!printed.includes(`Alice: ${id}`)) printed = (await prints(printed.length + 1)).flat()
  expect(printed[0]).toBe('** Uin updated **')
})

test('add-recommended-friend: sends a friend request without text', async () => {
  const { sandbox, prints } = await start('add-recommended-friend', { world: WORLD })
  await sandbox.online()
  const stranger = sandbox.friend('新朋友')
  sandbox.friend('Alice').send({ kind: 'card', id: stranger.id })
  const printed = await prints(4)
  expect(printed[0]).toMatchObject([{ NickName: '新朋友' }])
  expect(printed[2]).toMatchObject([{ UserName: printed[3]?.[0] }])
  expect(requestsTo(sandbox, 'webwxverifyuser')).toHaveLength(1)
})
