import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { WireClient } from './support/wire-client.js'

let sandbox: Sandbox
let client: WireClient

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0, autoLogin: true })
  client = await new WireClient(sandbox.url).login()
})

afterEach(() => {
  expect(sandbox.lastError).toBeUndefined()
  return sandbox.close()
})

const CONTACT_KEYS = 31

test('the address book lists friends, official accounts, saved groups and built-in accounts, with all their fields', async () => {
  const { json } = await client.getContact()
  expect(json).toMatchObject({ BaseResponse: { Ret: 0 }, Seq: 0, MemberCount: json.MemberList.length })
  for (const contact of json.MemberList) expect(Object.keys(contact).length).toBe(CONTACT_KEYS)
  const byName = (name: string) => json.MemberList.find((contact: any) => contact.NickName === name)
  expect(byName('林小满')).toMatchObject({
    RemarkName: '小满',
    Alias: 'xiaoman_lin',
    PYInitial: 'LXM',
    PYQuanPin: 'linxiaoman',
    RemarkPYQuanPin: 'xiaoman',
    Sex: 2,
    StarFriend: 1,
    VerifyFlag: 0,
    ContactFlag: 0x43,
    KeyWord: 'wxi',
  })
  expect(byName('温暖<span class="emoji emoji1f33b"></span>')).toBeDefined()
  expect(byName('程远 &lt;Dev&gt;')).toBeDefined()
  expect(byName('沙丘日报')).toMatchObject({ VerifyFlag: 24, KeyWord: 'gh_', AttrStatus: 0 })
  expect(byName('城市天气')).toMatchObject({ VerifyFlag: 8 })
  expect(byName('微信团队')).toMatchObject({ UserName: 'weixin', VerifyFlag: 56 })
  expect(byName('产品设计群')).toMatchObject({ MemberCount: 0, MemberList: [], VerifyFlag: 0, Sex: 0, ContactFlag: 3 })
  expect(byName('一家人')).toBeUndefined()
  expect(byName('唐一诺')).toBeUndefined()
})

test('returns every contact exactly once across pages', async () => {
  await using small = await startSandbox({
    port: 0,
    autoLogin: true,
    contactPageSize: 200,
    world: { friends: Array.from({ length: 500 }, (_, index) => `朋友${index}`) },
  })
  const program = await new WireClient(small.url).login()
  const names: string[] = []
  let seq = 0
  let pages = 0
  do {
    const { json } = await program.getContact(seq)
    names.push(...json.MemberList.map((contact: any) => contact.NickName))
    seq = json.Seq
    pages++
  } while (seq !== 0)
  expect(pages).toBe(3)
  expect(new Set(names).size).toBe(504)
  expect(small.warnings).toEqual([])
})

test('returns a batch in the requested order with stubs for unknown names, and accepts an empty batch', async () => {
  const friend = await client.userName('沈青禾')
  const room = await client.userName('产品设计群')
  const stranger = `@${'0'.repeat(64)}`
  const { json } = await client.batch([
    { UserName: friend, EncryChatRoomId: '' },
    { UserName: stranger },
    { UserName: room, ChatRoomId: '' },
    { UserName: friend },
  ])
  expect(json.Count).toBe(4)
  expect(json.ContactList.map((contact: any) => contact.UserName)).toEqual([friend, stranger, room, friend])
  expect(json.ContactList[1]).toMatchObject({ NickName: '', ContactFlag: 0 })
  expect(json.ContactList[2]).toMatchObject({ NickName: '产品设计群', MemberCount: 60, IsOwner: 0 })
  expect(json.ContactList[2].EncryChatRoomId).toMatch(/^@[0-9a-f]{32}$/)
  expect(json.ContactList[2].MemberList).toHaveLength(60)
  expect(json.ContactList[2].HeadImgUrl).toMatch(/webwxgetheadimg\?seq=\d+&username=@@[0-9a-f]{64}&skey=$/)
  expect((await client.batch([])).json).toEqual({ BaseResponse: { Ret: 0, ErrMsg: '' }, Count: 0, ContactList: [] })
})

test('returns remarks and display names of group members, and member details only with the room id', async () => {
  const room = await client.userName('周末爬山队 <span class="emoji emoji26f0"></span>\uFE0F')
  const [group] = (await client.batch([{ UserName: room }])).json.ContactList
  const own = group.MemberList.find((member: any) => member.UserName === client.self)
  expect(own).toMatchObject({ NickName: '陈一舟', DisplayName: '一舟' })
  const leader = group.MemberList.find((member: any) => member.DisplayName === '望舒（领队）')
  expect(leader.NickName).toBe('领队周望舒')
  const ma = group.MemberList.find((member: any) => member.DisplayName === '老马')
  const entry = { UserName: ma.UserName, EncryChatRoomId: group.EncryChatRoomId }
  const [details] = (await client.batch([entry])).json.ContactList
  expect(details).toMatchObject({ NickName: '马骁', DisplayName: '老马', Sex: 1, ContactFlag: 0 })
})

test('serves the avatars of contacts and groups as JPEG files with a Content-Length', async () => {
  const [friend] = (await client.getContact()).json.MemberList.filter((contact: any) => contact.NickName === '林小满')
  const room = await client.userName('产品设计群')
  for (const path of [friend.HeadImgUrl, `/cgi-bin/mmwebwx-bin/webwxgetheadimg?userName=${room}&type=big&skey=`]) {
    const reply = await client.request(path)
    expect(reply.status).toBe(200)
    expect(reply.headers.get('content-type')).toBe('image/jpeg')
    expect(Number(reply.headers.get('content-length'))).toBeGreaterThan(100)
  }
  expect((await client.get('webwxgeticon', { username: '@unknown', skey: '' })).status).toBe(404)
})

test('sets a remark or a pin and delivers the changed contact', async () => {
  const friend = await client.userName('沈青禾')
  await client.post('webwxoplog', { CmdId: 2, UserName: friend, RemarkName: '青禾 A' })
  await client.post('webwxoplog', { CmdId: 3, UserName: friend, OP: 1, RemarkName: '青禾 A' })
  const { json } = await client.sync()
  expect(json.ModContactList).toHaveLength(1)
  expect(json.ModContactList[0]).toMatchObject({ RemarkName: '青禾 A', RemarkPYQuanPin: 'a', ContactFlag: 0x803 })
  const refused = await client.post('webwxoplog', { CmdId: 2, UserName: '@unknown', RemarkName: 'x' })
  expect(refused.json.BaseResponse.Ret).toBe(1)
})

test('accepts a friend request with its ticket and delivers the new friend and a greeting', async () => {
  sandbox.friend('许知远').requestFriend('我是知远')
  const [request] = (await client.sync()).json.AddMsgList
  expect(request).toMatchObject({
    MsgType: 37,
    FromUserName: 'fmessage',
    RecommendInfo: { Content: '我是知远', OpCode: 2 },
  })
  expect(request.Ticket).toBe(request.RecommendInfo.Ticket)
  const accept = (ticket: string) =>
    client.post('webwxverifyuser', {
      Opcode: 3,
      VerifyUserListSize: 1,
      VerifyUserList: [{ Value: request.RecommendInfo.UserName, VerifyUserTicket: ticket }],
      VerifyContent: '',
      SceneListCount: 1,
      SceneList: [33],
      skey: client.skey,
    })
  expect((await accept('v2_wrong@stranger')).json.BaseResponse.Ret).toBe(-14)
  expect((await accept(request.Ticket)).json.BaseResponse.Ret).toBe(0)
  const { json } = await client.sync()
  expect(json.ModContactList[0]).toMatchObject({ NickName: '许知远', ContactFlag: 3 })
  expect(json.AddMsgList[0]).toMatchObject({ MsgType: 10000, Content: '你已添加了许知远，现在可以开始聊天了。' })
  expect(sandbox.friend('许知远').isContact).toBe(true)
})

test('delivers an entry in DelContactList when a friend unfriends the account', async () => {
  const name = await client.userName('宋时雨')
  sandbox.friend('宋时雨').unfriend()
  expect((await client.sync()).json).toMatchObject({
    DelContactCount: 1,
    DelContactList: [{ UserName: name, ContactFlag: 0 }],
  })
})
