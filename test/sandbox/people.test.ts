import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { WireClient } from './support/wire-client.js'

const WORLD = {
  owner: '我',
  friends: [{ name: '甲', id: 'wxid_jia', remark: '甲哥' }, '乙', '丙', '丁'],
  officials: [{ name: '日报', id: 'gh_daily' }],
  strangers: ['路人'],
  groups: [
    { topic: '自己的群', id: '1@chatroom', members: ['甲', '乙'] },
    { topic: '别人的群', id: '2@chatroom', members: ['甲', '乙', '丙'], owner: '甲', renameBy: 'owner' as const },
  ],
}

let sandbox: Sandbox
let client: WireClient

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0, autoLogin: true, world: WORLD })
  client = await new WireClient(sandbox.url).login()
  await client.getContact()
})

afterEach(() => {
  expect(sandbox.lastError).toBeUndefined()
  return sandbox.close()
})

const lines = (json: any) => json.AddMsgList.map((message: any) => message.Content)
const changes = (json: any) => json.ModContactList.map((contact: any) => contact.NickName)

describe('names', () => {
  test('delivers a friend’s new name for the address book and for every shared group', async () => {
    sandbox.friend('乙').rename('乙 Two')
    const { json } = await client.sync()
    expect(changes(json)).toEqual(['乙 Two', '自己的群', '别人的群'])
    expect(json.ModContactList[0]).toMatchObject({ PYInitial: 'TWO', PYQuanPin: 'two' })
    for (const group of json.ModContactList.slice(1)) {
      expect(group.MemberList.map((member: any) => member.NickName)).toContain('乙 Two')
    }
    expect(json.AddMsgList).toEqual([])
    expect(sandbox.friend('乙 Two').name).toBe('乙 Two')
  })

  test('delivers a stranger’s new name only for groups, and rejects empty names', async () => {
    sandbox.friend('路人').rename('过客')
    expect((await client.sync()).json.ModContactList).toEqual([])
    expect(() => sandbox.friend('乙').rename(' ')).toThrow('at least one visible character')
    expect(() => sandbox.friend('乙').rename('x'.repeat(101))).toThrow('at most 100')
    expect(() => sandbox.official('filehelper').rename('x')).toThrow('keep their names')
  })

  test('delivers this account’s new name in Profile and for its groups', async () => {
    const before = (await client.sync()).json.Profile
    expect(before).toMatchObject({ BitFlag: 0, NickName: { Buff: '' } })
    sandbox.owner.rename('新的我')
    const { json } = await client.sync()
    expect(json.Profile).toMatchObject({
      BitFlag: 190,
      UserName: { Buff: client.self },
      NickName: { Buff: '新的我' },
    })
    expect(changes(json)).toEqual(['自己的群', '别人的群'])
    expect((await client.sync()).json.Profile.BitFlag).toBe(0)
    expect((await client.init()).json.User.NickName).toBe('新的我')
  })

  test('delivers a display name together with all group members', async () => {
    sandbox.group('自己的群').setDisplayName('乙', '小乙')
    sandbox.group('自己的群').setDisplayName('owner', '机器人')
    const { json } = await client.sync()
    const [group] = json.ModContactList
    expect(group.MemberList.map((member: any) => member.DisplayName)).toEqual(['机器人', '', '小乙'])
    expect(sandbox.group('自己的群').member('小乙').displayName).toBe('小乙')
    expect(() => sandbox.group('自己的群').setDisplayName('丙', 'x')).toThrow('member of 自己的群')
  })
})

describe('permanent ids and numbers', () => {
  test('delivers the permanent id and the UserName when a chat is opened on the phone', async () => {
    const names = [await client.userName('甲'), await client.userName('自己的群')]
    sandbox.owner.open('甲')
    sandbox.owner.open({ id: '1@chatroom' })
    const { json } = await client.sync()
    expect(json.AddMsgList).toHaveLength(2)
    for (const [index, id] of ['wxid_jia', '1@chatroom'].entries()) {
      expect(json.AddMsgList[index]).toMatchObject({
        MsgType: 51,
        FromUserName: client.self,
        ToUserName: names[index],
        StatusNotifyCode: 2,
        StatusNotifyUserName: names[index],
        Content: `&lt;msg&gt;&lt;op id='2'&gt;&lt;username&gt;${id}&lt;/username&gt;&lt;/op&gt;&lt;/msg&gt;`,
      })
    }
    expect(() => sandbox.owner.open('路人')).toThrow('not in the address book')
    sandbox.phone.logoutWeb()
    expect(() => sandbox.owner.open('甲')).toThrow('no program is logged in')
  })

  test('delivers the uins of a friend or of a group’s owner and members when the chat is pinned', async () => {
    const uins = new Map<string, number>()
    for (const name of ['甲', '别人的群']) {
      const UserName = await client.userName(name)
      await client.post('webwxoplog', { CmdId: 3, UserName, OP: 1, RemarkName: '' })
    }
    const [friend, group] = (await client.sync()).json.ModContactList
    expect(friend).toMatchObject({ NickName: '甲', ContactFlag: 0x803 })
    expect(friend.Uin).toBeGreaterThan(0)
    for (const member of group.MemberList) uins.set(member.UserName, member.Uin)
    expect([...uins.values()].every((uin) => uin > 0)).toBe(true)
    expect(uins.get(friend.UserName)).toBe(friend.Uin)
    expect(group.OwnerUin).toBe(friend.Uin)
    expect(group.ChatRoomOwner).toBe(friend.UserName)
    sandbox.group('别人的群').rename('改了')
    const [again] = (await client.sync()).json.ModContactList
    expect(again.MemberList.map((member: any) => member.Uin).filter(Boolean)).toHaveLength(1)
  })

  test('assigns new UserNames at every login, but not to built-in accounts', async () => {
    const namesOf = async (account: WireClient) => {
      const { json } = await account.getContact()
      const groups = json.MemberList.filter((contact: any) => contact.UserName.startsWith('@@'))
      const rooms = (await account.batch(groups.map(({ UserName }: any) => ({ UserName })))).json.ContactList
      const members = rooms.flatMap((room: any) => room.MemberList)
      return new Set<string>([
        account.self,
        ...[...json.MemberList, ...members].map((contact: any) => contact.UserName),
      ])
    }
    const first = await namesOf(client)
    const second = await namesOf(await new WireClient(sandbox.url).login())
    expect(second.size).toBe(first.size)
    expect([...first].filter((name) => second.has(name)).sort()).toEqual(['filehelper', 'fmessage', 'weixin'])
  })
})

describe('members', () => {
  test('are added by invitation and removed by the group’s owner', async () => {
    const group = sandbox.group('别人的群')
    group.add('丁', '丙')
    group.remove('乙')
    const { json } = await client.sync()
    expect(lines(json)).toEqual(['"丙"邀请"丁"加入了群聊'])
    expect(json.ModContactList[0].MemberList.map((member: any) => member.NickName)).toEqual(['我', '甲哥', '丙', '丁'])
    expect(() => group.add('丁')).toThrow('already')
    expect(() => group.remove('甲', '丙')).toThrow('Only the owner')
    expect(() => group.rename('x', '丙')).toThrow('Only the owner')
    group.remove('丙', '丙')
    expect(group.memberIds).toHaveLength(3)
  })

  test('include the account, which can be removed by another member and invited back', async () => {
    const group = sandbox.group('别人的群')
    group.remove('owner')
    const { json } = await client.sync()
    expect(lines(json)).toEqual(['你被"甲"移出群聊'])
    expect(json.ModContactList[0]).toMatchObject({ NickName: '别人的群', ContactFlag: 0, MemberCount: 3 })
    expect(() => group.rename('x')).toThrow('The account is not a member')
    group.add('owner', '乙')
    expect(lines((await client.sync()).json)).toEqual(['"乙"邀请你加入了群聊，群聊参与人还有：甲、丙'])
  })

  test('can be removed by the program only if the account owns the group and the list is not empty', async () => {
    const [own, other, member] = [
      await client.userName('自己的群'),
      await client.userName('别人的群'),
      await client.userName('乙'),
    ]
    const remove = async (ChatRoomName: string, DelMemberList: string) =>
      (await client.post('webwxupdatechatroom', { ChatRoomName, DelMemberList }, { fun: 'delmember' })).json
        .BaseResponse.Ret
    expect(await remove(other, member)).toBe(-2)
    expect(await remove(own, '')).toBe(1)
    expect(await remove(own, member)).toBe(0)
    const { json } = await client.sync()
    expect(lines(json)).toEqual(['你将"乙"移出了群聊'])
    expect(json.ModContactList[0]).toMatchObject({ NickName: '自己的群', MemberCount: 2 })
    expect(await remove(own, member)).toBe(1)
  })

  test('of an eleventh new group within a minute are refused', async () => {
    const people = [{ UserName: await client.userName('甲') }, { UserName: await client.userName('乙') }]
    const make = async () =>
      (await client.post('webwxcreatechatroom', { MemberCount: 2, MemberList: people, Topic: '群' })).json.BaseResponse
        .Ret
    for (let index = 0; index < 10; index++) expect(await make()).toBe(0)
    expect(await make()).toBe(1205)
  })
})

describe('friends', () => {
  test('who unfriend the account are removed and may send a new request', async () => {
    const friend = sandbox.friend('丁')
    friend.unfriend()
    expect((await client.sync()).json).toMatchObject({ DelContactCount: 1, ModContactCount: 0 })
    expect(() => friend.unfriend()).toThrow('expected a friend')
    expect(() => sandbox.official('weixin').unfriend()).toThrow('stay in the address book')
    friend.requestFriend('又是我')
    const [request] = (await client.sync()).json.AddMsgList
    const { UserName, Ticket } = request.RecommendInfo
    const body = { Opcode: 3, VerifyUserListSize: 1, VerifyUserList: [{ Value: UserName, VerifyUserTicket: Ticket }] }
    await client.post('webwxverifyuser', { ...body, skey: client.skey })
    expect((await client.sync()).json).toMatchObject({ DelContactCount: 0, ModContactList: [{ NickName: '丁' }] })
    expect(friend.isContact).toBe(true)
  })

  test('who unfriend the account and are added back between two syncs are delivered only as added', async () => {
    const UserName = await client.userName('丁')
    sandbox.friend('丁').unfriend()
    await client.post('webwxverifyuser', {
      Opcode: 2,
      VerifyUserListSize: 1,
      VerifyUserList: [{ Value: UserName, VerifyUserTicket: '' }],
      skey: client.skey,
    })
    sandbox.friend('丙').rename('丙丙')
    sandbox.friend('丙丙').unfriend()
    const { json } = await client.sync()
    expect(json.ModContactList.map((contact: any) => contact.NickName)).toContain('丁')
    expect(json.DelContactList).toEqual([{ UserName: expect.not.stringContaining(UserName), ContactFlag: 0 }])
  })
})

describe('the control API', () => {
  const post = async (path: string, body: unknown) => {
    const response = await sandbox.handle(
      new Request(sandbox.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    )
    return { status: response.status, json: (await response.json()) as any }
  }

  test('renames and unfriends people', async () => {
    expect(await post('/api/people/wxid_jia/rename', { name: ' 甲甲 ' })).toMatchObject({
      status: 200,
      json: { id: 'wxid_jia', name: '甲甲' },
    })
    expect(await post('/api/people/wxid_jia/unfriend', {})).toMatchObject({ status: 200, json: { isContact: false } })
    expect(await post('/api/people/wxid_jia/unfriend', {})).toMatchObject({ status: 409 })
  })

  test('adds a friend, whom the program receives, and a stranger, whom it does not', async () => {
    const friend = await post('/api/people', { name: ' 新朋友 ', isContact: true })
    expect(friend).toMatchObject({ status: 200, json: { name: '新朋友', isContact: true, kind: 'person' } })
    const stranger = await post('/api/people', { name: '新朋友' })
    expect(stranger).toMatchObject({ status: 200, json: { name: '新朋友', isContact: false } })
    expect(stranger.json.id).not.toBe(friend.json.id)
    sandbox.addPerson('另一个朋友', { isContact: true })
    sandbox.addPerson('另一个陌生人')
    const { json } = await client.sync()
    expect(json.ModContactList).toMatchObject([{ NickName: '新朋友' }, { NickName: '另一个朋友' }])
    const greeted = await post(`/api/people/${stranger.json.id}/request`, { greeting: '你好' })
    expect(greeted).toMatchObject({ status: 200, json: { kind: 'friendRequest' } })
  })

  test('returns the details of contacts as the program sees them, with shortened UserNames', async () => {
    const read = async (id: string) => {
      const response = await sandbox.handle(new Request(`${sandbox.url}/api/chats/${id}/details`))
      return (await response.json()) as any
    }
    const fieldOf = ({ fields }: { fields: { name: string; value: string }[] }, wanted: string) =>
      fields.find(({ name }) => name === wanted)?.value
    const friend = await read('wxid_jia')
    expect(friend).toMatchObject({ isOnline: true, members: [] })
    expect(fieldOf(friend, 'NickName')).toBe('甲')
    expect(fieldOf(friend, 'UserName')).toMatch(/^@[\da-f]{6}…[\da-f]{4}$/)
    const group = await read('1@chatroom')
    expect(fieldOf(group, 'UserName')).toMatch(/^@@[\da-f]{6}…[\da-f]{4}$/)
    expect(fieldOf(group, 'MemberCount')).toBe(String(group.members.length))
    expect(group.members[1]).toMatchObject({ id: 'wxid_jia' })
    expect(JSON.stringify([friend, group])).not.toMatch(/@crypt|[\da-f]{20}/)
    expect((await sandbox.handle(new Request(`${sandbox.url}/api/chats/unknown/details`))).status).toBe(404)
    sandbox.expireSession(1101)
    expect(await read('wxid_jia')).toEqual({ isOnline: false, isKnown: false, fields: [], members: [], actions: [] })
  })

  test('returns with the details what was done, and how the program learns of it', async () => {
    const actions = async (id: string) => {
      const response = await sandbox.handle(new Request(`${sandbox.url}/api/chats/${id}/details`))
      return ((await response.json()) as any).actions.map(({ at: _, ...action }: any) => action)
    }
    sandbox.owner.open('甲')
    await post('/api/people/wxid_jia/rename', { name: '甲甲' })
    sandbox.friend('甲甲').say('hello')
    sandbox.group('自己的群').setDisplayName('乙', '小乙')
    sandbox.expireSession(1101)
    sandbox.friend('甲甲').unfriend()
    expect(await actions('wxid_jia')).toEqual([
      { type: 'unfriend', wire: '' },
      { type: 'rename', name: '甲甲', wire: 'ModContactList' },
      { type: 'open', wire: 'MsgType 51' },
    ])
    const people = [sandbox.friend('乙').id]
    expect(await actions('1@chatroom')).toEqual([{ type: 'displayName', name: '小乙', people, wire: 'ModContactList' }])
  })

  test('lets people join a group by its QR code', async () => {
    const stranger = sandbox.friend('路人').id
    const joined = await post('/api/chats/2@chatroom/join', { person: stranger, by: 'wxid_jia' })
    expect(joined.json.members.map(({ id }: any) => id)).toContain(stranger)
    await post('/api/chats/1@chatroom/join', { person: stranger })
    const { json } = await client.sync()
    expect(lines(json)).toEqual(['" 路人"通过扫描"甲"分享的二维码加入群聊', '" 路人"通过扫描你分享的二维码加入群聊'])
    expect(json.ModContactList[0].MemberList.map((member: any) => member.NickName)).toContain('路人')
    expect(await post('/api/chats/2@chatroom/join', { person: stranger })).toMatchObject({ status: 409 })
    expect(await post('/api/chats/2@chatroom/join', { person: 'gh_daily' })).toMatchObject({ status: 409 })
    expect(await post('/api/chats/2@chatroom/join', {})).toMatchObject({ status: 400 })
  })

  test('changes the size of groups above which members must be invited', async () => {
    const add = async (fun: string, list: string) => {
      const body = { ChatRoomName: await client.userName('自己的群'), [list]: await client.userName('丙') }
      return (await client.post('webwxupdatechatroom', body, { fun })).json.BaseResponse.Ret
    }
    expect(await post('/api/settings', { inviteStartCount: 3 })).toEqual({ status: 200, json: { inviteStartCount: 3 } })
    expect(await add('addmember', 'AddMemberList')).toBe(-2)
    expect(await add('invitemember', 'InviteMemberList')).toBe(0)
    expect((await client.init()).json.InviteStartCount).toBe(3)
    for (const inviteStartCount of [0, 501, 1.5, '3', undefined]) {
      expect(await post('/api/settings', { inviteStartCount })).toMatchObject({ status: 400 })
    }
  })

  test('reveals the permanent id of a contact only once its chat was opened on the phone', async () => {
    const uin = async () => {
      const response = await sandbox.handle(new Request(`${sandbox.url}/api/chats/wxid_jia/details`))
      const { fields } = (await response.json()) as { fields: { name: string; value: string }[] }
      return fields.find(({ name }) => name === 'Uin')?.value
    }
    expect(await uin()).toBe('0')
    await post('/api/chats/wxid_jia/open', {})
    expect(await uin()).toBe('wxid_jia')
  })

  test('renames groups, and adds and removes members', async () => {
    const own = '/api/chats/1@chatroom'
    const third = sandbox.friend('丙').id
    expect((await post(`${own}/rename`, { topic: '新名', by: 'wxid_jia' })).json).toMatchObject({ name: '新名' })
    expect((await post(`${own}/add`, { people: [third, third] })).json.members).toHaveLength(4)
    expect((await post(`${own}/remove`, { people: [third] })).json.members).toHaveLength(3)
    const named = await post(`${own}/display-name`, { person: 'wxid_jia', name: '阿甲' })
    expect(named.json.members[1]).toEqual({ id: 'wxid_jia', displayName: '阿甲' })
    expect(lines((await client.sync()).json)).toEqual([
      '"甲"修改群名为“新名”',
      '你邀请"丙"加入了群聊  ',
      '你将"丙"移出了群聊',
    ])
  })

  test('opens a chat on the phone, which marks it as read', async () => {
    sandbox.friend('甲').say('在吗')
    expect(await post('/api/chats/wxid_jia/open', {})).toMatchObject({ status: 200, json: { unread: 0 } })
    expect((await client.sync()).json.AddMsgList.at(-1)).toMatchObject({ MsgType: 51, StatusNotifyCode: 2 })
  })

  test.each([
    ['/api/people', {}, 400, 'Invalid name: expected a string'],
    ['/api/people', { name: ' ' }, 409, 'at least one visible character'],
    ['/api/people', { name: 'x', isContact: 1 }, 400, 'Invalid isContact'],
    ['/api/people/wxid_jia/rename', {}, 400, 'Invalid name: expected a string'],
    ['/api/people/wxid_jia/rename', { name: 7 }, 400, 'Invalid name: expected a string'],
    ['/api/people/wxid_jia/rename', { name: '' }, 409, 'at least one visible character'],
    ['/api/people/unknown/rename', { name: 'x' }, 404, 'unknown'],
    ['/api/people/unknown/unfriend', {}, 404, 'unknown'],
    ['/api/people/wxid_jia/marry', {}, 404, 'Not found'],
    ['/api/people/wxid_jia/constructor', {}, 404, 'Not found'],
    ['/api/chats/wxid_jia/rename', { topic: 'x' }, 404, 'Unknown group id'],
    ['/api/chats/9@chatroom/rename', { topic: 'x' }, 404, 'Unknown chat id'],
    ['/api/chats/1@chatroom/rename', {}, 400, 'Invalid topic: expected a string'],
    ['/api/chats/1@chatroom/rename', { topic: '  ' }, 409, 'at least one visible character'],
    ['/api/chats/1@chatroom/rename', { topic: 'x', by: 1 }, 400, 'Invalid by: expected a person id'],
    ['/api/chats/1@chatroom/rename', { topic: 'x', by: 'unknown' }, 409, 'unknown is not a member'],
    ['/api/chats/2@chatroom/rename', { topic: 'x', by: 'wxid_nobody' }, 409, 'not a member'],
    ['/api/chats/1@chatroom/add', { people: 'wxid_jia' }, 400, 'list of person ids'],
    ['/api/chats/1@chatroom/add', { people: [] }, 400, 'list of person ids'],
    ['/api/chats/1@chatroom/add', { people: [null] }, 400, 'list of person ids'],
    ['/api/chats/1@chatroom/add', { people: ['unknown'] }, 404, 'unknown'],
    ['/api/chats/1@chatroom/add', { people: ['wxid_jia'] }, 409, 'already'],
    ['/api/chats/1@chatroom/add', { people: ['gh_daily'] }, 409, 'expected a person'],
    ['/api/chats/2@chatroom/remove', { people: ['wxid_jia'], by: 'gh_daily' }, 409, 'not a member'],
    ['/api/chats/1@chatroom/remove', { people: ['wxid_jia'], by: 'wxid_jia' }, 200, ''],
    ['/api/chats/1@chatroom/display-name', { name: 'x' }, 400, 'Invalid person: expected a person id'],
    ['/api/chats/1@chatroom/display-name', { person: 'wxid_jia' }, 400, 'Invalid name: expected a string'],
    ['/api/chats/1@chatroom/display-name', { person: 'gh_daily', name: '' }, 409, 'not a member'],
    ['/api/chats/unknown/open', {}, 404, 'Unknown chat id'],
  ])('POST %s with %j returns %d', async (path, body, status, words) => {
    const reply = await post(path, body)
    expect(reply.status).toBe(status)
    if (status !== 200) expect(reply.json.error).toContain(words)
  })

  test('changes nothing if a request is refused', async () => {
    const before = sandbox.group('自己的群').memberIds
    await post('/api/chats/1@chatroom/add', { people: [sandbox.friend('丙').id, 'wxid_jia'] })
    await post('/api/chats/2@chatroom/remove', { people: ['wxid_jia', 'gh_daily'] })
    expect(sandbox.group('自己的群').memberIds).toEqual(before)
    expect((await client.sync()).json.ModContactCount).toBe(0)
  })
})
