import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { ManualClock } from '../support/manual-clock.js'
import { WireClient } from './support/wire-client.js'

let clock: ManualClock
let sandbox: Sandbox
let client: WireClient

beforeEach(async () => {
  clock = new ManualClock()
  sandbox = await startSandbox({ port: 0, clock, autoLogin: true })
  client = await new WireClient(sandbox.url).login()
})

afterEach(() => {
  expect(sandbox.lastError).toBeUndefined()
  return sandbox.close()
})

const ret = (reply: { json: any }) => reply.json.BaseResponse.Ret

describe('webwxsendmsg', () => {
  test('delivers the message to the friend, returns ids as strings and does not echo the message', async () => {
    const friend = sandbox.friend('小满')
    const got = friend.nextMessage()
    const reply = await client.send(await client.userName('林小满'), '在 & 不在 <br/>')
    expect(reply.json).toEqual({
      BaseResponse: { Ret: 0, ErrMsg: '' },
      MsgID: expect.stringMatching(/^\d{19}$/),
      LocalID: expect.stringMatching(/^\d{17}$/),
    })
    expect(await got).toMatchObject({ id: reply.json.MsgID, text: '在 & 不在 <br/>', at: clock.now() })
    expect((await client.sync()).json.AddMsgCount).toBe(0)
  })

  test('accepts filehelper, the account itself and groups as recipients, and numeric ids', async () => {
    for (const to of ['filehelper', client.self, await client.userName('产品设计群')]) {
      const reply = await client.send(to, 'x', { LocalID: 17_952_205_256_852, ClientMsgId: 17_952_205_256_852 })
      expect(reply.json).toMatchObject({ BaseResponse: { Ret: 0 }, LocalID: '17952205256852' })
    }
    expect((await sandbox.group('产品设计群').nextMessage()).text).toBe('x')
    expect((await sandbox.official('filehelper').nextMessage()).text).toBe('x')
    expect((await sandbox.owner.nextMessage()).text).toBe('x')
  })

  test('returns 1204 for an unknown name and for a group member who is not a friend', async () => {
    expect(ret(await client.send(`@${'a'.repeat(64)}`, 'x'))).toBe(1204)
    const room = await client.userName('产品设计群')
    const [group] = (await client.batch([{ UserName: room }])).json.ContactList
    const colleague = group.MemberList.find((member: any) => member.NickName === '安若溪')
    expect(ret(await client.send(colleague.UserName, 'x'))).toBe(1204)
  })

  test('refuses another sender or an invalid Msg', async () => {
    expect(ret(await client.send('filehelper', 'x', { FromUserName: '@other' }))).toBe(1)
    expect(ret(await client.send('filehelper', 'x', { Content: 5 }))).toBe(1)
    expect(ret(await client.post('webwxsendmsg', { Scene: 0 }))).toBe(1)
  })

  test('returns 1205 for a flood of messages until some time has passed', async () => {
    for (let index = 0; index < 60; index++) expect(ret(await client.send('filehelper', String(index)))).toBe(0)
    expect(ret(await client.send('filehelper', 'too much'))).toBe(1205)
    await clock.advance(10_000)
    expect(ret(await client.send('filehelper', 'again'))).toBe(0)
  })

  test('reports the reply time only for a reply', async () => {
    const friend = sandbox.friend('林小满')
    const name = await client.userName('林小满')
    friend.say('在吗')
    await client.sync()
    await clock.advance(40)
    await client.send(name, '在')
    await client.send(name, '什么事')
    expect((await friend.nextMessage()).replyMs).toBe(40)
    expect((await friend.nextMessage()).replyMs).toBeUndefined()
  })
})

describe('webwxrevokemsg', () => {
  const revoke = (id: string, to = 'filehelper') =>
    client.post('webwxrevokemsg', { SvrMsgId: id, ToUserName: to, ClientMsgId: '1' })

  test('recalls a message once within two minutes', async () => {
    const { MsgID } = (await client.send('filehelper', 'x')).json
    await clock.advance(120_000)
    expect(ret(await revoke(MsgID))).toBe(0)
    expect(sandbox.official('filehelper').messages.at(-1)).toMatchObject({ id: MsgID, recalled: true })
    expect(ret(await revoke(MsgID))).toBe(1)
    expect((await client.sync()).json.AddMsgCount).toBe(0)
  })

  test('refuses messages that are too old, unknown or in another chat', async () => {
    const { MsgID } = (await client.send('filehelper', 'x')).json
    expect(ret(await revoke(MsgID, client.self))).toBe(1)
    expect(ret(await revoke('1'))).toBe(1)
    await clock.advance(120_001)
    expect(ret(await revoke(MsgID))).toBe(-2)
  })
})

describe('groups', () => {
  const members = async (...names: string[]) =>
    Promise.all(names.map(async (name) => ({ UserName: await client.userName(name) })))
  const update = (fun: string, body: object) => client.post('webwxupdatechatroom', body, { fun })

  test('can be created only with at least two friends', async () => {
    const two = await members('林小满', '沈青禾')
    const reply = await client.post('webwxcreatechatroom', { MemberCount: 2, MemberList: two, Topic: '新群' })
    expect(reply.json).toMatchObject({ BaseResponse: { Ret: 0 }, Topic: '新群', MemberCount: 2 })
    expect(reply.json.ChatRoomName).toMatch(/^@@[0-9a-f]{64}$/)
    expect(reply.json.MemberList.map((member: any) => member.MemberStatus)).toEqual([0, 0])
    const { json } = await client.sync()
    expect(json.ModContactList[0]).toMatchObject({ NickName: '新群', MemberCount: 3, IsOwner: 1 })
    expect(json.AddMsgList[0].Content).toBe('你邀请"林小满"、"沈青禾"加入了群聊  ')
    const refused = await client.post('webwxcreatechatroom', { MemberCount: 1, MemberList: two.slice(1), Topic: '' })
    expect(ret(refused)).toBe(1)
  })

  test('above the invitation threshold require new members to be invited instead of added', async () => {
    const room = await client.userName('产品设计群')
    const [{ UserName = '' } = {}] = await members('林小满')
    expect(ret(await update('addmember', { ChatRoomName: room, AddMemberList: UserName }))).toBe(-2)
    expect(ret(await update('invitemember', { ChatRoomName: room, InviteMemberList: UserName }))).toBe(0)
    expect(sandbox.group('产品设计群').memberIds).toContain('wxid_linxiaoman00')
  })

  test('allow only the owner to remove members and, if restricted, to rename the group', async () => {
    const hikers = await client.userName('周末爬山队 <span class="emoji emoji26f0"></span>\uFE0F')
    const design = await client.userName('产品设计群')
    const [{ UserName = '' } = {}] = await members('林小满')
    expect(ret(await update('delmember', { ChatRoomName: hikers, DelMemberList: UserName }))).toBe(-2)
    expect(ret(await update('modtopic', { ChatRoomName: design, NewTopic: '改名' }))).toBe(-2)
    expect(ret(await update('modtopic', { ChatRoomName: hikers, NewTopic: '周日爬山队' }))).toBe(0)
    const { json } = await client.sync()
    expect(json.AddMsgList[0].Content).toBe('你修改群名为“周日爬山队”')
    expect(json.ModContactList[0].NickName).toBe('周日爬山队')
  })

  test('accept requests without fun and lists that are arrays but record a warning', async () => {
    const two = await members('林小满', '沈青禾')
    const { ChatRoomName } = (
      await client.post('webwxcreatechatroom', { MemberCount: 2, MemberList: two, Topic: '群' })
    ).json
    const third = await members('顾南星')
    expect(ret(await update('addmember', { ChatRoomName, AddMemberList: third }))).toBe(0)
    expect(ret(await client.post('webwxupdatechatroom', { ChatRoomName, DelMemberList: third[0]?.UserName }))).toBe(0)
    expect(sandbox.group('群').memberIds).toHaveLength(3)
    expect(sandbox.warnings.map((warning) => warning.endpoint)).toEqual(['webwxupdatechatroom', 'webwxupdatechatroom'])
  })

  test('deliver changes made by other members: a new topic and a new member', async () => {
    const group = sandbox.group('周末爬山队')
    group.rename('爬山', '老马')
    group.add('宋时雨')
    const { json } = await client.sync()
    expect(json.AddMsgList.map((message: any) => message.Content)).toEqual([
      '"老马"修改群名为“爬山”',
      '"望舒（领队）"邀请"宋时雨"加入了群聊',
    ])
    expect(json.ModContactList[0]).toMatchObject({ NickName: '爬山', MemberCount: 9 })
  })
})

test('finds people by name, remark, alias or id, and suggests similar names', () => {
  for (const query of ['林小满', '小满', 'xiaoman_lin', 'wxid_linxiaoman00']) {
    expect(sandbox.friend(query).id).toBe('wxid_linxiaoman00')
  }
  expect(sandbox.friend('温暖').id).toBe('wxid_wennuan00000')
  expect(() => sandbox.friend('林大满')).toThrow(/Unknown person "林大满"\. Did you mean "小满"/)
  expect(() => sandbox.group('爬山')).toThrow(/Unknown group "爬山"\. Did you mean "周末爬山队/)
  expect(() => sandbox.group('产品设计群').member('林小满')).toThrow(/Unknown member of 产品设计群/)
  expect(() => sandbox.friend('唐一诺').say('hi')).toThrow(/not in the address book/)
})

test('rejects a pending wait with the abort reason of the signal', async () => {
  const signal = AbortSignal.abort(new Error('enough'))
  await expect(sandbox.friend('林小满').nextMessage({ signal })).rejects.toThrow('enough')
})
