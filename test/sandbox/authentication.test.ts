import { beforeEach, expect, test } from 'vitest'
import type { Sandbox } from '../../src/sandbox/index.js'
import { sandboxFor } from '../support/bot.js'
import { ManualClock } from '../support/manual-clock.js'
import { type Reply, WireClient } from './support/wire-client.js'

const API = '/cgi-bin/mmwebwx-bin/'

/** Credentials, by their place in the request. */
interface Places {
  base?: object
  query?: Record<string, unknown>
  cookie?: string
}

let sandbox: Sandbox
let client: WireClient

beforeEach(async () => {
  sandbox = await sandboxFor({ clock: new ManualClock(), world: { friends: ['甲', '乙'] } })
  client = await new WireClient(sandbox.url).login()
})

/** Each entry is sufficient to identify the session. */
const IN_BODY: Record<string, () => Places> = {
  'Sid and Skey in the body': () => ({ base: client.base }),
  'Sid and Skey without a Uin': () => ({ base: { Sid: client.sid, Skey: client.skey } }),
  'a Uin that is a string': () => ({ base: { ...client.base, Uin: String(client.uin) } }),
  'a null Uin, as after an unreadable ticket page': () => ({ base: { ...client.base, Uin: null } }),
  'credentials in the body and a stale cookie': () => ({ base: client.base, cookie: 'wxsid=OldOldOldOldOld1' }),
}

const ELSEWHERE: Record<string, () => Places> = {
  'the wxsid cookie': () => ({ cookie: `wxuin=${client.uin}; wxsid=${client.sid}` }),
  'the wxsid cookie and an empty BaseRequest': () => ({ base: {}, cookie: `wxsid=${client.sid}` }),
  'the wxsid cookie and empty values elsewhere': () => ({
    base: { Sid: '', Skey: '' },
    query: { skey: '' },
    cookie: `wxsid=${client.sid}`,
  }),
  'skey and sid in the query': () => ({ query: { skey: client.skey, sid: client.sid } }),
  'skey, sid and uin in the query': () => ({ query: { skey: client.skey, sid: client.sid, uin: client.uin } }),
  'skey in the query': () => ({ query: { skey: client.skey } }),
}

const WRONG: Record<string, () => Places> = {
  'a wrong Sid': () => ({ base: { ...client.base, Sid: 'AAAAAAAAAAAAAAAA' } }),
  'a wrong Skey': () => ({ base: { ...client.base, Skey: '@crypt_no' } }),
  'a wrong Uin': () => ({ base: { ...client.base, Uin: 1 } }),
  'a wrong Sid, despite a valid cookie,': () => ({ base: { ...client.base, Sid: 'A' }, cookie: `wxsid=${client.sid}` }),
  'a Sid of the wrong type': () => ({ base: { ...client.base, Sid: [client.sid] } }),
  'a wrong skey in the query': () => ({ query: { skey: '@crypt_no', sid: client.sid } }),
  'a wrong uin in the query': () => ({ query: { skey: client.skey, sid: client.sid, uin: 1 } }),
  'a wrong cookie': () => ({ cookie: 'wxsid=AAAAAAAAAAAAAAAA' }),
}

function searchOf(query: Record<string, unknown> = {}): URLSearchParams {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) search.set(name, String(value))
  return search
}

async function send(endpoint: string, { base, query = {}, cookie }: Places, body?: object, more: object = {}) {
  const { cookies, url } = client
  cookies.clear()
  const search = searchOf({ ...more, ...query })
  const headers = cookie === undefined ? {} : { cookie }
  const post = body && { method: 'POST', body: JSON.stringify({ ...(base ? { BaseRequest: base } : {}), ...body }) }
  const response = await fetch(`${url}${API}${endpoint}?${search}`, { redirect: 'manual', ...post, headers })
  return { status: response.status, text: await response.text() }
}

const retOf = ({ text }: { text: string }) => JSON.parse(text).BaseResponse.Ret

const POSTS: Record<string, () => object> = {
  webwxinit: () => ({}),
  webwxsync: () => ({ SyncKey: client.syncKey, rr: 1 }),
  webwxstatusnotify: () => ({ Code: 3, FromUserName: client.self, ToUserName: client.self, ClientMsgId: 1 }),
  webwxbatchgetcontact: () => ({ Count: 1, List: [{ UserName: 'filehelper' }] }),
  webwxsendmsg: () => ({
    Msg: { Type: 1, Content: 'x', FromUserName: client.self, ToUserName: 'filehelper', LocalID: '1', ClientMsgId: '1' },
    Scene: 0,
  }),
  webwxoplog: () => ({ CmdId: 2, RemarkName: 'x', UserName: 'filehelper' }),
  webwxcheckupload: () => ({ FileMd5: '0'.repeat(32), FileSize: 5 }),
  webwxsearchcontact: () => ({ KeyWord: 'x' }),
  webwxstatreport: () => ({}),
  webwxsendfeedback: () => ({}),
}

const SUFFICIENT = Object.entries({ ...IN_BODY, ...ELSEWHERE })

test.each(SUFFICIENT)('accepts every POST with %s', async (_, places) => {
  const rets: Record<string, number> = {}
  for (const [endpoint, body] of Object.entries(POSTS)) rets[endpoint] = retOf(await send(endpoint, places(), body()))
  expect(rets).toEqual(Object.fromEntries(Object.keys(POSTS).map((endpoint) => [endpoint, 0])))
})

test.each(Object.entries(ELSEWHERE))('accepts every GET with %s', async (name, places) => {
  expect(retOf(await send('webwxgetcontact', places(), undefined, { seq: 0 }))).toBe(0)
  expect((await send('webwxgeticon', places(), undefined, { username: client.self })).status).toBe(200)
  expect((await send('webwxgetmsgimg', places(), undefined, { MsgID: 1 })).status).toBe(404)
  expect((await send('webwxcheckurl', places(), undefined, { requrl: 'https://example.org' })).status).toBe(302)
  sandbox.friend('甲').say(name)
  const synckey = client.checkKey.List.map((key: any) => `${key.Key}_${key.Val}`).join('|')
  expect((await send('synccheck', places(), undefined, { synckey })).text).toContain('retcode:"0",selector:"2"')
})

test.each(SUFFICIENT)('accepts an upload with %s', async (_, places) => {
  const { base, query, cookie } = places()
  client.cookies.clear()
  const request = { ...client.uploadRequest('filehelper', Buffer.from('x')), BaseRequest: base }
  const form = new FormData()
  form.append('uploadmediarequest', JSON.stringify(request))
  form.append('filename', new Blob(['x']), 'x')
  const search = searchOf(query)
  const headers = cookie === undefined ? {} : { cookie }
  const reply = await fetch(`${client.url}${API}webwxuploadmedia?${search}`, { method: 'POST', body: form, headers })
  expect(((await reply.json()) as any).BaseResponse.Ret).toBe(0)
})

test.each(Object.entries(WRONG))('refuses %s with 1102', async (_, places) => {
  expect(retOf(await send('webwxsync', places(), { SyncKey: client.syncKey }))).toBe(1102)
})

test('without credentials, returns 1 for a POST and 1102 for a GET', async () => {
  expect(retOf(await send('webwxsync', {}, { SyncKey: client.syncKey }))).toBe(1)
  expect(retOf(await send('webwxgetcontact', {}))).toBe(1102)
  const check: { text: string } = await send('synccheck', {})
  expect(check.text).toContain('retcode:"1102"')
})

test('accepts a POST without a BaseRequest but records a warning', async () => {
  await send('webwxstatreport', { cookie: `wxsid=${client.sid}` }, {})
  expect(sandbox.warnings.map((warning) => warning.text)).toContain(
    'BaseRequest is missing; every JSON POST requires it',
  )
})

test('identifies a program by its data ticket on the file host', async () => {
  const ticket = client.cookies.get('webwx_data_ticket')
  const reply: Pick<Reply, 'status'> = await send(
    'webwxgetmedia',
    { cookie: `webwx_data_ticket=${ticket}` },
    undefined,
    {
      mediaid: 'none',
    },
  )
  expect(reply.status).toBe(404)
})
