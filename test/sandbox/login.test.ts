import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { ManualClock } from '../support/manual-clock.js'
import { WireClient } from './support/wire-client.js'

const TICKET_XML =
  /^<error><ret>0<\/ret><message><\/message><skey>@crypt_[0-9a-f]{8}_[0-9a-f]{32}<\/skey><wxsid>[A-Za-z0-9]{16}<\/wxsid><wxuin>\d+<\/wxuin><pass_ticket>[A-Za-z0-9%]+<\/pass_ticket><isgrayscale>1<\/isgrayscale><\/error>$/

let clock: ManualClock
let sandbox: Sandbox
let client: WireClient

beforeEach(async () => {
  clock = new ManualClock()
  sandbox = await startSandbox({ port: 0, clock })
  client = new WireClient(sandbox.url)
})

afterEach(() => sandbox.close())

async function confirmedUri(): Promise<string> {
  await client.requestUuid()
  sandbox.phone.scan()
  sandbox.phone.confirm()
  return /redirect_uri="([^"]+)"/.exec((await client.poll()).text)?.[1] ?? ''
}

test('does not cause a warning about a listener leak with many concurrent polls', async () => {
  const warnings: Error[] = []
  const onWarning = (warning: Error) => void warnings.push(warning)
  process.on('warning', onWarning)
  for (let i = 0; i < 12; i++) await client.requestUuid()
  process.off('warning', onWarning)
  expect(warnings).toEqual([])
})

describe('a login by QR code', () => {
  test('starts with a uuid in the exact format of §3.1, requested by GET or POST', async () => {
    const reply = await client.requestUuid()
    expect(reply.text).toMatch(/^window\.QRLogin\.code = 200; window\.QRLogin\.uuid = "[A-Za-z0-9]{10}==";$/)
    expect(reply.headers.get('content-type')).toBe('text/javascript')
    const posted = await client.request('/jslogin?appid=x', { method: 'POST' })
    expect(posted.text).toContain('window.QRLogin.code = 200')
  })

  test('holds a poll for 25 s, then returns 408', async () => {
    await client.requestUuid()
    const poll = client.poll()
    await sandbox.held('login')
    await clock.advance(24_999)
    expect(sandbox.requests.at(-1)?.status).toBeUndefined()
    await clock.advance(1)
    expect((await poll).text).toBe('window.code=408;')
  })

  test('reports the scan and the confirmation immediately and only once', async () => {
    await client.requestUuid()
    const scanned = client.poll()
    await sandbox.held('login')
    sandbox.phone.scan()
    expect((await scanned).text).toMatch(
      /^window\.code=201;window\.userAvatar = 'data:img\/jpg;base64,[A-Za-z0-9+/]+=*';$/,
    )
    const confirmed = client.poll()
    await sandbox.held('login')
    sandbox.phone.confirm()
    const { text } = await confirmed
    expect(text.split('\n')[0]).toBe('window.code=200;')
    expect(text.split('\n')[1]).toMatch(
      /^window\.redirect_uri="http:\/\/127\.0\.0\.1:\d+\/cgi-bin\/mmwebwx-bin\/webwxnewloginpage\?[^/"]+";$/,
    )
    expect(text).toContain(`uuid=${client.uuid}&lang=zh_CN&scan=${Math.trunc(clock.now() / 1000)}`)
  })

  test('returns 202 once after a cancellation, then 400', async () => {
    await client.requestUuid()
    sandbox.phone.scan()
    sandbox.phone.cancel()
    expect((await client.poll()).text).toBe('window.code=202;')
    const again = client.poll()
    await sandbox.held('login')
    await clock.advance(25_000)
    expect((await again).text).toBe('window.code=400;')
  })

  test('expires after five minutes, even while the program is polling', async () => {
    await client.requestUuid()
    await clock.advance(290_000)
    const poll = client.poll()
    await sandbox.held('login')
    await clock.advance(10_000)
    expect((await poll).text).toBe('window.code=400;')
    expect(sandbox.phone.login.state).toBe('expired')
  })

  test('returns 400 for an unknown uuid', async () => {
    client.uuid = 'unknown'
    expect((await client.poll()).text).toBe('window.code=400;')
  })

  test('is not affected when the link in the QR code opens the page', async () => {
    await client.requestUuid()
    const page = await client.request(`/l/${client.uuid}`)
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
    expect(sandbox.phone.login.state).toBe('waitingForScan')
  })

  test('serves the QR code as a JPEG file with a Content-Length', async () => {
    await client.requestUuid()
    const response = await fetch(`${sandbox.url}/qrcode/${client.uuid}`)
    const bytes = new Uint8Array(await response.arrayBuffer())
    expect(response.headers.get('content-type')).toBe('image/jpeg')
    expect(Number(response.headers.get('content-length'))).toBe(bytes.length)
    expect([...bytes.slice(0, 3)]).toEqual([0xff, 0xd8, 0xff])
    expect((await client.request('/qrcode/unknown')).status).toBe(404)
  })

  test('reports a scan to the next poll if the program has aborted the previous one', async () => {
    await client.requestUuid()
    const disconnect = new AbortController()
    const poll = client.poll({ signal: disconnect.signal })
    await sandbox.held('login')
    const closed = new Promise<void>((resolve) => {
      sandbox.on('request', (request) => request.result === 'gone' && resolve())
    })
    disconnect.abort()
    await expect(poll).rejects.toThrow()
    await closed
    sandbox.phone.scan()
    expect((await client.poll()).text).toMatch(/^window\.code=201;/)
  })
})

describe('the phone', () => {
  test('rejects actions out of order with an explanation', async () => {
    expect(() => sandbox.phone.scan()).toThrow(/no program has requested a QR/)
    expect(() => sandbox.phone.logoutWeb()).toThrow(/no program is logged in/)
    await client.requestUuid()
    expect(() => sandbox.phone.confirm()).toThrow(/waiting\. Scan it first/)
    sandbox.phone.cancel()
    expect(() => sandbox.phone.scan()).toThrow(/must request a new QR code/)
  })

  test('resolves waiting() with the uuid, whether it is called before or after the uuid is issued', async () => {
    const early = sandbox.phone.waiting()
    await client.requestUuid()
    expect(await early).toBe(client.uuid)
    expect(await sandbox.phone.waiting()).toBe(client.uuid)
    await expect(sandbox.phone.waiting({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
  })
})

describe('the ticket page', () => {
  test('replies with 200 for fun=new or version=v2 and with 301 otherwise, both with one line of XML', async () => {
    const page = await client.exchange(await confirmedUri())
    expect(page.status).toBe(200)
    expect(page.text).toMatch(TICKET_XML)
    const uri = new URL(await confirmedUri())
    const plain = await client.request(uri.pathname + uri.search)
    expect(plain.status).toBe(301)
    expect(plain.headers.get('location')).toBeNull()
    expect(plain.text).toMatch(TICKET_XML)
  })

  test('exchanges a ticket only once, but a HEAD request does not use it up', async () => {
    const uri = new URL(await confirmedUri())
    const head = await client.request(`${uri.pathname}${uri.search}&fun=new`, { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(head.headers.getSetCookie()).toEqual([])
    expect((await client.exchange(uri.href)).text).toContain('<ret>0</ret>')
    const again = await new WireClient(sandbox.url).exchange(uri.href)
    expect(again.text).toMatch(/^<error><ret>-14<\/ret><message>[^<]+<\/message><\/error>$/)
    expect(again.headers.getSetCookie()).toEqual([])
  })

  test('sets seven cookies without Domain and Secure on the loopback address', async () => {
    const page = await client.exchange(await confirmedUri())
    const cookies = page.headers.getSetCookie()
    expect(cookies.map((line) => line.split('=')[0])).toEqual([
      'wxuin',
      'wxsid',
      'wxloadtime',
      'mm_lang',
      'webwx_data_ticket',
      'webwxuvid',
      'webwx_auth_ticket',
    ])
    for (const line of cookies) {
      expect(line).toMatch(/^\w+=[^;]+; Path=\/; Expires=\w{3}, \d\d-\w{3}-\d{4} \d\d:\d\d:\d\d GMT$/)
    }
  })

  test('sets the cookies for a WeChat host, but the data ticket for its parent domain, and redirects to that host', async () => {
    await client.requestUuid()
    sandbox.phone.scan()
    sandbox.phone.confirm()
    const ask = (path: string, host: string) => sandbox.handle(new Request(sandbox.url + path, { headers: { host } }))
    const poll = await ask(`/cgi-bin/mmwebwx-bin/login?uuid=${client.uuid}`, 'login.wx2.qq.com')
    const uri = /redirect_uri="([^"]+)"/.exec(await poll.text())?.[1] ?? ''
    expect(uri).toMatch(/^https:\/\/wx2\.qq\.com\/cgi-bin\/mmwebwx-bin\/webwxnewloginpage\?/)
    const { pathname, search } = new URL(uri)
    const page = await ask(pathname + search, 'wx2.qq.com')
    const cookies = page.headers.getSetCookie()
    expect(cookies[0]).toMatch(/^wxuin=\d+; Domain=wx2\.qq\.com; Path=\/; Expires=/)
    expect(cookies[4]).toMatch(/^webwx_data_ticket=\w+; Domain=\.qq\.com; Path=\/; Expires=/)
  })

  test('refuses only the next login, with 1203 and no cookies', async () => {
    sandbox.phone.refuse('换个客户端吧')
    const refused = await client.exchange(await confirmedUri())
    expect(refused.text).toBe('<error><ret>1203</ret><message>换个客户端吧</message></error>')
    expect(refused.headers.getSetCookie()).toEqual([])
    expect(sandbox.phone.login).toMatchObject({ state: 'cancelled', refusal: '换个客户端吧' })
    expect((await client.exchange(await confirmedUri())).text).toContain('<ret>0</ret>')
  })

  test('can refuse programs that do not send the UOS headers', async () => {
    await using strict = await startSandbox({ port: 0, autoLogin: true, loginRefusal: { when: 'withoutUos' } })
    const old = new WireClient(strict.url)
    await old.requestUuid()
    await old.poll()
    const uri = new URL(/redirect_uri="([^"]+)"/.exec((await old.poll()).text)?.[1] ?? '')
    expect((await old.request(uri.pathname + uri.search)).text).toContain('<ret>1203</ret>')
    expect((await new WireClient(strict.url).login()).sid).toMatch(/^\w{16}$/)
  })
})

describe('push login', () => {
  test('is granted only to a program that has been logged in before', async () => {
    await client.exchange(await confirmedUri())
    const granted = await client.get('webwxpushloginurl', { uin: String(client.uin) })
    expect(granted.json).toEqual({ ret: '0', msg: 'all ok', uuid: expect.stringMatching(/==$/) })
    client.uuid = granted.json.uuid
    expect((await client.poll()).text).toMatch(/^window\.code=201;/)
    sandbox.phone.confirm()
    expect((await client.poll()).text).toMatch(/^window\.code=200;/)
    const stranger = await new WireClient(sandbox.url).get('webwxpushloginurl', { uin: String(client.uin) })
    expect(stranger.json.ret).toBe('1')
  })
})

test('reports that a port is in use and how to choose another', async () => {
  const port = Number(new URL(sandbox.url).port)
  await expect(startSandbox({ port })).rejects.toThrow(/Port \d+ on 127\.0\.0\.1 is in use.*--port.*port: 0/)
})

test('ends held polls on close', async () => {
  await client.requestUuid()
  const poll = client.poll()
  await sandbox.held('login')
  await Promise.all([sandbox.close(), expect(poll).rejects.toThrow()])
})
