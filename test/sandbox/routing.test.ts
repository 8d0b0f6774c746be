import { type Account, type Sandbox, startSandbox } from 'itchat/sandbox'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { IlinkClient } from './support/ilink-client.js'
import { WireClient } from './support/wire-client.js'

const API = '/cgi-bin/mmwebwx-bin/'

let sandbox: Sandbox
let second: Account
/** Programs that are logged in to the second account. */
let web: WireClient
let ilink: IlinkClient
/** A QR code that the second phone has scanned, and one that no phone has. */
let scanned: WireClient
let open: WireClient
let scannedIlink: IlinkClient
let openIlink: IlinkClient

/** The first two accounts have programs, and the third one is free. */
beforeEach(async () => {
  sandbox = await startSandbox({ port: 0, world: { owner: 'one' } })
  second = sandbox.addAccount({ world: { owner: 'two' } })
  sandbox.addAccount({ world: { owner: 'three' } })
  await login(sandbox)
  await bind(sandbox)
  web = await login(second)
  ilink = await bind(second)
  scanned = new WireClient(sandbox.url)
  await scanned.requestUuid()
  second.phone.scan()
  open = new WireClient(sandbox.url)
  await open.requestUuid()
  scannedIlink = new IlinkClient(sandbox.url)
  await scannedIlink.requestQr()
  second.clawbot.scan()
  openIlink = new IlinkClient(sandbox.url)
  await openIlink.requestQr()
})

async function login({ phone }: Account): Promise<WireClient> {
  const client = new WireClient(sandbox.url)
  await client.requestUuid()
  phone.scan()
  phone.confirm()
  await client.exchange(/redirect_uri="([^"]+)"/.exec((await client.poll()).text)?.[1] ?? '')
  await client.init()
  return client
}

async function bind({ clawbot }: Account): Promise<IlinkClient> {
  const client = new IlinkClient(sandbox.url)
  await client.requestQr()
  clawbot.scan()
  clawbot.confirm()
  client.take(await client.status())
  return client
}

afterEach(() => sandbox.close())

/** The number of the account that records the request. The reply may be held. */
function accountOf(request: Request): Promise<number> {
  const found = new Promise<number>((resolve) => {
    for (const account of sandbox.accounts) account.on('request', () => resolve(account.number))
  })
  void sandbox.handle(request).catch(() => {})
  return found
}

function get(path: string, headers: Record<string, string> = {}): Request {
  return new Request(sandbox.url + path, { headers })
}

function post(path: string, body: string | FormData, headers: Record<string, string> = {}): Request {
  return new Request(sandbox.url + path, { method: 'POST', body, headers })
}

function base(fields: object): string {
  return JSON.stringify({ BaseRequest: fields })
}

function form(fields: object): FormData {
  const data = new FormData()
  data.append('uploadmediarequest', JSON.stringify({ BaseRequest: fields }))
  data.append('filename', new Blob(['x']))
  return data
}

const ticket = () => encodeURIComponent(web.cookies.get('webwx_data_ticket') ?? '')

test.each<[string, number, () => Request]>([
  ['a new login', 3, () => get('/jslogin?appid=x')],
  ['a request with unknown credentials', 3, () => get(`${API}synccheck?sid=x&uin=1`, { cookie: 'wxsid=y; wxuin=2' })],
  ['a request with a body that is not JSON', 3, () => post(`${API}webwxinit`, 'x')],
  ['a request with an unknown session in the body', 3, () => post(`${API}webwxinit`, base({ Sid: 'x', Uin: 1 }))],
  ['a request with the sid in the query', 2, () => get(`${API}synccheck?sid=${web.sid}`)],
  ['a request with the skey in the query', 2, () => get(`${API}webwxgetcontact?skey=${web.skey}`)],
  ['a request with the data ticket in the query', 2, () => get(`${API}webwxgetmedia?webwx_data_ticket=${ticket()}`)],
  ['a request with the sid in a cookie', 2, () => post(`${API}webwxinit`, '{}', { cookie: `wxsid=${web.sid}` })],
  [
    'a request with the data ticket in a cookie',
    2,
    () => get(`${API}webwxgetmedia`, { cookie: `webwx_data_ticket=${ticket()}` }),
  ],
  ['a request with the Sid in the body', 2, () => post(`${API}webwxinit`, base({ Sid: web.sid }))],
  ['a request with the Skey in the body', 2, () => post(`${API}webwxsync`, base({ Skey: web.skey }))],
  [
    'a request with the Uin in the body, with an ended session',
    2,
    () => post(`${API}webwxsync`, base({ Sid: 'x', Uin: web.uin })),
  ],
  [
    'a request with the session in the form of an upload',
    2,
    () => post(`${API}webwxuploadmedia?f=json`, form({ Sid: web.sid })),
  ],
  ['a request with the uin in the query', 2, () => get(`${API}webwxpushloginurl?uin=${web.uin}`)],
  ['a request with the uin in a cookie', 2, () => get('/jslogin?appid=x', { cookie: `wxuin=${web.uin}` })],
  [
    'a request with the session in a cookie and the uin of another account',
    2,
    () => get(`${API}synccheck?uin=${sandbox.session?.uin}`, { cookie: `wxsid=${web.sid}` }),
  ],
  [
    'a request with the token',
    2,
    () => post('/ilink/bot/getupdates', '{}', { authorization: `Bearer ${ilink.token}` }),
  ],
  ['a request with an unknown token', 3, () => post('/ilink/bot/getupdates', '{}', { authorization: 'Bearer x' })],
  ['a QR code that the second phone has scanned', 2, () => get(`${API}login?uuid=${scanned.uuid}`)],
  ['its picture', 2, () => get(`/qrcode/${scanned.uuid}`)],
  ['a QR code that no phone has scanned', 3, () => get(`${API}login?uuid=${open.uuid}`)],
  ['a scanned iLink QR code', 2, () => get(`/ilink/bot/get_qrcode_status?qrcode=${scannedIlink.qrcode}`)],
  ['an open iLink QR code', 3, () => get(`/ilink/bot/get_qrcode_status?qrcode=${openIlink.qrcode}`)],
  ['a new binding', 3, () => post('/ilink/bot/get_bot_qrcode?bot_type=3', '{}')],
])('routes %s to account %i', async (_, expected, request) => {
  expect(await accountOf(request())).toBe(expected)
})

test('routes a ticket to the account whose phone has confirmed the login', async () => {
  second.phone.confirm()
  const { text } = await scanned.poll()
  const ticket = /ticket=([^&]+)/.exec(text)?.[1] ?? ''
  expect(await accountOf(get(`${API}webwxnewloginpage?ticket=${ticket}`))).toBe(2)
})

test('routes files of the media server to the account of the bot', async () => {
  const { json } = await ilink.post('getuploadurl', {
    filekey: 'a'.repeat(32),
    media_type: 3,
    to_user_id: ilink.userId,
    rawsize: 1,
    rawfilemd5: 'b'.repeat(32),
    filesize: 16,
    no_need_thumb: true,
    aeskey: 'c'.repeat(32),
  })
  const { pathname, search } = new URL(json.upload_full_url)
  expect(await accountOf(post(pathname + search, 'x'))).toBe(2)
  expect(await accountOf(post(`${pathname}?encrypted_query_param=x`, 'x'))).toBe(3)
})

test('routes everything to the only account, however wrong it is', async () => {
  await using single = await startSandbox({ port: 0, world: {} })
  await single.handle(new Request(`${single.url}${API}synccheck?sid=x`))
  expect(single.requests.map(({ endpoint }) => endpoint)).toEqual(['synccheck'])
})
