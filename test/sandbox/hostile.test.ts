import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { ManualClock } from '../support/manual-clock.js'
import { ODD_VALUES } from './support/odd-values.js'
import { WireClient } from './support/wire-client.js'

let sandbox: Sandbox
let client: WireClient

beforeEach(async () => {
  const world = { friends: ['甲', '乙', '丙'] }
  sandbox = await startSandbox({ port: 0, clock: new ManualClock(), autoLogin: true, floodLimit: false, world })
  client = await new WireClient(sandbox.url).login()
})

afterEach(async () => {
  expect(sandbox.lastError).toBeUndefined()
  await sandbox.close()
})

/** A well-formed body for each endpoint that takes one, with the query. */
async function requests(): Promise<[endpoint: string, body: object, query?: Record<string, string>][]> {
  const names = await Promise.all(['甲', '乙', '丙'].map((name) => client.userName(name)))
  const [friend = '', ...others] = names
  const MemberList = others.map((UserName) => ({ UserName }))
  const { ChatRoomName } = (await client.post('webwxcreatechatroom', { MemberCount: 2, MemberList })).json
  const { MediaId } = (await client.upload(friend, 'x', Buffer.from('bytes'))).at(-1)?.json ?? {}
  const message = (fields: object) => ({
    Msg: { FromUserName: client.self, ToUserName: friend, LocalID: '1', ClientMsgId: '1', ...fields },
    Scene: 0,
  })
  const app = `<appmsg><title>x</title><type>6</type><appattach><attachid>${MediaId}</attachid></appattach></appmsg>`
  return [
    ['webwxinit', {}],
    ['webwxstatusnotify', { Code: 3, FromUserName: client.self, ToUserName: client.self, ClientMsgId: 1 }],
    ['webwxbatchgetcontact', { Count: 1, List: [{ UserName: friend, EncryChatRoomId: '' }] }, { type: 'ex' }],
    [
      'webwxverifyuser',
      { Opcode: 2, VerifyUserList: [{ Value: friend, VerifyUserTicket: '' }], VerifyUserListSize: 1 },
    ],
    ['webwxoplog', { CmdId: 2, RemarkName: 'x', UserName: friend, OP: 1 }],
    ['webwxcreatechatroom', { MemberCount: 2, MemberList, Topic: '' }],
    ['webwxupdatechatroom', { ChatRoomName, NewTopic: 'x' }, { fun: 'modtopic' }],
    ['webwxupdatechatroom', { ChatRoomName, AddMemberList: friend }, { fun: 'addmember' }],
    ['webwxupdatechatroom', { ChatRoomName, InviteMemberList: friend }, { fun: 'invitemember' }],
    ['webwxupdatechatroom', { ChatRoomName, DelMemberList: friend }, { fun: 'delmember' }],
    ['webwxsync', { SyncKey: client.syncKey, rr: -1 }],
    ['webwxsendmsg', message({ Type: 1, Content: 'x' })],
    ['webwxsendmsgimg', message({ Type: 3, MediaId })],
    ['webwxsendvideomsg', message({ Type: 43, MediaId })],
    ['webwxsendemoticon', message({ Type: 47, MediaId, EmojiFlag: 2 })],
    ['webwxsendappmsg', message({ Type: 6, Content: app }), { fun: 'async', f: 'json' }],
    ['webwxcheckupload', { FileMd5: '0'.repeat(32), FileSize: 5, FileName: 'x', ToUserName: friend }],
    ['webwxrevokemsg', { SvrMsgId: '1', ToUserName: friend, ClientMsgId: '1' }],
    ['webwxsearchcontact', { KeyWord: '甲' }],
    ['webwxsendfeedback', { MsgText: 'x' }],
  ]
}

/** The path of every value in a body. */
function pathsIn(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, entry]) => [[...path, key], ...pathsIn(entry, [...path, key])])
}

function withValue(body: object, path: readonly string[], value: unknown): object {
  const copy: any = structuredClone(body)
  const place = path.slice(0, -1).reduce((object, key) => object[key], copy)
  place[path.at(-1) ?? ''] = value
  return copy
}

test.each(ODD_VALUES)('%s is answered in place of any value of a request', async (_name, value) => {
  for (const [endpoint, fields, query] of await requests()) {
    const body = { BaseRequest: client.base, ...fields }
    for (const path of pathsIn(body)) {
      const reply = await client.post(endpoint, withValue(body, path, value), query)
      expect(reply.status, `${endpoint} ${path.join('.')}`).toBe(200)
      expect(reply.json.BaseResponse.Ret, `${endpoint} ${path.join('.')}`).toBeTypeOf('number')
    }
  }
  expect(sandbox.requests.filter(({ status }) => status === undefined)).toEqual([])
})

test.each(ODD_VALUES)('%s is answered in place of any value of an upload', async (_name, value) => {
  const friend = await client.userName('甲')
  const bytes = Buffer.from('bytes')
  const request = client.uploadRequest(friend, bytes)
  for (const path of pathsIn(request)) {
    const { status } = await client.chunk(bytes, { name: 'x', size: '5' }, withValue(request, path, value))
    expect(status, path.join('.')).toBe(200)
  }
})

test('a uin that is not a number names no session', async () => {
  const BaseRequest = { ...client.base, Uin: { toString: 1 } }
  expect((await client.post('webwxsync', { BaseRequest, SyncKey: client.syncKey })).json.BaseResponse.Ret).not.toBe(0)
})

test('an error inside the sandbox ends the record of the request', async () => {
  const broken = new ManualClock()
  await using other = await startSandbox({ port: 0, clock: broken, autoLogin: true })
  const program = await new WireClient(other.url).login()
  other.faults.add({ kind: 'delay', ms: 1, path: 'webwxsync' })
  broken.sleep = () => Promise.reject(new Error('the clock is broken'))
  expect((await program.post('webwxsync')).status).toBe(500)
  expect(String(other.lastError)).toContain('the clock is broken')
  expect(other.requests.at(-1)).toMatchObject({ endpoint: 'webwxsync', status: 500, reason: 'internal error' })
})
