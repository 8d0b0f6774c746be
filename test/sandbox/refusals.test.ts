import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Sandbox } from '../../src/sandbox/index.js'
import { ENDPOINTS } from '../../src/transports/web/wire/endpoints.js'
import { sandboxFor } from '../support/bot.js'
import { ManualClock } from '../support/manual-clock.js'
import { type Reply, WireClient } from './support/wire-client.js'

let sandbox: Sandbox
let client: WireClient
let friend: string
let others: string[]

beforeEach(async () => {
  sandbox = await sandboxFor({ clock: new ManualClock(), world: { friends: ['甲', '乙', '丙'] } })
  client = await new WireClient(sandbox.url).login()
  friend = await client.userName('甲')
  others = [await client.userName('乙'), await client.userName('丙')]
})

const room = async () =>
  (await client.post('webwxcreatechatroom', { MemberCount: 2, MemberList: others.map((UserName) => ({ UserName })) }))
    .json.ChatRoomName
const mediaId = async () => (await client.upload(friend, 'x', randomBytes(10))).at(-1)?.json.MediaId
const sendMedia = async (endpoint: string, Type: number) =>
  await client.sendBy(endpoint, friend, { Type, MediaId: await mediaId() })

/** Requests that the sandbox grants, by JSON endpoint. */
const GRANTED: Record<string, () => Promise<Reply | undefined>> = {
  webwxinit: () => client.init(),
  webwxstatusnotify: () => client.notify(),
  webwxgetcontact: () => client.getContact(),
  webwxbatchgetcontact: () => client.batch([{ UserName: friend }]),
  webwxverifyuser: () =>
    client.post('webwxverifyuser', { Opcode: 2, VerifyUserList: [{ Value: friend }], VerifyUserListSize: 1 }),
  webwxoplog: () => client.post('webwxoplog', { CmdId: 2, RemarkName: 'x', UserName: friend }),
  webwxcreatechatroom: () =>
    client.post('webwxcreatechatroom', { MemberCount: 2, MemberList: others.map((UserName) => ({ UserName })) }),
  webwxupdatechatroom: async () =>
    await client.post('webwxupdatechatroom', { ChatRoomName: await room(), NewTopic: 'x' }, { fun: 'modtopic' }),
  webwxsync: () => client.sync(),
  webwxsendmsg: () => client.send(friend, 'x'),
  webwxsendmsgimg: () => sendMedia('webwxsendmsgimg', 3),
  webwxsendvideomsg: () => sendMedia('webwxsendvideomsg', 43),
  webwxsendemoticon: () => sendMedia('webwxsendemoticon', 47),
  webwxsendappmsg: async () => await client.sendFile(friend, 'x', 10, await mediaId()),
  webwxuploadmedia: async () => (await client.upload(friend, 'x', randomBytes(10)))[0],
  webwxcheckupload: () => client.post('webwxcheckupload', { FileMd5: '0'.repeat(32), FileSize: 5 }),
  webwxrevokemsg: async () => {
    const { MsgID } = (await client.send(friend, 'x')).json
    return await client.post('webwxrevokemsg', { SvrMsgId: MsgID, ToUserName: friend, ClientMsgId: '1' })
  },
  webwxstatreport: () => client.post('webwxstatreport'),
  webwxsearchcontact: () => client.post('webwxsearchcontact', { KeyWord: '甲' }),
  webwxsendfeedback: () => client.post('webwxsendfeedback'),
}

/** Returns the keys at every depth, except inside lists, whose entries a refusal omits. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return []
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, shapeOf(entry)]))
}

/** Whether every value is a default value: an empty string, zero or an empty list. */
function isAtRest(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isAtRest)
  return value === 0 || value === ''
}

function expectRefusal(reply: Reply | undefined, granted: Reply | undefined, ret: number): void {
  const { BaseResponse, ...rest } = reply?.json ?? {}
  expect(BaseResponse).toEqual({ Ret: ret, ErrMsg: '' })
  expect(shapeOf(reply?.json)).toEqual(shapeOf(granted?.json))
  expect(isAtRest(rest)).toBe(true)
}

test('the table covers every endpoint that returns JSON with a BaseResponse', () => {
  const json = Object.entries(ENDPOINTS).filter(([name, { reply }]) => reply === 'json' && name !== 'webwxpushloginurl')
  expect(Object.keys(GRANTED).sort()).toEqual(json.map(([name]) => name).sort())
})

describe.each(Object.entries(GRANTED))('%s', (endpoint, request) => {
  test('returns the same fields in a refusal as in a granted reply, with default values', async () => {
    const granted = await request()
    expect(granted?.json.BaseResponse).toEqual({ Ret: 0, ErrMsg: '' })
    sandbox.faults.add({ kind: 'ret', ret: 1205, path: endpoint as 'webwxsync' })
    expectRefusal(await request(), granted, 1205)
    sandbox.expireSession(1100)
    const { method } = ENDPOINTS[endpoint as 'webwxsync']
    const body = method === 'POST' ? { method, body: JSON.stringify({ BaseRequest: client.base }) } : { method }
    const dead = await client.request(`${ENDPOINTS[endpoint as 'webwxsync'].path}?skey=${client.skey}`, body)
    // An upload without a form is refused with 1200 before the session is checked.
    const noticed = endpoint === 'webwxinit' || endpoint === 'webwxsync'
    expectRefusal(dead, granted, endpoint === 'webwxuploadmedia' ? 1200 : noticed ? 1101 : 1100)
    expect(sandbox.requests.at(-1)?.reason).toMatch(/\w+ \w+/)
  })
})

test('a refused push login returns three fields', async () => {
  const fields = async () => (await client.get('webwxpushloginurl', { uin: String(client.uin) })).json
  const granted = await fields()
  sandbox.faults.add({ kind: 'ret', ret: -1, path: 'webwxpushloginurl' })
  const struck = await fields()
  client.cookies.clear()
  for (const refused of [struck, await fields()]) {
    expect(shapeOf(refused)).toEqual(shapeOf(granted))
    expect(refused.uuid).toBe('')
  }
})

test('a refused download returns only Ret', async () => {
  client.cookies.clear()
  const { status, json } = await client.get('webwxgetmsgimg', { MsgID: '1' })
  expect([status, json]).toEqual([403, { BaseResponse: { Ret: 1102, ErrMsg: '' } }])
})
