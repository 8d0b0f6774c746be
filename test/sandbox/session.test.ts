import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { ManualClock } from '../support/manual-clock.js'
import { WireClient } from './support/wire-client.js'

let clock: ManualClock
let sandbox: Sandbox
let client: WireClient

beforeEach(async () => {
  clock = new ManualClock()
  sandbox = await startSandbox({ port: 0, clock, autoLogin: true, syncPageSize: 3 })
  client = await new WireClient(sandbox.url).login()
})

afterEach(() => {
  expect(sandbox.lastError).toBeUndefined()
  return sandbox.close()
})

describe('webwxinit', () => {
  test('returns this account, recent chats and a well-formed SyncKey', async () => {
    const { json, headers } = await client.init()
    expect(json.BaseResponse).toEqual({ Ret: 0, ErrMsg: '' })
    expect(json.User).toMatchObject({ Uin: client.uin, NickName: '陈一舟', HeadImgFlag: 1, SnsFlag: 17 })
    expect(json.User.UserName).toMatch(/^@[0-9a-f]{64}$/)
    expect(json.SyncKey.Count).toBe(json.SyncKey.List.length)
    expect(json.SyncKey.List.map((key: any) => key.Key)).toEqual([1, 2, 3, 1000])
    expect(json).toMatchObject({ SKey: client.skey, InviteStartCount: 40, ClickReportInterval: 600_000, GrayScale: 1 })
    expect(json.Count).toBe(json.ContactList.length)
    expect(json.ChatSet).toBe(json.ContactList.map((contact: any) => `${contact.UserName},`).join(''))
    const room = json.ContactList.find((contact: any) => contact.UserName.startsWith('@@'))
    expect(room).toMatchObject({ VerifyFlag: 0, Sex: 0, MemberCount: room.MemberList.length })
    expect(
      room.MemberList.some((member: any) => member.UserName === json.User.UserName && member.NickName === ''),
    ).toBe(true)
    expect(headers.getSetCookie().join()).toMatch(/^webwx_data_ticket=/)
  })

  test('does not deliver messages from before the login', async () => {
    expect((await client.sync()).json.AddMsgCount).toBe(0)
  })
})

test('webwxstatusnotify with code 3 queues MsgType 51 with two lists in the same order', async () => {
  const notify = await client.notify()
  expect(notify.json).toMatchObject({ BaseResponse: { Ret: 0 }, MsgID: expect.stringMatching(/^\d{19}$/) })
  const [message] = (await client.sync()).json.AddMsgList
  expect(message).toMatchObject({
    MsgType: 51,
    StatusNotifyCode: 4,
    FromUserName: client.self,
    ToUserName: client.self,
  })
  const decoded = message.Content.replaceAll('<br/>', '\n').replaceAll('&lt;', '<').replaceAll('&gt;', '>')
  const ids = /<username>(.*?)<\/username>/.exec(decoded)?.[1]?.split(',') ?? []
  const names = message.StatusNotifyUserName.split(',')
  expect(ids.length).toBe(names.length)
  expect(ids[0]).toBe('filehelper')
  expect(names[0]).toBe('filehelper')
  expect(names[ids.indexOf('wxid_linxiaoman00')]).toBe(await client.userName('林小满'))
})

describe('synccheck', () => {
  test('is held for 25 s, then returns selector 0', async () => {
    const check = client.check()
    await sandbox.held('synccheck')
    await clock.advance(25_000)
    const { text, headers } = await check
    expect(text).toBe('window.synccheck={retcode:"0",selector:"0"}')
    expect(headers.get('content-type')).toBe('text/javascript')
  })

  test('returns immediately with new messages', async () => {
    const check = client.check()
    await sandbox.held('synccheck')
    sandbox.friend('林小满').say('你好')
    expect((await check).text).toBe('window.synccheck={retcode:"0",selector:"2"}')
  })

  test('refuses a wrong skey, a wrong uin or a malformed synckey', async () => {
    expect((await client.check({ skey: '@crypt_no' })).text).toBe('window.synccheck={retcode:"1102",selector:"0"}')
    expect((await client.check({ uin: '1' })).text).toBe('window.synccheck={retcode:"1102",selector:"0"}')
    expect((await client.check({ synckey: '1_2|x' })).text).toBe('window.synccheck={retcode:"1",selector:"0"}')
  })

  test('resolves online() when the first poll arrives', async () => {
    expect(sandbox.phone.login.state).toBe('initialising')
    const online = sandbox.online()
    const check = client.check()
    await online
    expect(sandbox.phone.login.state).toBe('online')
    expect(sandbox.session).toEqual({ uin: String(client.uin), loginAt: clock.now(), online: true })
    await sandbox.held('synccheck')
    await clock.advance(25_000)
    await check
  })
})

describe('webwxsync', () => {
  test('delivers encoded text with all keys and the full id', async () => {
    const said = sandbox.friend('林小满').say('a & b <c>\n"你好" 😄❤️👍🏽🇨🇳1️⃣😹')
    const { text, json } = await client.sync()
    const [message] = json.AddMsgList
    expect(message.Content).toBe(
      'a &amp; b &lt;c&gt;<br/>"你好" <span class="emoji emoji1f604"></span>' +
        '<span class="emoji emoji2764"></span>\uFE0F<span class="emoji emoji1f44d"></span>' +
        '<span class="emoji emoji1f3fd"></span><span class="emoji emoji1f1e81f1f3"></span>' +
        '<span class="emoji emoji3120e3"></span>😹',
    )
    expect(message).toMatchObject({
      MsgId: said.id,
      FromUserName: await client.userName('林小满'),
      ToUserName: client.self,
      MsgType: 1,
      Status: 3,
      ImgStatus: 1,
      CreateTime: Math.trunc(clock.now() / 1000),
      FileSize: '',
      AppInfo: { AppID: '', Type: 0 },
    })
    expect(Object.keys(message).length).toBe(28)
    expect(Object.keys(message.RecommendInfo).length).toBe(14)
    expect(said.id).toMatch(/^\d{19}$/)
    expect(text).toContain(`"MsgId":"${said.id}","NewMsgId":${said.id},`)
  })

  test('returns all lists with their counts and two identical, advanced keys', async () => {
    const before = client.syncKey
    sandbox.friend('林小满').say('一')
    const { json, headers } = await client.sync()
    expect(json).toMatchObject({
      BaseResponse: { Ret: 0, ErrMsg: '' },
      AddMsgCount: 1,
      ModContactCount: 0,
      ModContactList: [],
      DelContactCount: 0,
      DelContactList: [],
      ModChatRoomMemberCount: 0,
      ModChatRoomMemberList: [],
      ContinueFlag: 0,
      SKey: '',
    })
    expect(json.Profile.BitFlag).toBe(0)
    expect(json.SyncKey).toEqual(json.SyncCheckKey)
    expect(json.SyncKey.Count).toBe(10)
    expect(json.SyncKey.List.find((key: any) => key.Key === 2).Val).toBe(before.List[1].Val + 1)
    expect(headers.getSetCookie().map((line) => line.split('=')[0])).toEqual([
      'wxloadtime',
      'wxpluginkey',
      'wxuin',
      'wxsid',
      'webwx_data_ticket',
    ])
  })

  test('returns the same messages again for an old SyncKey', async () => {
    const old = client.syncKey
    sandbox.friend('林小满').say('一')
    const first = await client.sync()
    sandbox.friend('林小满').say('二')
    const again = await client.sync(old)
    expect(again.json.AddMsgList.map((message: any) => message.Content)).toEqual(['一', '二'])
    expect(again.json.AddMsgList[0]).toEqual(first.json.AddMsgList[0])
  })

  test('refuses a malformed SyncKey or a position that was never issued', async () => {
    const { List } = client.syncKey
    const twice = { Count: 5, List: [...List, List[0]] }
    for (const key of [undefined, {}, { Count: 1, List: [] }, { Count: 4, List: List.slice(1) }, twice]) {
      expect((await client.sync(key ?? null)).json.BaseResponse.Ret).toBe(1)
    }
    const future = structuredClone(client.syncKey)
    future.List[1].Val += 1
    expect((await client.sync(future)).json.BaseResponse.Ret).toBe(1)
  })

  test('returns messages page by page, with selector 2 until all have been fetched', async () => {
    for (const text of ['1', '2', '3', '4']) sandbox.friend('林小满').say(text)
    const first = await client.sync()
    expect(first.json).toMatchObject({ AddMsgCount: 3, ContinueFlag: 1 })
    expect((await client.check()).text).toContain('selector:"2"')
    expect((await client.sync()).json).toMatchObject({ AddMsgCount: 1, ContinueFlag: 0 })
  })

  test('returns unacknowledged messages again after another init', async () => {
    await client.sync()
    sandbox.friend('林小满').say('一')
    await client.sync()
    await client.init()
    expect((await client.sync()).json.AddMsgList.map((message: any) => message.Content)).toEqual(['一'])
  })

  test('prefixes group text with the sender, except in notices and messages from this account', async () => {
    const group = sandbox.group('周末爬山队')
    const said = group.member('林小满').say('几点？', { at: 'owner' })
    group.say('位置共享已经结束')
    sandbox.owner.say('周末爬山队 ⛰️', '七点半')
    const { json } = await client.sync()
    const [text, notice, own] = json.AddMsgList
    const sender = await client.userName('林小满')
    expect(said.text).toBe('@一舟\u2005几点？')
    expect(said.mentionsOwner).toBe(true)
    expect(text).toMatchObject({ Content: `${sender}:<br/>@一舟\u2005几点？`, ToUserName: client.self })
    expect(text.FromUserName).toMatch(/^@@[0-9a-f]{64}$/)
    expect(notice).toMatchObject({
      MsgType: 10000,
      Status: 4,
      Content: '位置共享已经结束',
      FromUserName: text.FromUserName,
    })
    expect(own).toMatchObject({ Content: '七点半', FromUserName: client.self, ToUserName: text.FromUserName })
  })

  test('delivers the contact along with a message from an unknown chat', async () => {
    await using other = await startSandbox({
      port: 0,
      autoLogin: true,
      world: { friends: ['甲', '乙', '丙'], groups: [{ topic: '小群', members: ['甲', '乙'], saved: false }] },
    })
    const program = await new WireClient(other.url).login()
    other.group('小群').member('甲').say('在吗')
    const { json } = await program.sync()
    expect(json.ModContactList).toHaveLength(1)
    expect(json.ModContactList[0]).toMatchObject({ NickName: '小群', MemberCount: 3, IsOwner: 1 })
    expect(json.ModContactList[0].ChatRoomOwner).toBe(program.self)
    expect(json.AddMsgList[0].FromUserName).toBe(json.ModContactList[0].UserName)
  })

  test('delivers a recall with the id of the recalled message', async () => {
    sandbox.group('周末爬山队').member('林小满').say('写错了').recall()
    const [, notice] = (await client.sync()).json.AddMsgList
    expect(notice.MsgType).toBe(10002)
    expect(notice.Content).toMatch(/^@[0-9a-f]{64}:<br\/>&lt;sysmsg type="revokemsg"&gt;/)
    expect(notice.Content).toContain('&lt;![CDATA["小满" 撤回了一条消息]]&gt;')
  })

  test('delivers a raw message whose missing fields are filled in', async () => {
    const id = sandbox.raw({ from: 'wxid_linxiaoman00', MsgType: 49, AppMsgType: 5, Content: '&lt;msg/&gt;', Url: 'u' })
    const { json, text } = await client.sync()
    expect(json.AddMsgList[0]).toMatchObject({
      MsgType: 49,
      AppMsgType: 5,
      Content: '&lt;msg/&gt;',
      ToUserName: client.self,
    })
    expect(text).toContain(`"NewMsgId":${id},`)
    expect(() => sandbox.raw({ from: 'wxid_missing' })).toThrow(/Unknown id "wxid_missing"/)
    expect(() => sandbox.raw({ MsgId: 'x' })).toThrow(/decimal digits/)
  })
})

describe('requests without a valid session', () => {
  test('return 1101 after a second login, including a held poll', async () => {
    const check = client.check()
    await sandbox.held('synccheck')
    const second = await new WireClient(sandbox.url).login()
    expect((await check).text).toBe('window.synccheck={retcode:"1101",selector:"0"}')
    expect((await client.sync()).json.BaseResponse.Ret).toBe(1101)
    expect((await client.init()).json.BaseResponse.Ret).toBe(1101)
    expect((await client.send('filehelper', 'x')).json.BaseResponse.Ret).toBe(1101)
    expect((await second.sync()).json.BaseResponse.Ret).toBe(0)
  })

  test('return 1100 after a logout on the phone, but 1101 for init and sync', async () => {
    sandbox.phone.logoutWeb()
    expect((await client.check()).text).toBe('window.synccheck={retcode:"1100",selector:"0"}')
    expect((await client.sync()).json.BaseResponse.Ret).toBe(1101)
    expect((await client.init()).json.BaseResponse.Ret).toBe(1101)
    expect((await client.send('filehelper', 'x')).json.BaseResponse.Ret).toBe(1100)
    expect(sandbox.phone.login).toMatchObject({ state: 'loggedOut', logoutReason: 1100 })
    expect(sandbox.session).toMatchObject({ online: false, endCode: 1100 })
  })

  test('return 1102 after webwxlogout, which itself returns JSON', async () => {
    const reply = await client.request(`/cgi-bin/mmwebwx-bin/webwxlogout?redirect=1&type=0&skey=${client.skey}`, {
      method: 'POST',
    })
    expect(reply.json).toEqual({ BaseResponse: { Ret: 0, ErrMsg: '' } })
    expect((await client.check()).text).toContain('retcode:"1102"')
    expect(sandbox.phone.login).toMatchObject({ state: 'loggedOut', logoutReason: 0 })
  })

  test('return 1102 for an unknown sid or skey, 1 without credentials and 1200 without valid JSON', async () => {
    client.sid = 'AAAAAAAAAAAAAAAA'
    expect((await client.sync()).json.BaseResponse.Ret).toBe(1102)
    client.cookies.clear()
    const post = (body: string) => client.request('/cgi-bin/mmwebwx-bin/webwxinit', { method: 'POST', body })
    expect((await post('')).json.BaseResponse.Ret).toBe(1)
    expect((await post('{"a"')).json.BaseResponse.Ret).toBe(1200)
    expect((await post('[1]')).json.BaseResponse.Ret).toBe(1200)
  })
})
