import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makePage } from '../../src/sandbox/control/page.js'
import { SAYABLE_KINDS } from '../../src/sandbox/control/view.js'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { ManualClock } from '../support/manual-clock.js'
import { WireClient } from './support/wire-client.js'

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0 })
})

afterEach(() => {
  expect(sandbox.lastError).toBeUndefined()
  return sandbox.close()
})

const get = (path: string, headers: Record<string, string> = {}) =>
  sandbox.handle(new Request(sandbox.url + path, { headers }))
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  sandbox.handle(
    new Request(sandbox.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  )

describe('access control', () => {
  test('serves the page and the API only under the host names of the sandbox', async () => {
    const { port } = new URL(sandbox.url)
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
      expect((await get('/api/state', { host })).status).toBe(200)
      expect((await get('/', { host })).status).toBe(200)
    }
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1:1', '127.0.0.1', `127.0.0.1.evil:${port}`]) {
      expect((await get('/api/state', { host })).status).toBe(403)
      expect((await get('/', { host })).status).toBe(403)
      expect((await get('/l/x', { host })).status).toBe(403)
    }
  })

  test.each([{}, { 'content-length': '1000' }])(
    'a request with %o may be cancelled while its body is read',
    async (size) => {
      const cancel = new AbortController()
      const body = new ReadableStream({
        pull(controller) {
          cancel.abort()
          controller.error(new Error('aborted'))
        },
      })
      const headers = { 'content-type': 'application/json', ...size }
      const { signal } = cancel
      const path = `${sandbox.url}/api/chats/filehelper/messages`
      const reply = sandbox.handle(new Request(path, { method: 'POST', headers, body, signal, duplex: 'half' }))
      expect((await reply).status).toBe(400)
      expect(sandbox.lastError).toBeUndefined()
    },
  )

  test('refuses requests from other origins and other sites', async () => {
    for (const headers of [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: 'http://127.0.0.1:1' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      expect((await get('/api/state', headers as Record<string, string>)).status).toBe(403)
      expect((await post('/api/phone/scan', {}, headers as Record<string, string>)).status).toBe(403)
    }
    expect((await get('/api/state', { origin: sandbox.url, 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  })

  test('serves the page to a link on another site, but not to a frame or a script', async () => {
    const site = { 'sec-fetch-site': 'cross-site' }
    expect((await get('/', { ...site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' })).status).toBe(200)
    expect((await get('/', { ...site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' })).status).toBe(403)
    expect((await get('/', { ...site, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' })).status).toBe(403)
  })

  test('serves the wire protocol under any host name, but not to a page on another site', async () => {
    expect((await get('/jslogin?appid=x', { host: 'login.weixin.qq.com' })).status).toBe(200)
    for (const site of ['cross-site', 'same-site']) {
      expect((await get('/jslogin?appid=x', { 'sec-fetch-site': site })).status).toBe(403)
    }
  })

  test('accepts actions only as JSON no larger than 1 MiB', async () => {
    await get('/jslogin?appid=x')
    expect((await post('/api/phone/scan', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(
      415,
    )
    expect((await post('/api/phone/scan', '{}', { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await post('/api/phone/scan', 'x')).status).toBe(400)
    expect((await post('/api/phone/scan', `"${'x'.repeat(1024 * 1024)}"`)).status).toBe(413)
    expect((await get('/api/phone/scan')).status).toBe(404)
    expect(sandbox.phone.login.state).toBe('waitingForScan')
    expect((await sandbox.handle(new Request(`${sandbox.url}/api/state`, { method: 'DELETE' }))).status).toBe(405)
  })
})

/** Requests a file of a page that was built into the folder. */
const getFrom = (folder: string, path: string) =>
  makePage(folder).fetch(new Request(`http://127.0.0.1${path}`), { language: 'zh', programUrl: 'http://127.0.0.1' })

describe('the page', () => {
  test('is served with strict security headers', async () => {
    const page = await get('/')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'; img-src 'self' data: blob:;")
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
  })

  test('explains how to build it if it has not been built', async () => {
    const page = await getFrom('/nowhere', '/')
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('npm run build')
  })

  test('does not serve files outside its folder', async () => {
    const folder = new URL('../../src/sandbox/world', import.meta.url).pathname
    const inside = new URL('../..', import.meta.url).pathname
    expect((await getFrom(inside, '/package.json')).status).toBe(200)
    for (const path of [
      '/../../../package.json',
      '/..%2f..%2f..%2fpackage.json',
      '/%2e%2e/%2e%2e/%2e%2e/package.json',
      '/..\\..\\..\\package.json',
      '//etc/passwd',
      '/x%00.json',
      '/%zz.json',
    ]) {
      expect((await getFrom(folder, path)).status).toBe(404)
    }
  })
})

describe('the API', () => {
  test('returns the people, the chats and the login state', async () => {
    const state: any = await (await get('/api/state')).json()
    expect(state.owner).toBe('wxid_chenyizhou0')
    expect(state.login).toEqual({ state: 'none' })
    expect(state.chats[0]).toMatchObject({ id: 'wxid_laoma0000000', name: '老妈', pinned: true, unread: 0 })
    expect(state.chats[1]).toMatchObject({ name: '小满', kind: 'friend', last: { text: '差不多了，一会儿上线试试' } })
    expect(state.chats.filter((chat: any) => chat.kind === 'group')).toHaveLength(3)
    expect(state.chats.filter((chat: any) => chat.kind === 'official')).toHaveLength(2)
    const design = state.chats.find((chat: any) => chat.name === '产品设计群')
    expect(design.members).toHaveLength(60)
    expect(state.people.find((person: any) => person.id === 'wxid_linxiaoman00').pinyin).toBe(
      'lxm xm linxiaoman xiaoman',
    )
  })

  test('scans and confirms a login on the phone, and rejects invalid actions', async () => {
    expect((await post('/api/phone/scan', {})).status).toBe(409)
    await get('/jslogin?appid=x')
    const waiting = sandbox.phone.login
    expect(waiting).toMatchObject({
      state: 'waitingForScan',
      link: expect.stringMatching(/^http:\/\/127.+\/l\/\w+==$/),
    })
    expect(waiting.qr?.every((row) => /^[01]+$/.test(row) && row.length === waiting.qr?.length)).toBe(true)
    expect(await (await post('/api/phone/scan', {})).json()).toMatchObject({ state: 'waitingForConfirm' })
    expect(await (await post('/api/phone/confirm', {})).json()).toMatchObject({ state: 'confirmed' })
    const refused = await post('/api/phone/logout', {})
    expect(refused.status).toBe(409)
    expect(await refused.json()).toEqual({ error: expect.stringContaining('no program is logged in') })
    expect((await post('/api/phone/dance', {})).status).toBe(404)
  })

  test('sends messages on behalf of people, counts unread messages and returns earlier pages', async () => {
    const id = '10000001@chatroom'
    const path = `/api/chats/${encodeURIComponent(id)}`
    const reply = await post(`${path}/messages`, {
      speaker: 'wxid_linxiaoman00',
      text: '@一舟\u2005在吗',
      mentions: ['wxid_chenyizhou0'],
    })
    const message: any = await reply.json()
    expect(message).toMatchObject({ chatId: id, origin: 'person', mentionsOwner: true, delivered: false })
    await post(`${path}/messages`, { speaker: 'wxid_chenyizhou0', text: '在' })
    const page: any = await (await get(`${path}/messages?limit=2`)).json()
    expect(page.map((message: any) => [message.text, message.origin])).toEqual([
      ['@一舟\u2005在吗', 'person'],
      ['在', 'phone'],
    ])
    const older: any = await (await get(`${path}/messages?before=${message.id}&limit=2`)).json()
    expect(older.map((message: any) => message.text)).toEqual(['收到，我带炉子', '我带橘子🍊'])
    expect(await (await post(`${path}/read`, {})).json()).toMatchObject({ id, unread: 0, mentioned: false })
    expect((await get(`${path}/messages?limit=201`)).status).toBe(400)
    expect((await post(`${path}/messages`, { speaker: 'wxid_songshiyu000', text: 'x' })).status).toBe(409)
    expect((await post(`${path}/messages`, { speaker: 'wxid_linxiaoman00', text: '' })).status).toBe(400)
    expect((await post('/api/chats/unknown/messages', { speaker: 'x', text: 'x' })).status).toBe(404)
  })
})

describe('the table of routes', () => {
  test('answers another method with the methods of the path, and an unknown path with 404', async () => {
    const send = async (method: string, path: string) => {
      const reply = await sandbox.handle(new Request(sandbox.url + path, { method }))
      return [reply.status, reply.headers.get('allow')]
    }
    expect(await send('PUT', '/api/state')).toEqual([405, 'GET'])
    expect(await send('POST', '/api/state')).toEqual([405, 'GET'])
    expect(await send('DELETE', '/api/chats/x/messages')).toEqual([405, 'GET, POST'])
    expect(await send('DELETE', '/api/faults/1')).toEqual([404, null])
    for (const path of ['/api/', '/api/stat', '/api/state/x', '/api/chats', '/api/chats/x/y', '/api/__proto__']) {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE']) expect(await send(method, path)).toEqual([404, null])
    }
  })

  test.each([
    ['/api/clawbot/spendQuota', { count: 0 }, 'Invalid count: expected a number greater than 0.'],
    ['/api/clawbot/spendQuota', { count: '3' }, 'Invalid count: expected a number.'],
    ['/api/clawbot/shadow', { isOn: 'yes' }, 'Invalid isOn: expected true or false.'],
    ['/api/clawbot/redirect', { host: {} }, 'Invalid host: expected a string.'],
    ['/api/chats/filehelper/messages', { text: 'x' }, 'Invalid speaker: expected a person id.'],
    [
      '/api/chats/filehelper/messages',
      { speaker: 'x', mentions: [1] },
      'Invalid mentions: expected a list of person ids.',
    ],
    ['/api/chats/filehelper/messages', { speaker: 'x', kind: 'image', data: 1 }, 'Invalid data: expected base64.'],
    ['/api/people/wxid_xuzhiyuan00/request', { greeting: 1 }, 'Invalid greeting: expected a string.'],
    ['/api/people', '{"__proto__":{"name":"x"}}', 'Invalid name: expected a string.'],
    ['/api/people', [], 'Invalid body: expected a JSON object.'],
  ])('refuses POST %s with %j', async (path, body, error) => {
    const reply = await post(path, body)
    expect([reply.status, await reply.json()]).toEqual([400, { error }])
  })
})

describe('messages of every kind', () => {
  const path = '/api/chats/wxid_linxiaoman00/messages'
  const say = async (body: object) => {
    const reply = await post(path, { speaker: 'wxid_linxiaoman00', ...body })
    return { status: reply.status, json: (await reply.json()) as any }
  }

  test('can be sent with only their kind or with all their fields', async () => {
    for (const kind of SAYABLE_KINDS.filter((name) => name !== 'text')) {
      expect((await say({ kind })).json).toMatchObject({ kind, chatId: 'wxid_linxiaoman00' })
    }
    const link = await say({ kind: 'link', title: 'T', url: 'https://x.example/', kindness: 1 })
    expect(link.json).toMatchObject({ kind: 'link', text: 'T', content: { title: 'T', url: 'https://x.example/' } })
    expect(link.json.content).not.toHaveProperty('kindness')
    expect((await say({ kind: 'redPacket' })).json).toMatchObject({ sees: '收到红包，请在手机上查看' })
    expect((await say({ kind: 'note', text: '以上' })).json).toMatchObject({
      origin: 'system',
      speaker: '',
      text: '以上',
    })
  })

  test('are refused if a field has the wrong type, the bytes are invalid or the kind is unknown', async () => {
    expect((await say({ kind: 'dance' })).status).toBe(400)
    expect((await say({ kind: 'friendRequest' })).status).toBe(400)
    expect((await say({ kind: 'toString' })).status).toBe(400)
    expect((await say({ kind: 'image', data: 'no base64!' })).status).toBe(400)
    expect((await say({ kind: 'image', data: '' })).status).toBe(400)
    expect((await say({ kind: 'image', data: 'AAAA', width: '9' })).status).toBe(409)
    expect((await say({ kind: 'link', title: 5 })).status).toBe(409)
    expect((await say({ kind: 'location', latitude: null })).status).toBe(409)
    expect((await say({ kind: 'redPacket', form: 'x' })).status).toBe(409)
    expect((await say({ kind: 'chatHistory', items: [{ name: 'a' }] })).json.error).toContain(
      'Invalid items: expected a list of',
    )
  })

  test('contain media that are served completely or in part, but never as active content', async () => {
    const html = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')
    const said = await say({ kind: 'file', name: '图 "1".svg', data: html.toString('base64') })
    const { media } = said.json.content
    expect(media).toEqual({
      url: `/api/media/${said.json.id}`,
      name: '图 "1".svg',
      mime: 'application/octet-stream',
      sizeBytes: html.length,
    })
    const served = await get(media.url)
    expect(await served.text()).toBe(html.toString())
    expect(Object.fromEntries(served.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(html.length),
      'content-disposition': `attachment; filename="_ _1_.svg"; filename*=UTF-8''%E5%9B%BE%20%221%22.svg`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    })
    const part = await get(media.url, { range: 'bytes=1-3' })
    expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([
      206,
      'svg',
      `bytes 1-3/${html.length}`,
    ])
    expect((await get(media.url, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    const image = await say({ kind: 'image' })
    expect(image.json.content.media).toMatchObject({ mime: 'image/jpeg', width: 1080, height: 810, name: 'lake.jpg' })
    expect((await get(image.json.content.media.url)).headers.get('content-disposition')).toBeNull()
    const video = await say({ kind: 'video' })
    const thumb = await get(video.json.content.media.thumbUrl)
    expect([thumb.status, thumb.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
    expect((await get('/api/media/1')).status).toBe(404)
    expect((await get(`/api/media/${(await say({ text: 'x' })).json.id}`)).status).toBe(404)
  })

  test('may contain media larger than the limit for other bodies', async () => {
    const bytes = Buffer.alloc(3 * 1024 * 1024, 7)
    const said = await say({ kind: 'file', name: 'big', data: bytes.toString('base64') })
    expect(said.json.content.media.sizeBytes).toBe(bytes.length)
    expect((await post(`${path.replace('messages', 'read')}`, { x: 'x'.repeat(1024 * 1024) })).status).toBe(413)
  })

  test('can be recalled once on behalf of their speaker', async () => {
    const { json } = await say({ kind: 'image' })
    const recalled = await post(`/api/messages/${json.id}/recall`, {})
    expect(await recalled.json()).toMatchObject({ id: json.id, kind: 'image', recalled: true })
    expect((await post(`/api/messages/${json.id}/recall`, {})).status).toBe(409)
    expect((await post('/api/messages/1/recall', {})).status).toBe(404)
    const note = await say({ kind: 'note' })
    expect((await post(`/api/messages/${note.json.id}/recall`, {})).status).toBe(409)
  })

  test('include friend requests from strangers', async () => {
    const reply = await post('/api/people/wxid_xuzhiyuan00/request', { greeting: '你好' })
    expect(await reply.json()).toMatchObject({ kind: 'friendRequest', text: '你好', speaker: 'wxid_xuzhiyuan00' })
    expect((await post('/api/people/wxid_linxiaoman00/request', {})).status).toBe(409)
    expect((await post('/api/people/unknown/request', {})).status).toBe(404)
  })
})

describe('server-sent events', () => {
  async function read(response: Response, count: number): Promise<{ id: number; type: string; data: any }[]> {
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    const events: { id: number; type: string; data: any }[] = []
    let text = ''
    while (events.length < count) {
      const { value, done } = (await reader?.read()) ?? { done: true }
      if (done) break
      text += value
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/, 2) as [string, string]))
        const [id, type, data] = ['id', 'event', 'data'].map((name) => fields.get(name))
        if (type && data) events.push({ id: Number(id), type, data: JSON.parse(data) })
      }
    }
    await reader?.cancel()
    return events
  }

  test('report what happens after the stream was opened', async () => {
    const stream = await fetch(`${sandbox.url}/api/events`)
    expect(stream.headers.get('content-type')).toBe('text/event-stream')
    sandbox.friend('林小满').say('你好')
    const [message, chat] = await read(stream, 2)
    expect(message).toMatchObject({ type: 'message', data: { text: '你好', speaker: 'wxid_linxiaoman00' } })
    expect(chat).toMatchObject({ id: (message?.id ?? 0) + 1, type: 'chat', data: { unread: 1 } })
  })

  test('resume after the last event id in the header or the query', async () => {
    sandbox.friend('林小满').say('一')
    sandbox.friend('林小满').say('二')
    const all = sandbox.events
    const after = all.at(-3)?.id ?? 0
    for (const response of [
      await get(`/api/events?after=${after}`),
      await get('/api/events', { 'last-event-id': String(after) }),
    ]) {
      expect((await read(response, 2)).map((event) => event.id)).toEqual([after + 1, after + 2])
    }
  })

  test('include a reset if events were dropped or the sandbox was restarted', async () => {
    const state: any = await (await get('/api/state')).json()
    for (const path of ['/api/events?after=99999', '/api/events?after=0&world=other']) {
      expect((await read(await get(path), 1))[0]).toMatchObject({ type: 'reset', data: { worldId: state.worldId } })
    }
    for (let index = 0; index < 700; index++) sandbox.friend('林小满').say(String(index))
    expect((await read(await get('/api/events?after=1'), 1))[0]).toMatchObject({ type: 'reset' })
  })

  test('are not sent faster than the page reads them', async () => {
    // The clock stands still, so that no heartbeat is due.
    await using still = await startSandbox({ port: 0, clock: new ManualClock() })
    const stream = await still.handle(new Request(`${still.url}/api/events`))
    const nextTurn = () => new Promise((resolve) => setImmediate(resolve))
    await nextTurn()
    for (let batch = 0; batch < 30; batch++) {
      for (let index = 0; index < 50; index++) still.friend('林小满').say('x')
      await nextTurn()
    }
    // The first batch is being sent when the page stops reading; the others are dropped meanwhile.
    const events = await read(stream, 101)
    expect(events.map(({ type }) => type).indexOf('reset')).toBe(100)
    expect(events[100]?.id).toBe(still.events.at(-1)?.id)
  })

  test('end when the sandbox is closed', async () => {
    const closing = await startSandbox({ port: 0 })
    const stream = await closing.handle(new Request(`${closing.url}/api/events`))
    const text = stream.text()
    closing.friend('林小满').say('你好')
    await new Promise((resolve) => setImmediate(resolve))
    await closing.close()
    expect(await text).toMatch(/^retry: 1000\n\nevent: message\ndata: .+\nid: \d+\n\nevent: chat\n/)
  })

  test('include deliveries, requests and login changes', async () => {
    await using auto = await startSandbox({ port: 0, autoLogin: true })
    const client = await new WireClient(auto.url).login()
    const { id } = auto.friend('林小满').say('你好')
    await client.sync()
    const types = auto.events.map((event) => event.type)
    expect(new Set(types)).toEqual(new Set(['login', 'accounts', 'request', 'message', 'chat', 'delivered']))
    expect(auto.events.find((event) => event.type === 'delivered')?.data).toEqual({
      chatId: 'wxid_linxiaoman00',
      ids: [id],
    })
    expect(auto.friend('林小满').messages.at(-1)).toMatchObject({ id, delivered: true })
    const request = auto.requests.find(({ endpoint }) => endpoint === 'webwxsync')
    expect(request).toMatchObject({ status: 200, result: '0', durationMs: expect.any(Number) })
  })
})
