import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Said, type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { detectType } from '../../src/sandbox/media/detect-type.js'
import { sniff } from '../../src/sandbox/media/sniff.js'
import { readAppMessage } from '../../src/sandbox/read/app-message.js'
import { attribute, elementText, xmlDefect } from '../../src/sandbox/read/xml.js'
import { parseRange } from '../../src/sandbox/routes/range.js'
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

const ret = (reply: { json: any }) => reply.json.BaseResponse.Ret
const warned = () => sandbox.warnings.map((warning) => `${warning.endpoint}: ${warning.text}`)
const range = (value: string) => ({ headers: { range: value } })

async function bytesOf(said: Said): Promise<Buffer> {
  const url = 'media' in said.content ? said.content.media.url : ''
  return Buffer.from(await (await fetch(sandbox.url + url)).arrayBuffer())
}

/** Returns the wire message for a sent message. */
async function wireOf(said: Said): Promise<any> {
  return (await client.sync()).json.AddMsgList.find((message: any) => message.MsgId === said.id)
}

function mediaQuery(message: any): Record<string, string> {
  return {
    sender: message.FromUserName,
    mediaid: message.MediaId,
    encryfilename: message.EncryFileName,
    fromuser: String(client.uin),
    pass_ticket: client.passTicket,
    webwx_data_ticket: client.cookies.get('webwx_data_ticket') ?? '',
  }
}

describe('downloads', () => {
  test('return the bytes with their length and type', async () => {
    const friend = sandbox.friend('林小满')
    for (const [kind, endpoint, name, type] of [
      ['image', 'webwxgetmsgimg', 'MsgID', 'image/jpeg'],
      ['sticker', 'webwxgetmsgimg', 'MsgID', 'image/gif'],
      ['voice', 'webwxgetvoice', 'msgid', 'audio/mpeg'],
      ['video', 'webwxgetvideo', 'msgid', 'video/mp4'],
    ] as const) {
      const said = friend.send({ kind })
      const query = { [name]: said.id, skey: client.skey }
      const reply = await client.get(endpoint, query, kind === 'video' ? range('bytes=0-') : {})
      const bytes = await bytesOf(said)
      expect([reply.status, reply.headers.get('content-type')]).toEqual([kind === 'video' ? 206 : 200, type])
      expect(reply.headers.get('content-length')).toBe(String(bytes.length))
      expect(reply.bytes.equals(bytes)).toBe(true)
    }
    const file = friend.send({ kind: 'file', bytes: randomBytes(300_000), name: 'a.bin' })
    const reply = await client.get('webwxgetmedia', mediaQuery(await wireOf(file)))
    expect(reply.bytes.equals(await bytesOf(file))).toBe(true)
    expect(sandbox.warnings).toEqual([])
  })

  test('honor Range for bytes in memory and on disk', async () => {
    for (const bytes of [randomBytes(1000), randomBytes(300_000)]) {
      const wire = await wireOf(sandbox.friend('林小满').send({ kind: 'file', bytes }))
      const query = mediaQuery(wire)
      const part = await client.get('webwxgetmedia', query, range('bytes=10-19'))
      expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${bytes.length}`])
      expect(part.headers.get('content-length')).toBe('10')
      expect(part.bytes.equals(bytes.subarray(10, 20))).toBe(true)
      const tail = await client.get('webwxgetmedia', query, range('bytes=-5'))
      expect(tail.bytes.equals(bytes.subarray(-5))).toBe(true)
      const beyond = await client.get('webwxgetmedia', query, range(`bytes=${bytes.length}-`))
      expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${bytes.length}`])
    }
  })

  test('of a video without Range are empty and cause a warning', async () => {
    const { id } = sandbox.friend('林小满').send({ kind: 'video' })
    const reply = await client.get('webwxgetvideo', { MsgID: id, skey: client.skey })
    expect([reply.status, reply.bytes.length, reply.headers.get('content-length')]).toEqual([200, 0, '0'])
    expect(warned()).toEqual([
      'webwxgetvideo: the message id parameter is not named msgid',
      'webwxgetvideo: a video was requested without Range: bytes=0-',
    ])
  })

  test('return thumbnails as images', async () => {
    const friend = sandbox.friend('林小满')
    const { bytes: photo } = await client.get('webwxgetmsgimg', { MsgID: friend.send({ kind: 'image' }).id })
    // A copy of a sample has the same thumbnail, and any other picture is its own.
    for (const [content, width, height] of [
      [{ kind: 'image' }, 120, 90],
      [{ kind: 'image', bytes: photo, name: 'copy.jpg' }, 120, 90],
      [{ kind: 'image', bytes: photo.subarray(0, -1) }, 1080, 810],
      [{ kind: 'video' }, 426, 240],
      [{ kind: 'video', bytes: Buffer.from('....ftypisom') }, 120, 120],
      [{ kind: 'link' }, 120, 120],
    ] as const) {
      const query = { MsgID: friend.send(content).id, skey: client.skey, type: 'slave' }
      const reply = await client.get('webwxgetmsgimg', query)
      expect(sniff(reply.bytes)).toEqual({ mime: 'image/jpeg', width, height })
    }
  })

  test('are allowed with the cookie or the skey, but not for an ended or unknown session', async () => {
    const wire = await wireOf(sandbox.friend('林小满').send({ kind: 'file' }))
    const { id } = sandbox.friend('林小满').send({ kind: 'image' })
    const bare = new WireClient(sandbox.url)
    expect((await bare.get('webwxgetmsgimg', { MsgID: id, skey: client.skey })).status).toBe(200)
    expect((await client.get('webwxgetmsgimg', { MsgID: id })).status).toBe(200)
    expect((await bare.get('webwxgetmedia', mediaQuery(wire))).status).toBe(200)
    expect((await client.get('webwxgetmedia', { mediaid: wire.MediaId })).status).toBe(200)
    for (const endpoint of ['webwxgetmsgimg', 'webwxgetvoice', 'webwxgetvideo', 'webwxgetmedia', 'webwxpreview']) {
      const reply = await bare.get(endpoint, { MsgID: id, msgid: id, mediaid: wire.MediaId })
      expect([reply.status, ret(reply)]).toEqual([403, 1102])
    }
    sandbox.expireSession(1101)
    for (const endpoint of ['webwxgetmsgimg', 'webwxgetvoice', 'webwxgetvideo', 'webwxgetmedia', 'webwxpreview']) {
      const reply = await client.get(endpoint, { ...mediaQuery(wire), MsgID: id, msgid: id })
      expect([reply.status, ret(reply)]).toEqual([403, 1101])
    }
  })

  test('of missing media return 404', async () => {
    const friend = sandbox.friend('林小满')
    const { id } = friend.say('text')
    const { id: sticker } = friend.send({ kind: 'sticker', fromStore: true })
    for (const MsgID of [id, sticker, '1', '']) {
      expect((await client.get('webwxgetmsgimg', { MsgID, skey: client.skey })).status).toBe(404)
    }
    expect((await client.get('webwxgetmedia', { mediaid: '@crypt_x' })).status).toBe(404)
  })

  test('with outdated parameter names cause warnings', async () => {
    const wire = await wireOf(sandbox.friend('林小满').send({ kind: 'file' }))
    const { encryfilename: _, ...query } = mediaQuery(wire)
    await client.get('webwxgetmedia', { ...query, fromuser: client.self, pass_ticket: 'undefined' })
    expect(warned()).toEqual([
      'webwxgetmedia: encryfilename is missing',
      'webwxgetmedia: fromuser is not the uin of this account',
      'webwxgetmedia: pass_ticket is not the received value, percent-encoded once',
    ])
  })
})

describe('sending media', () => {
  const IMAGE = { fun: 'async', f: 'json' }

  async function uploaded(bytes: Buffer, name: string): Promise<string> {
    return (await client.upload('filehelper', name, bytes)).at(-1)?.json.MediaId
  }

  test('accepts images, videos and stickers by their MediaId, repeatedly and in other chats', async () => {
    const helper = sandbox.official('filehelper')
    const photo = await bytesOf(sandbox.friend('林小满').send({ kind: 'image' }))
    const film = await bytesOf(sandbox.friend('林小满').send({ kind: 'video' }))
    const gif = await bytesOf(sandbox.friend('林小满').send({ kind: 'sticker' }))
    const photoId = await uploaded(photo, 'a.jpg')
    await client.sendBy('webwxsendmsgimg', 'filehelper', { Type: 3, MediaId: photoId }, IMAGE)
    expect(await helper.nextMessage()).toMatchObject({ kind: 'image', text: '', name: 'a.jpg' })
    const friend = await client.userName('林小满')
    expect(ret(await client.sendBy('webwxsendmsgimg', friend, { Type: 3, MediaId: photoId }, IMAGE))).toBe(0)
    expect((await (await sandbox.friend('林小满').nextMessage()).bytes()).equals(photo)).toBe(true)
    const filmId = await uploaded(film, 'a.mp4')
    await client.sendBy('webwxsendvideomsg', 'filehelper', { Type: 43, MediaId: filmId }, IMAGE)
    expect(await helper.nextMessage()).toMatchObject({ kind: 'video', content: { media: { durationMs: 4000 } } })
    const sticker = { Type: 47, EmojiFlag: 2, MediaId: await uploaded(gif, 'a.gif') }
    await client.sendBy('webwxsendemoticon', 'filehelper', sticker, { fun: 'sys' })
    expect(await helper.nextMessage()).toMatchObject({ kind: 'sticker', name: 'a.gif' })
    expect(sandbox.warnings).toEqual([])
  })

  test('refuses unknown ids', async () => {
    const media = { Type: 3, MediaId: '@crypt_00000000_00' }
    expect(ret(await client.sendBy('webwxsendmsgimg', 'filehelper', media, IMAGE))).toBe(1)
    expect(ret(await client.sendBy('webwxsendvideomsg', 'filehelper', { Type: 43, MediaId: '' }, IMAGE))).toBe(1)
    const forward = { Type: 3, MediaId: '', Content: '<msg><img md5="0"/></msg>' }
    expect(ret(await client.sendBy('webwxsendmsgimg', 'filehelper', forward, IMAGE, 2))).toBe(1)
    const known = { Type: 47, EmojiFlag: 2, EMoticonMd5: '0'.repeat(32) }
    expect(ret(await client.sendBy('webwxsendemoticon', 'filehelper', known, { fun: 'sys' }))).toBe(1)
    expect(ret(await client.sendFile('filehelper', 'x', 1, '@crypt_x'))).toBe(1)
    expect(ret(await client.sendBy('webwxsendappmsg', 'filehelper', { Type: 6, Content: 'x' }, IMAGE))).toBe(1)
    expect(ret(await client.sendBy('webwxsendmsgimg', '@unknown', media, IMAGE))).toBe(1204)
  })

  test('forwards media by the XML of a message', async () => {
    const said = sandbox.friend('林小满').send({ kind: 'image' })
    const Content = (await wireOf(said)).Content.replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('<br/>', '\n')
    const to = await client.userName('沈青禾')
    const fields = { Type: 3, MediaId: '', Content }
    expect(ret(await client.sendBy('webwxsendmsgimg', to, fields, IMAGE, 2))).toBe(0)
    const got = await sandbox.friend('沈青禾').nextMessage()
    expect((await got.bytes()).equals(await bytesOf(said))).toBe(true)
    await client.sendBy('webwxsendmsgimg', to, fields, IMAGE, 0)
    expect(warned()).toEqual(['webwxsendmsgimg: Scene is not 2 in a forwarded message'])
  })

  test('accepts other app messages, cards and locations', async () => {
    const friend = sandbox.friend('林小满')
    const helper = sandbox.official('filehelper')
    for (const kind of ['link', 'music', 'miniProgram', 'quote', 'chatHistory'] as const) {
      const said = friend.send({ kind })
      const wire = await wireOf(said)
      const xml = wire.Content.replaceAll('<br/>', '\n')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&amp;', '&')
      const Content = /<appmsg[\s\S]*<\/appmsg>/.exec(xml)?.[0]
      await client.sendBy('webwxsendappmsg', 'filehelper', { Type: wire.AppMsgType || 19, Content }, IMAGE, 2)
      const got = await helper.nextMessage()
      const { appName: _, ...content } = said.content as Record<string, unknown>
      if (kind === 'chatHistory') expect(got.text).toBe(said.text)
      else expect(got).toMatchObject({ kind, text: said.text, content })
    }
    await client.send('filehelper', '<msg username="wxid_x" nickname="A &amp; B" alias="ab"/>', { Type: 42 })
    expect(await helper.nextMessage()).toMatchObject({ kind: 'card', text: 'A & B', content: { id: 'wxid_x' } })
    await client.send('filehelper', '<msg><location x="1.5" y="2" label="L" poiname="P"/></msg>', { Type: 48 })
    expect(await helper.nextMessage()).toMatchObject({ kind: 'location', content: { latitude: 1.5, longitude: 2 } })
    await client.sendBy('webwxsendappmsg', 'filehelper', { Type: 9, Content: '<appmsg><type>9</type></appmsg>' }, IMAGE)
    expect(await helper.nextMessage()).toMatchObject({ kind: 'unknown', content: { msgType: 49, appMsgType: 9 } })
    expect(sandbox.warnings).toEqual([])
  })

  test('causes warnings about risky requests', async () => {
    const id = await uploaded(Buffer.from('no picture'), 'a.txt')
    await client.sendBy('webwxsendmsgimg', 'filehelper', { Type: 1, MediaId: id })
    await client.sendBy('webwxsendvideomsg', 'filehelper', { Type: 62, MediaId: id }, IMAGE)
    await client.sendBy('webwxsendemoticon', 'filehelper', { Type: 1, MediaId: id }, { fun: 'sys' })
    const Content = `<appmsg><title>Tom & Jerry.txt</title><type>6</type><appattach><totallen>10</totallen><attachid>${id}</attachid></appattach></appmsg>`
    await client.sendBy('webwxsendappmsg', 'filehelper', { Type: 49, Content }, IMAGE)
    expect(warned()).toEqual([
      'webwxsendmsgimg: fun=async is missing from the query',
      'webwxsendmsgimg: f=json is missing from the query',
      'webwxsendmsgimg: Type is not 3',
      'webwxsendmsgimg: the bytes sent as an image are not an image',
      'webwxsendvideomsg: the bytes sent as a video are not a video',
      'webwxsendemoticon: Type is not 47',
      'webwxsendemoticon: EmojiFlag is not 2',
      'webwxsendappmsg: Content is not well-formed XML (unescaped & in text); escape the values',
      'webwxsendappmsg: Type differs from <type> in the XML',
    ])
    const [, , , file] = sandbox.official('filehelper').unread
    expect(file).toMatchObject({ kind: 'file', name: 'Tom & Jerry.txt' })
  })

  test('can be followed by a recall, about which the program receives no event', async () => {
    const id = await uploaded(Buffer.from('x'), 'a.txt')
    const { MsgID } = (await client.sendFile('filehelper', 'a.txt', 1, id)).json
    await client.sync()
    const body = { SvrMsgId: MsgID, ToUserName: 'filehelper', ClientMsgId: '1' }
    expect(ret(await client.post('webwxrevokemsg', body))).toBe(0)
    expect(sandbox.official('filehelper').messages.at(-1)).toMatchObject({ kind: 'file', recalled: true })
    expect((await client.sync()).json.AddMsgCount).toBe(0)
  })
})

describe('other endpoints', () => {
  test('webwxcheckurl redirects only to http and https URLs', async () => {
    const to = (requrl: string) => client.get('webwxcheckurl', { requrl, skey: client.skey })
    const reply = await to('https://example.com/a?x=1&y=2')
    expect([reply.status, reply.headers.get('location')]).toEqual([302, 'https://example.com/a?x=1&y=2'])
    for (const url of ['javascript:alert(1)', 'file:///etc/passwd', '//evil', '', 'data:text/html,x']) {
      const refused = await to(url)
      expect([refused.status, refused.headers.get('location')]).toEqual([400, null])
    }
  })

  test('webwxpreview returns the uploaded file', async () => {
    const photo = await bytesOf(sandbox.friend('林小满').send({ kind: 'image' }))
    const [reply] = await client.upload('filehelper', 'a.jpg', photo)
    expect(reply?.json).toMatchObject({ CDNThumbImgWidth: 120, CDNThumbImgHeight: 90 })
    const shown = await client.get('webwxpreview', { fun: 'preview', mediaid: reply?.json.MediaId })
    expect(shown.bytes.equals(photo)).toBe(true)
  })

  test('webwxsearchcontact finds people by WeChat ID and allows a friend request', async () => {
    const { List } = (await client.post('webwxsearchcontact', { KeyWord: '许知远' })).json
    expect(List).toHaveLength(1)
    const VerifyUserList = [{ Value: List[0].EncryUserName, VerifyUserTicket: '' }]
    await client.post('webwxverifyuser', { Opcode: 2, VerifyUserListSize: 1, VerifyUserList, skey: client.skey })
    expect(sandbox.friend('许知远').isContact).toBe(true)
    expect((await client.post('webwxsearchcontact', { KeyWord: '' })).json.List).toEqual([])
    expect(ret(await client.post('webwxsendfeedback', {}))).toBe(0)
  })
})

test('detects media types from the bytes', () => {
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000020000000300000000', 'hex')
  expect(sniff(png)).toEqual({ mime: 'image/png', width: 2, height: 3 })
  expect(sniff(Buffer.from('GIF89a\x05\x00\x06\x00'))).toEqual({ mime: 'image/gif', width: 5, height: 6 })
  expect(sniff(Buffer.from('RIFF\0\0\0\0WEBP')).mime).toBe('image/webp')
  expect(sniff(Buffer.from('ID3')).mime).toBe('audio/mpeg')
  expect(sniff(Buffer.from('\0\0\0\x18ftypisom')).mime).toBe('video/mp4')
  expect(sniff(Buffer.from('\0\0\0\x18ftypheic')).mime).toBe('application/octet-stream')
  for (const text of ['', '<svg>', '\xff', 'GIF89a', '<!doctype html><script>'])
    expect(() => sniff(Buffer.from(text))).not.toThrow()
  expect(sniff(Buffer.from('<svg onload=x>')).mime).toBe('application/octet-stream')
})

test('detects the types of uploads with the same library as the client', async () => {
  expect(await detectType(Buffer.from('II*\0'))).toBe('image/tiff')
  expect(await detectType(Buffer.from('\0\0\0\x14ftypqt  '))).toBe('video/mp4')
  expect(await detectType(Buffer.from('RIFF\0\0\0\0WAVEfmt '))).toBe('audio/wav')
  for (const text of ['', '<svg onload=x>', '<!doctype html>', '\xff', 'PK\x03\x04'])
    expect(String(await detectType(Buffer.from(text, 'latin1')))).not.toMatch(/^image|^text/)
})

test('parses ranges', () => {
  expect(parseRange('bytes=0-', 10)).toEqual({ start: 0, end: 9 })
  expect(parseRange('bytes=2-100', 10)).toEqual({ start: 2, end: 9 })
  expect(parseRange('bytes=-3', 10)).toEqual({ start: 7, end: 9 })
  expect(parseRange('bytes=-100', 10)).toEqual({ start: 0, end: 9 })
  for (const none of ['bytes=10-', 'bytes=5-2', 'bytes=-0']) expect(parseRange(none, 10)).toBe('none')
  for (const other of [null, '', 'bytes=-', 'bytes=0-1,3-4', 'lines=1-2']) expect(parseRange(other, 10)).toBeUndefined()
})

test('reads XML that is not well-formed and reports the defect', () => {
  const bad = '<appmsg><title>a & b <c> &lt;d&gt;</title><type>6</type></appmsg>'
  expect(readAppMessage(bad, 49)).toMatchObject({ type: 6, title: 'a & b <c> <d>' })
  expect(elementText('<a><![CDATA[x & <y>]]></a>', 'a')).toBe('x & <y>')
  expect(elementText('<a/>', 'a')).toBeUndefined()
  expect(attribute('<msg a=\'1\' nickname="x &amp; y"/>', 'msg', 'nickname')).toBe('x & y')
  expect(xmlDefect('<?xml version="1.0"?>\n<a b="1"><c/>&amp;&#10;<![CDATA[<&]]></a>\n')).toBeUndefined()
  for (const [xml, defect] of [
    ['<a>&</a>', 'unescaped & in text'],
    ['<a>x < y</a>', 'unescaped < in text'],
    ['<a b="&"/>', 'unescaped & in an attribute'],
    ['<a><b></a>', '</a> has no matching start tag'],
    ['<a>', '<a> is not closed'],
    ['<a/><b/>', 'more than one root element'],
    ['<a/>x', 'text after the root element'],
    ['', 'the root element is missing'],
  ] as const) {
    expect(xmlDefect(xml)).toBe(defect)
  }
})
