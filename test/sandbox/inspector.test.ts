import { createHash, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { BodyView, RequestDetails, RequestView, StateView } from '../../src/sandbox/control/view.js'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { decodeBody } from '../../src/sandbox/inspector/decode.js'
import { keepBody } from '../../src/sandbox/inspector/kept-body.js'
import { Mask } from '../../src/sandbox/inspector/mask.js'
import { MASK } from '../../src/sandbox/inspector/mask-word.js'
import { IlinkClient } from './support/ilink-client.js'
import { WireClient } from './support/wire-client.js'

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0, autoLogin: true })
})

afterEach(() => {
  expect(sandbox.lastError).toBeUndefined()
  return sandbox.close()
})

const get = (path: string) => sandbox.handle(new Request(sandbox.url + path))

async function listed(text?: string): Promise<RequestView[]> {
  const query = text === undefined ? '' : `?${new URLSearchParams({ text })}`
  return (await get(`/api/requests${query}`)).json() as Promise<RequestView[]>
}

async function details(id: number): Promise<RequestDetails> {
  return (await get(`/api/requests/${id}`)).json() as Promise<RequestDetails>
}

const latest = (endpoint: string) => {
  const found = sandbox.requests.findLast((request) => request.endpoint === endpoint)
  if (!found) throw new Error(`No ${endpoint}`)
  return found
}
const latestDetails = (endpoint: string) => details(latest(endpoint).id)
const jsonOf = (body: BodyView | undefined) => JSON.parse(body?.kind === 'json' ? body.text : '')

describe('masking', () => {
  const SECRET = 'Zm9vYmFy0123456789'

  test.each([
    ['a query', `?sid=${SECRET}&skey=${SECRET}&pass_ticket=${SECRET}&r=1`],
    ['a query with another case', `?Skey=${SECRET}&SID=${SECRET}`],
    ['XML elements', `<skey>${SECRET}</skey><wxsid>${SECRET}</wxsid><pass_ticket>${SECRET}</pass_ticket>`],
    ['XML with CDATA', `<ticket><![CDATA[${SECRET}]]></ticket>`],
    ['XML attributes', `<img aeskey="${SECRET}" cdnthumbaeskey='${SECRET}' md5="1" />`],
    ['escaped XML', `&lt;msg ticket=&quot;${SECRET}&quot; x=&quot;1&quot;&gt;`],
    ['escaped XML elements', `&lt;aeskey&gt;${SECRET}&lt;/aeskey&gt;`],
    ['a script', `window.redirect_uri="https://wx.qq.com/x?ticket=${SECRET}&uuid=1";`],
    ['incomplete JSON', `{"BaseRequest":{"Uin":1,"Sid":"${SECRET}","Skey":"${SECRET}`],
    ['incomplete JSON of another type', `{"Sid":[["${SECRET}"`],
    ['JSON inside JSON', JSON.stringify({ text: JSON.stringify({ Skey: SECRET, Sid: SECRET }) })],
    ['JSON with spaces', `{ "bot_token" : "${SECRET}" , "context_token":\n"${SECRET}" }`],
    ['JSON with quotes in the value', `{"skey":"a\\"${SECRET}","ret":0}`],
    ['an upload URL', `https://host/c2c/upload?encrypted_query_param=${SECRET}&filekey=1&taskid=${SECRET}`],
  ])('hides secrets in %s', (_, text) => {
    const masked = new Mask().text(text)
    expect(masked).not.toContain(SECRET)
    expect(masked).toContain(MASK)
  })

  test.each<[string, (value: unknown) => object]>([
    ['a string', (value) => ({ Skey: value })],
    ['an array', (value) => ({ local_token_list: [value] })],
    ['an object', (value) => ({ context_token: { x: value } })],
    ['every field of BaseRequest', (value) => ({ BaseRequest: { Uin: value, Other: value } })],
    ['a nested field', (value) => ({ msg: { item_list: [{ image_item: { aeskey: value } }] } })],
    ['a URL', (value) => ({ HeadImgUrl: `/webwxgeticon?seq=1&skey=${value}` })],
    ['a Signature that authorizes an upload', (value) => ({ Signature: value })],
  ])('hides %s', (_, make) => {
    expect(JSON.stringify(new Mask().json(make(SECRET)))).not.toContain(SECRET)
  })

  test.each([
    ['text about tickets', 'My ticket is in the bag; skey is a word, and sid too.'],
    ['ordinary parameters', '?lang=zh_CN&seq=12&type=big&uuid=abc&asid=5&taskids=5'],
    ['ordinary elements', '<title>tokens</title><appid>wx1</appid>'],
  ])('keeps %s', (_, text) => {
    expect(new Mask().text(text)).toBe(text)
  })

  test('keeps the signature of a person, empty values and long integers', () => {
    const text = '{"UserName":"@a","Signature":"be kind","SKey":"","MsgId":7031234567890123456789,"n":1.5}'
    const kept = keepBody(text, 'text/plain')
    expect(decodeBody(kept, new Mask())).toEqual({ kind: 'json', text, sizeBytes: text.length })
  })

  test.each([
    ['Cookie', `wxsid=${SECRET}; other=${SECRET}`, `wxsid=${MASK}; other=${MASK}`],
    ['Set-Cookie', `a=${SECRET}; Path=/; Expires=x`, `a=${MASK}; Path=/; Expires=x`],
    ['Authorization', `Bearer ${SECRET}`, `Bearer ${MASK}`],
    ['x-encrypted-param', SECRET, MASK],
    ['Content-Type', 'text/plain', 'text/plain'],
  ])('treats the header %s', (name, value, expected) => {
    expect(new Mask().header(name, value)).toBe(expected)
  })

  test.each([
    ['as it is', (secret: string) => secret],
    ['percent-encoded', encodeURIComponent],
    ['in JSON with escaped slashes', (secret: string) => secret.replaceAll('/', '\\/')],
  ])('hides a known secret wherever it occurs, %s', (_, write) => {
    const secret = 'abc/def+ghi="jkl'
    expect(new Mask([secret]).text(`x ${write(secret)} y`)).toBe(`x ${MASK} y`)
  })
})

/** Everything that the page can read about the requests. */
async function everything(): Promise<string> {
  const all = await Promise.all(sandbox.requests.map(({ id }) => details(id)))
  const { requests } = (await (await get('/api/state')).json()) as StateView
  const events = sandbox.events.filter(({ type }) => type === 'request' || type === 'warning')
  return JSON.stringify([all, await listed(), requests, events])
}

function expectHidden(text: string, secrets: Readonly<Record<string, string | undefined>>): void {
  for (const [name, secret] of Object.entries(secrets)) {
    expect(secret, name).toMatch(/.{8}/)
    for (const form of [secret ?? '', encodeURIComponent(secret ?? ''), decodeURIComponent(secret ?? '')]) {
      expect(text.includes(form), name).toBe(false)
    }
  }
}

describe('no secret is in any row', () => {
  test('of a session of the web protocol, with faults', async () => {
    const client = await new WireClient(sandbox.url).login()
    await client.notify()
    const [anyone] = (await client.getContact()).json.MemberList
    await client.batch([{ UserName: anyone.UserName, EncryChatRoomId: '' }])
    sandbox.friend('林小满').say('hello')
    sandbox.friend('林小满').send({ kind: 'image' })
    await client.check()
    const { json } = await client.sync()
    const picture = json.AddMsgList.find((message: any) => message.MsgType === 3)
    await client.get('webwxgetmsgimg', { MsgID: picture.MsgId, skey: client.skey })
    await client.send('filehelper', `look: ${client.skey}`)
    const bytes = randomBytes(1000)
    const [uploaded] = await client.upload('filehelper', 'a.bin', bytes)
    await client.sendFile('filehelper', 'a.bin', 1000, uploaded?.json.MediaId)
    const signed = await client.post('webwxcheckupload', {
      FileMd5: createHash('md5').update('x').digest('hex'),
      FileSize: 30_000_000,
      FileName: 'b.bin',
    })
    for (const kind of ['truncate', 'wrongTypes'] as const) {
      sandbox.faults.add({ kind, path: 'webwxinit' })
      await client.post('webwxinit').catch(() => {})
    }
    sandbox.faults.add({ kind: 'cut', path: 'webwxinit' })
    await expect(client.post('webwxinit')).rejects.toThrow()
    await client.post('webwxsync', { BaseRequest: { Sid: [client.sid], Skey: { x: client.skey } } })
    await client.get('webwxgetcontact', { Skey: client.skey, text: client.sid })
    await client.get('webwxlogout', { sid: client.sid, skey: client.skey })
    const text = await everything()
    expect(text).toContain(MASK)
    expectHidden(text, {
      sid: client.sid,
      skey: client.skey,
      passTicket: client.passTicket,
      dataTicket: client.cookies.get('webwx_data_ticket'),
      authTicket: client.cookies.get('webwx_auth_ticket'),
      uvid: client.cookies.get('webwxuvid'),
      deviceId: client.deviceId,
      aesKey: signed.json.AESKey,
      signature: signed.json.Signature,
    })
    expect(text).not.toMatch(/@qrticket_0/)
  })

  test('of a program that uses iLink', async () => {
    const client = await new IlinkClient(sandbox.url).login()
    await client.start()
    sandbox.clawbot.say('hello')
    sandbox.clawbot.send({ kind: 'image' })
    await client.poll()
    await client.send(`my token is ${client.token}`)
    const key = randomBytes(16)
    const { media, size } = await client.upload(Buffer.from('picture'), key)
    await client.sendItem({ type: 2, image_item: { media, mid_size: size } })
    const config = await client.post('getconfig', { ilink_user_id: client.userId, context_token: client.contextToken })
    await client.post('sendtyping', {
      ilink_user_id: client.userId,
      typing_ticket: config.json.typing_ticket,
      status: 1,
    })
    await client.requestQr({ local_token_list: [client.token] })
    const text = await everything()
    expect(text).toContain(MASK)
    const { encrypt_query_param: reference } = media as { encrypt_query_param: string }
    expectHidden(text, {
      token: client.token,
      contextToken: client.contextToken,
      typingTicket: config.json.typing_ticket,
      key: key.toString('hex'),
      reference,
    })
  })

  test('and a search does not find one', async () => {
    const client = await new WireClient(sandbox.url).login()
    await client.send('filehelper', 'a needle in the hay')
    expect((await listed('NEEDLE')).map(({ endpoint }) => endpoint)).toEqual(['webwxsendmsg'])
    expect((await listed('webwxinit')).map(({ endpoint }) => endpoint)).toEqual(['webwxinit'])
    expect(await listed(client.skey.toLowerCase())).toEqual([])
    expect(await listed(client.sid)).toEqual([])
  })
})

describe('joins', () => {
  test('a received message to the requests that announced, delivered and fetched it', async () => {
    const client = await new WireClient(sandbox.url).login()
    const { id } = sandbox.friend('林小满').send({ kind: 'image' })
    await client.check()
    await client.sync()
    await client.get('webwxgetmsgimg', { MsgID: id, skey: client.skey })
    for (const endpoint of ['synccheck', 'webwxsync', 'webwxgetmsgimg']) {
      expect(latest(endpoint).messages, endpoint).toEqual([id])
    }
    expect(latest('webwxinit').messages).toBeUndefined()
  })

  test('a reply to its send, with its chat, its cause and the names behind the UserNames', async () => {
    const client = await new WireClient(sandbox.url).login()
    await client.sync()
    const asked = sandbox.friend('林小满').say('are you there?')
    await client.sync()
    const to = await client.userName('林小满')
    await client.send(to, 'yes')
    const sent = await sandbox.friend('林小满').nextMessage()
    const { request, causedBy, messages, names, method, url } = await latestDetails('webwxsendmsg')
    expect(request).toMatchObject({
      messages: [sent.id],
      chatId: sandbox.friend('林小满').id,
      status: 200,
      result: '0',
    })
    expect(causedBy).toMatchObject({ message: { id: asked.id, text: 'are you there?' }, replyMs: sent.replyMs })
    expect(messages).toMatchObject([{ id: sent.id, text: 'yes' }])
    expect(names[to]).toBe('林小满')
    expect(method).toBe('POST')
    expect(url).toContain(`/webwxsendmsg?pass_ticket=${MASK}`)
  })

  test('a file to the chunks that uploaded it, and a recalled message to the recall', async () => {
    const client = await new WireClient(sandbox.url).login()
    const bytes = randomBytes(600 * 1024)
    const replies = await client.upload('filehelper', 'a.bin', bytes)
    const sent = await client.sendFile('filehelper', 'a.bin', bytes.length, replies.at(-1)?.json.MediaId)
    const id = sent.json.MsgID
    const uploads = sandbox.requests.filter(({ endpoint }) => endpoint === 'webwxuploadmedia')
    expect(uploads.map(({ messages }) => messages)).toEqual([[id], [id]])
    await client.post('webwxrevokemsg', { SvrMsgId: id, ClientMsgId: '1', ToUserName: 'filehelper' })
    expect(latest('webwxrevokemsg').messages).toEqual([id])
  })

  test('messages of the ClawBot chat to getupdates, sendmessage and both requests of an upload', async () => {
    const client = await new IlinkClient(sandbox.url).login()
    await client.start()
    const { id } = sandbox.clawbot.say('hello')
    await client.poll()
    expect(latest('getupdates').messages).toEqual([id])
    await client.send('hi')
    const sent = await sandbox.clawbot.nextMessage()
    expect(latest('sendmessage')).toMatchObject({ messages: [sent.id], chatId: 'clawbot' })
    const { media, size } = await client.upload(Buffer.from('picture'), randomBytes(16))
    await client.sendItem({ type: 2, image_item: { media, mid_size: size } })
    const picture = await sandbox.clawbot.nextMessage()
    for (const endpoint of ['getuploadurl', 'cdnUpload', 'sendmessage']) {
      expect(latest(endpoint).messages, endpoint).toEqual([picture.id])
    }
  })

  test('a file to the request that fetched it', async () => {
    const client = await new WireClient(sandbox.url).login()
    const { id } = sandbox.friend('林小满').send({ kind: 'file', name: 'a.txt', bytes: Buffer.from('text') })
    const { json } = await client.sync()
    const { FromUserName: sender, MediaId: mediaid } = json.AddMsgList.at(-1)
    await client.get('webwxgetmedia', { sender, mediaid, filename: 'a.txt', fromuser: String(client.uin) })
    expect(latest('webwxgetmedia').messages).toEqual([id])
  })

  test('media of the ClawBot chat to their downloads, also in a quote and in a repeated message', async () => {
    const iLink = { appFlavor: 'old' } as const
    await using old = await startSandbox({ port: 0, autoLogin: true, ilink: iLink })
    const client = await new IlinkClient(old.url).login()
    await client.start()
    old.faults.add({ kind: 'duplicate', path: 'getupdates' })
    const [first, second] = [old.clawbot.send({ kind: 'image' }), old.clawbot.send({ kind: 'image' })]
    const { json } = await client.poll()
    old.clawbot.quote(first, 'this one')
    const quoting = await client.poll()
    const [{ ref_msg: quote }] = quoting.json.msgs[0].item_list
    const items = [...json.msgs.map((message: any) => message.item_list[0]), quote.message_item]
    for (const { image_item: image } of items) await client.request(image.media.full_url)
    const downloads = old.requests.filter(({ endpoint }) => endpoint === 'cdnDownload')
    expect(downloads.map(({ messages }) => messages)).toEqual(
      [first, second, first, second, first].map(({ id }) => [id]),
    )
    expect(old.lastError).toBeUndefined()
  })

  test('a raw message to the requests that announced, delivered and fetched it', async () => {
    const client = await new WireClient(sandbox.url).login()
    const id = sandbox.raw({ from: 'wxid_linxiaoman00', MsgType: 3, Content: '<msg/>' })
    await client.check()
    await client.sync()
    await client.get('webwxgetmsgimg', { MsgID: id, skey: client.skey })
    for (const endpoint of ['synccheck', 'webwxsync', 'webwxgetmsgimg']) {
      expect(await latestDetails(endpoint), endpoint).toMatchObject({
        request: { messages: [id] },
        messages: [],
        rawMessages: [id],
      })
    }
    await client.get('webwxgetmsgimg', { MsgID: '1', skey: client.skey })
    expect(latest('webwxgetmsgimg').messages).toBeUndefined()
  })

  test('a raw message of the ClawBot chat to getupdates, even if the reply is lost', async () => {
    const client = await new IlinkClient(sandbox.url).login()
    await client.start()
    const id = sandbox.clawbot.raw({ item_list: [] })
    const shown = sandbox.clawbot.say('hello')
    await client.poll()
    expect(await latestDetails('getupdates')).toMatchObject({
      request: { messages: [id, shown.id] },
      messages: [{ id: shown.id }],
      rawMessages: [id],
    })
    sandbox.faults.add({ kind: 'lostReply', path: 'getupdates' })
    const lost = sandbox.clawbot.raw({ item_list: [] })
    await expect(client.poll()).rejects.toThrow()
    expect(latest('getupdates')).toMatchObject({ status: 0, messages: [lost] })
  })
})

describe('details', () => {
  test('of JSON, forms, scripts, pages and pictures', async () => {
    const client = await new WireClient(sandbox.url).login()
    await client.batch([{ UserName: 'filehelper', EncryChatRoomId: '' }])
    const batch = await latestDetails('webwxbatchgetcontact')
    expect(jsonOf(batch.requestBody)).toMatchObject({
      BaseRequest: { Uin: MASK, Sid: MASK, Skey: MASK, DeviceID: MASK },
      Count: 1,
    })
    expect(jsonOf(batch.reply?.body).ContactList[0].UserName).toBe('filehelper')
    expect(batch.requestHeaders.find(([name]) => name === 'cookie')?.[1]).toContain(`wxsid=${MASK}`)

    const page = await latestDetails('webwxnewloginpage')
    expect(page.requestBody).toEqual({ kind: 'none' })
    expect(page.reply?.body).toMatchObject({ kind: 'text', text: expect.stringContaining(`<skey>${MASK}</skey>`) })
    const cookies = page.reply?.headers.filter(([name]) => name === 'set-cookie').map(([, value]) => value)
    expect(cookies?.length).toBeGreaterThan(1)
    expect(cookies?.every((cookie) => cookie.includes(`=${MASK};`))).toBe(true)

    const bytes = randomBytes(5000)
    await client.upload('filehelper', 'a.bin', bytes)
    const { requestBody } = await latestDetails('webwxuploadmedia')
    const parts = requestBody.kind === 'form' ? requestBody.parts : []
    const md5 = createHash('md5').update(bytes).digest('hex')
    expect(parts.find(({ name }) => name === 'filename')).toEqual({
      name: 'filename',
      fileName: 'a.bin',
      sizeBytes: 5000,
      md5,
    })
    expect(parts.find(({ name }) => name === 'webwx_data_ticket')?.text).toBe(MASK)
    const inner = JSON.parse(parts.find(({ name }) => name === 'uploadmediarequest')?.text ?? '')
    expect(inner).toMatchObject({ BaseRequest: { Sid: MASK }, TotalLen: 5000, FileMd5: md5 })

    const { id } = sandbox.friend('林小满').send({ kind: 'image' })
    const picture = await client.get('webwxgetmsgimg', { MsgID: id, skey: client.skey })
    expect((await latestDetails('webwxgetmsgimg')).reply?.body).toMatchObject({
      kind: 'binary',
      sizeBytes: picture.bytes.length,
      md5: createHash('md5').update(picture.bytes).digest('hex'),
    })
    expect(latest('webwxgetmsgimg').replyBytes).toBe(picture.bytes.length)
  })

  test('of a chunk without its digest, which would slow uploads down', async () => {
    const client = await new WireClient(sandbox.url).login()
    await client.upload('filehelper', 'a.bin', randomBytes(65 * 1024))
    const { requestBody } = await latestDetails('webwxuploadmedia')
    const parts = requestBody.kind === 'form' ? requestBody.parts : []
    expect(parts.at(-1)).toEqual({ name: 'filename', fileName: 'a.bin', sizeBytes: 65 * 1024 })
  })

  test('show a refusal, a warning at every request that caused it, and a fault', async () => {
    const client = await new WireClient(sandbox.url).login()
    await client.send('@unknown', 'hi')
    expect(latest('webwxsendmsg')).toMatchObject({ result: '1204', reason: expect.stringContaining('ToUserName') })
    for (let i = 0; i < 2; i++) {
      await client.post('webwxstatusnotify', {
        Code: 3,
        FromUserName: client.self,
        ToUserName: client.self,
        ClientMsgId: 'x',
      })
      expect(latest('webwxstatusnotify').warnings).toEqual([
        { endpoint: 'webwxstatusnotify', section: '§3.7', text: 'ClientMsgId is not an integer' },
      ])
    }
    expect(sandbox.warnings.filter(({ endpoint }) => endpoint === 'webwxstatusnotify')).toHaveLength(1)
    sandbox.faults.add({ kind: 'status', status: 502, path: 'webwxsync' })
    await client.post('webwxsync')
    const { request, reply } = await latestDetails('webwxsync')
    expect(request).toMatchObject({ status: 502, faults: ['status'] })
    expect(reply?.body).toMatchObject({ kind: 'text', text: expect.stringContaining('<h1>502</h1>') })
  })

  test('show a held poll as pending, without a reply', async () => {
    const client = await new WireClient(sandbox.url).login()
    await client.sync()
    const aborted = new AbortController()
    await client.notify().then(() => client.sync())
    const poll = client.check({}, { signal: aborted.signal })
    await sandbox.held('synccheck')
    const pending = await latestDetails('synccheck')
    expect(pending.request.status).toBeUndefined()
    expect(pending.reply).toBeUndefined()
    aborted.abort()
    await expect(poll).rejects.toThrow()
  })

  test('of an unknown request are refused', async () => {
    for (const id of ['0', '999', 'x', '-1', '1e3']) expect((await get(`/api/requests/${id}`)).status, id).toBe(404)
  })
})

describe('bounds', () => {
  test('long bodies are cut, and stay masked', async () => {
    const client = await new WireClient(sandbox.url).login()
    await client.send('filehelper', '文'.repeat(100_000), { Skey: client.skey })
    const { requestBody } = await latestDetails('webwxsendmsg')
    expect(requestBody).toMatchObject({ kind: 'json', isCut: true })
    expect(requestBody.kind === 'json' && requestBody.text.length).toBeLessThanOrEqual(64 * 1024)
    expect(requestBody.kind === 'json' && requestBody.sizeBytes).toBeGreaterThan(300_000)
    expect(JSON.stringify(requestBody)).not.toContain(client.skey)
  })

  test('the bodies of the oldest requests make room for newer ones', async () => {
    const client = await new WireClient(sandbox.url).login()
    const first = latest('webwxinit').id
    for (let i = 0; i < 150; i++) await client.post('webwxstatreport', { Text: 'x'.repeat(70_000) })
    expect((await details(first)).requestBody).toEqual({ kind: 'dropped', sizeBytes: expect.any(Number) })
    expect((await latestDetails('webwxstatreport')).requestBody.kind).toBe('json')
  })

  test('only the latest 2,000 requests are kept', async () => {
    const request = () => sandbox.handle(new Request(`${sandbox.url}/qrcode/unknown`))
    for (let i = 0; i < 2010; i++) await request()
    const all = await listed()
    expect(all).toHaveLength(2000)
    expect([all[0]?.id, all.at(-1)?.id]).toEqual([11, 2010])
    expect((await get('/api/requests/10')).status).toBe(404)
    expect((await details(11)).request.id).toBe(11)
  })
})
