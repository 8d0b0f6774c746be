import { request } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { PortInUseError, SandboxError, type SandboxOptions, startSandbox } from '../../src/sandbox/index.js'
import { browser, browserNote } from '../support/browser.js'
import { openPage } from '../support/open-page.js'

afterAll(() => browser?.close())

const addresses = Object.values(networkInterfaces())
  .flatMap((entries) => entries ?? [])
  .filter(({ internal, address }) => !internal && !/^fe[89ab]/i.test(address))
const HOST = addresses.find(({ family }) => family === 'IPv4')?.address ?? ''
const IPV6 = addresses.find(({ family }) => family === 'IPv6')?.address ?? ''
const note = HOST ? '' : ' (skipped: this machine has no IPv4 address except 127.0.0.1)'
const note6 = IPV6 ? '' : ' (skipped: this machine has no IPv6 address that other devices can reach)'

async function start(options: SandboxOptions = {}) {
  const sandbox = await startSandbox({ port: 0, host: HOST, ...options })
  onTestFinished(() => sandbox.close())
  const url = () => sandbox.hostUrl ?? ''
  return { sandbox, url, origin: new URL(url()).origin }
}

interface Reply {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
}

/** Unlike `fetch`, this can send any `Host`, `Origin` and `Sec-Fetch-*` header. */
function send(url: string, headers: Record<string, string> = {}, method = 'GET', body = ''): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (reply) => {
      let text = ''
      reply.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text }))
    })
    sent.on('error', reject).end(body)
  })
}

async function pair(url: string): Promise<string> {
  const reply = await send(url)
  return String(reply.headers['set-cookie']).split(';')[0] ?? ''
}

describe.skipIf(!HOST)(`the page at another address of the machine${note}`, () => {
  test('opens once with the token in the address, and afterwards with the cookie', async () => {
    const { sandbox, url, origin } = await start()
    const address = url()
    expect(address).toMatch(/^http:\/\/[\d.]+:\d+\/\?token=[0-9a-f]{32}$/)
    const first = await send(address)
    expect(first.status).toBe(200)
    const [cookie = ''] = first.headers['set-cookie'] ?? []
    expect(cookie).toMatch(/^itchat-sandbox-\d+=[0-9a-f]{32}; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(cookie).not.toContain(new URL(address).searchParams.get('token'))
    expect(first.text).toContain('content="0;url=/"')
    const second = await send(address)
    expect(second.status).toBe(401)
    expect(second.headers['set-cookie']).toBeUndefined()
    expect(second.text).toContain('has been used')
    const [pairCookie = ''] = cookie.split(';')
    const state = await send(`${origin}/api/state`, { cookie: pairCookie })
    expect(JSON.parse(state.text)).toMatchObject({ owner: sandbox.owner.id })
    // Opening the used address again on the same device leads to the page.
    expect((await send(address, { cookie: pairCookie })).text).toContain('content="0;url=/"')
  })

  test('has a new address for the next device after each use', async () => {
    const { sandbox, url, origin } = await start()
    const first = url()
    const addresses: string[] = []
    const stop = sandbox.onHostUrl((address) => addresses.push(address))
    const cookie = await pair(first)
    expect(addresses).toEqual([url()])
    expect(url()).not.toBe(first)
    stop()
    const other = await pair(url())
    expect(addresses).toHaveLength(1)
    expect(other).not.toBe(cookie)
    for (const known of [cookie, other]) {
      expect((await send(`${origin}/api/state`, { cookie: known })).status).toBe(200)
    }
  })

  test('refuses devices without the token or the cookie', async () => {
    const { url, origin } = await start()
    const name = (await pair(url())).split('=')[0]
    for (const headers of [{}, { cookie: `${name}=` }, { cookie: `${name}=${'0'.repeat(32)}` }, { cookie: 'x=1' }]) {
      for (const path of ['/', '/api/state', '/api/events', '/index.html', '/l/x', '/?token=', '/?token=0123']) {
        const reply = await send(origin + path, headers as Record<string, string>)
        expect([path, reply.status]).toEqual([path, 401])
        expect(reply.headers['set-cookie']).toBeUndefined()
      }
      const headersJson = { ...headers, 'content-type': 'application/json' }
      expect((await send(`${origin}/api/phone/scan`, headersJson, 'POST', '{}')).status).toBe(401)
      expect((await send(`${origin}/api/faults`, headersJson, 'DELETE')).status).toBe(401)
    }
  })

  test('does not use the token up for a prefetch, a HEAD request, another path or a refused request', async () => {
    const { url, origin } = await start()
    const address = url()
    expect((await send(address, { 'sec-purpose': 'prefetch' })).status).toBe(401)
    expect((await send(address, {}, 'HEAD')).status).toBe(401)
    expect((await send(`${origin}/api/state${new URL(address).search}`)).status).toBe(401)
    expect((await send(address, { host: 'evil.example' })).status).toBe(403)
    expect((await send(address, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).status).toBe(403)
    expect(url()).toBe(address)
    expect((await send(address)).status).toBe(200)
  })

  test('is served only under its own host name and origin, even with the cookie', async () => {
    const { sandbox, url, origin } = await start()
    const cookie = await pair(url())
    const { port } = new URL(origin)
    const loopback = new URL(sandbox.url).host
    for (const host of ['evil.example', `evil.example:${port}`, `127.0.0.1:${port}`, loopback, `localhost:${port}`]) {
      expect((await send(`${origin}/api/state`, { cookie, host })).status).toBe(403)
      expect((await send(`${origin}/`, { cookie, host })).status).toBe(403)
    }
    for (const headers of [
      { origin: 'http://evil.example' },
      { origin: sandbox.url },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      const all = { cookie, 'content-type': 'application/json', ...headers } as Record<string, string>
      expect((await send(`${origin}/api/state`, all)).status).toBe(403)
      expect((await send(`${origin}/api/phone/scan`, all, 'POST', '{}')).status).toBe(403)
    }
    // The address on the loopback interface does not accept the other host name either.
    expect((await send(`${sandbox.url}/api/state`, { cookie, host: new URL(origin).host })).status).toBe(403)
  })

  test('does not serve programs: Web, iLink and CDN endpoints', async () => {
    const { sandbox, url, origin } = await start()
    const cookie = await pair(url())
    const paths = [
      '/jslogin?appid=wx782c26e4c19acffb',
      '/cgi-bin/mmwebwx-bin/login?uuid=x',
      '/cgi-bin/mmwebwx-bin/webwxinit',
      '/cgi-bin/mmwebwx-bin/webwxgetmsgimg',
      '/cgi-bin/mmwebwx-bin/webwxuploadmedia?f=json',
      '/ilink/bot/get_bot_qrcode?bot_type=3',
      '/ilink/bot/getupdates',
      '/c2c/download',
    ]
    for (const path of paths) {
      for (const host of [new URL(origin).host, 'login.weixin.qq.com', 'ilinkai.weixin.qq.com']) {
        for (const method of ['GET', 'POST']) {
          const headers = { host, 'content-type': 'application/json' }
          const expected = host === new URL(origin).host ? 401 : 403
          expect((await send(origin + path, headers, method, method === 'POST' ? '{}' : '')).status).toBe(expected)
          const paired = await send(origin + path, { ...headers, cookie }, method, method === 'POST' ? '{}' : '')
          expect([403, 404, 405]).toContain(paired.status)
        }
      }
    }
    expect(sandbox.phone.login.state).toBe('none')
    expect(sandbox.requests).toEqual([])
    expect((await send(`${sandbox.url}/jslogin?appid=wx782c26e4c19acffb`)).status).toBe(200)
  })

  test('is the only listener on that address, and none remains after closing', async () => {
    const { sandbox, origin } = await start()
    const { port } = new URL(sandbox.url)
    const refused = (to: string) =>
      new Promise<boolean>((resolve) => {
        const socket = connect(Number(to), HOST, () => resolve(false))
        socket.on('error', () => resolve(true)).on('connect', () => socket.destroy())
      })
    if (port !== new URL(origin).port) expect(await refused(port)).toBe(true)
    expect(await refused(new URL(origin).port)).toBe(false)
    await sandbox.close()
    expect(await refused(new URL(origin).port)).toBe(true)
  })

  test('reports a port that is in use there, and releases the port on 127.0.0.1', async () => {
    const { origin } = await start()
    const port = Number(new URL(origin).port)
    const second = startSandbox({ port, host: HOST })
    await expect(second).rejects.toThrow(PortInUseError)
    await expect(second).rejects.toThrow(`Port ${port} on ${HOST} is in use`)
    const third = await startSandbox({ port })
    await third.close()
  })

  test.skipIf(!browser)(`works in a browser, which keeps no token in its address${browserNote}`, async () => {
    const { sandbox, url, origin } = await start()
    const page = await openPage(url())
    await page.waitForURL(`${origin}/`)
    // Programs still connect to the loopback address, so the page does not show its own.
    await page.getByText(`ITCHAT_BASE_URL=${sandbox.url}`).first().waitFor()
    await page.getByRole('button', { name: '先看聊天' }).click()
    await page.getByRole('option', { name: /^小满/ }).waitFor()
    sandbox.friend('小满').say('hello from the room')
    await page.getByText('hello from the room').first().waitFor()
    expect(await page.evaluate('document.cookie')).toBe('')
    // Another browser profile has no access.
    const stranger = await openPage(origin)
    await stranger.getByText('This device has no access').waitFor()
  })

  test.skipIf(!browser)(`opens from a link on another site, with the cookie${browserNote}`, async () => {
    const { url, origin } = await start({ ilink: true })
    const page = await openPage('about:blank')
    await page.route('http://chat.example/**', (route) =>
      route.fulfill({ contentType: 'text/html', body: `<!doctype html><a href="${url()}">open</a>` }),
    )
    await page.goto('http://chat.example/')
    await page.getByRole('link').click()
    await page.waitForURL(`${origin}/?phone=clawbot`)
    await page.getByRole('main').waitFor()
  })
})

describe.skipIf(!IPV6)(`an IPv6 host${note6}`, () => {
  test('is written in brackets and serves the page', async () => {
    const { url, origin } = await start({ host: IPV6 })
    expect(origin).toBe(new URL(`http://[${IPV6}]:${new URL(origin).port}`).origin)
    const cookie = await pair(url())
    expect((await send(`${origin}/api/state`, { cookie })).status).toBe(200)
  })
})

describe('an invalid host', () => {
  test.each(['0.0.0.0', '::', '127.0.0.1', '::1', 'localhost', '', '203.0.113.254', '256.1.1.1', 'http://192.168.0.2'])(
    '%j is refused with the addresses that can be used',
    async (host) => {
      const started = startSandbox({ port: 0, host })
      await expect(started).rejects.toThrow(SandboxError)
      await expect(started).rejects.toThrow(
        `Invalid host ${JSON.stringify(host)}: expected an IP address of this machine`,
      )
      if (HOST) await expect(started).rejects.toThrow(HOST)
    },
  )

  test('is not needed: without one, there is no address for other devices', async () => {
    const sandbox = await startSandbox({ port: 0 })
    onTestFinished(() => sandbox.close())
    expect(sandbox.hostUrl).toBeUndefined()
    expect(sandbox.onHostUrl(() => {})()).toBeUndefined()
  })
})
