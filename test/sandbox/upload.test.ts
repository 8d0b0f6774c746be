import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Medium, type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { MediaStore } from '../../src/sandbox/media/media-store.js'
import { Upload } from '../../src/sandbox/media/upload.js'
import { parseMultipart } from '../../src/sandbox/read/multipart.js'
import { WireClient } from './support/wire-client.js'

const CHUNK = 512 * 1024
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

const ret = (reply: { json: any } | undefined) => reply?.json.BaseResponse.Ret
/** Returns the reason why the latest request was refused. */
const lastReason = () => sandbox.requests.at(-1)?.reason
const warned = () => sandbox.warnings.map((warning) => `${warning.endpoint}: ${warning.text}`)
const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('itchat-sandbox-'))

describe('webwxuploadmedia', () => {
  test('records a program that disconnects during an upload without reporting an error', async () => {
    const url = new URL(sandbox.url)
    const socket = connect(Number(url.port), '127.0.0.1')
    const ended = new Promise<number>((resolve) => {
      sandbox.on('request', ({ status }) => (status === undefined ? socket.destroy() : resolve(status)))
    })
    socket.write(
      'POST /cgi-bin/mmwebwx-bin/webwxuploadmedia?f=json HTTP/1.1\r\n' +
        `Host: ${url.host}\r\nContent-Length: 1000\r\n\r\nthe beginning`,
    )
    expect(await ended).toBe(0)
  })

  test('accepts a small file in one request and returns its MediaId', async () => {
    const bytes = randomBytes(1000)
    const [reply] = await client.upload('filehelper', 'a.bin', bytes)
    expect(reply?.json).toEqual({
      BaseResponse: { Ret: 0, ErrMsg: '' },
      MediaId: expect.stringMatching(/^@crypt_[0-9a-f]{8}_[0-9a-f]{96}$/),
      StartPos: 1000,
      CDNThumbImgHeight: 0,
      CDNThumbImgWidth: 0,
      EncryFileName: 'a%2Ebin',
    })
    expect(ret(await client.sendFile('filehelper', 'a.bin', 1000, reply?.json.MediaId))).toBe(0)
    const sent = await sandbox.official('filehelper').nextMessage()
    expect(sent).toMatchObject({ kind: 'file', text: 'a.bin', name: 'a.bin', sizeBytes: 1000 })
    expect((await sent.bytes()).equals(bytes)).toBe(true)
    expect(sandbox.warnings).toEqual([])
  })

  test('accepts a large file in chunks and returns the MediaId only in the last reply', async () => {
    const bytes = randomBytes(3 * CHUNK + 7)
    const to = await client.userName('林小满')
    const replies = await client.upload(to, '报告 "终稿" & 50%.bin', bytes)
    expect(replies.map((reply) => [ret(reply), reply.json.StartPos, reply.json.MediaId === ''])).toEqual([
      [0, CHUNK, true],
      [0, 2 * CHUNK, true],
      [0, 3 * CHUNK, true],
      [0, 3 * CHUNK + 7, false],
    ])
    await client.sendFile(to, '报告 "终稿" & 50%.bin', bytes.length, replies.at(-1)?.json.MediaId)
    const sent = await sandbox.friend('林小满').nextMessage()
    expect(sent.name).toBe('报告 "终稿" & 50%.bin')
    expect((await sent.bytes()).equals(bytes)).toBe(true)
    expect(sandbox.warnings).toEqual([])
    const steps = sandbox.events.flatMap((event) => (event.type === 'upload' ? [event.data] : []))
    expect(steps.at(-1)).toEqual({
      name: '报告 "终稿" & 50%.bin',
      receivedBytes: bytes.length,
      totalBytes: bytes.length,
      chatId: 'wxid_linxiaoman00',
    })
  })

  test('refuses a gap, a wrong length or a wrong MD5', async () => {
    const bytes = randomBytes(2 * CHUNK + 1)
    const size = String(bytes.length)
    const base = { name: 'x', size, chunks: '3' }
    const gap = client.uploadRequest('filehelper', bytes)
    expect(ret(await client.chunk(bytes.subarray(0, CHUNK), { ...base, chunk: '0' }, gap))).toBe(0)
    const skipped = await client.chunk(bytes.subarray(2 * CHUNK), { ...base, chunk: '2' }, gap)
    expect([ret(skipped), lastReason()]).toEqual([1, 'expected chunk 1, received chunk 2'])
    await client.chunk(bytes.subarray(CHUNK, 2 * CHUNK), { ...base, chunk: '1' }, gap)
    expect(lastReason()).toContain('start again with chunk 0')

    await client.upload('filehelper', 'x', randomBytes(10), { TotalLen: 11 }, { size: '11' })
    expect(lastReason()).toBe('received 10 bytes, but TotalLen is 11')
    await client.upload('filehelper', 'x', randomBytes(10), { TotalLen: 9 }, { size: '9' })
    expect(lastReason()).toBe('received more than TotalLen bytes')
    await client.upload('filehelper', 'x', randomBytes(10), {}, { size: '11' })
    expect(lastReason()).toBe('size and TotalLen differ')
    const md5 = await client.upload('filehelper', 'x', randomBytes(200_000), { FileMd5: '0'.repeat(32) })
    expect([ret(md5[0]), lastReason(), md5[0]?.json.MediaId]).toEqual([
      1,
      'FileMd5 does not match the received bytes',
      '',
    ])
    await client.upload('filehelper', 'x', Buffer.alloc(0))
    expect(lastReason()).toBe('the file is empty')
  })

  test('accepts a repeated chunk after a lost reply, including the last chunk, and a restarted upload', async () => {
    const bytes = randomBytes(CHUNK + 5)
    const request = client.uploadRequest('filehelper', bytes)
    const base = { name: 'x', size: String(bytes.length), chunks: '2' }
    const send = (chunk: number) =>
      client.chunk(bytes.subarray(chunk * CHUNK, (chunk + 1) * CHUNK), { ...base, chunk: String(chunk) }, request)
    expect((await send(0)).json.StartPos).toBe(CHUNK)
    expect((await send(0)).json.StartPos).toBe(CHUNK)
    const { MediaId } = (await send(1)).json
    expect((await send(1)).json).toMatchObject({ MediaId, StartPos: CHUNK + 5 })
    expect((await send(0)).json).toMatchObject({ MediaId: '', StartPos: CHUNK })
    const again = (await send(1)).json
    expect(again.MediaId).toMatch(/^@crypt_/)
    expect(again.MediaId).not.toBe(MediaId)
    await client.sendFile('filehelper', 'x', bytes.length, again.MediaId)
    expect((await (await sandbox.official('filehelper').nextMessage()).bytes()).equals(bytes)).toBe(true)
  })

  test('stores two files with the same ClientMediaId separately but records a warning', async () => {
    const [first] = await client.upload('filehelper', 'x', Buffer.from('one'), { ClientMediaId: 5 })
    const [second] = await client.upload('filehelper', 'x', Buffer.from('other'), { ClientMediaId: 5 })
    await client.sendFile('filehelper', 'x', 3, first?.json.MediaId)
    await client.sendFile('filehelper', 'x', 5, second?.json.MediaId)
    const helper = sandbox.official('filehelper')
    expect((await (await helper.nextMessage()).bytes()).toString()).toBe('one')
    expect((await (await helper.nextMessage()).bytes()).toString()).toBe('other')
    expect(warned()).toEqual([
      'webwxuploadmedia: ClientMediaId is reused for another file; use a new one for each file',
    ])
  })

  test('requires a session, a form, a request and a file', async () => {
    const bytes = Buffer.from('x')
    const path = '/cgi-bin/mmwebwx-bin/webwxuploadmedia?f=json'
    expect(ret(await client.request(path, { method: 'POST', body: '{}' }))).toBe(1200)
    expect(ret(await client.chunk(bytes, { name: 'x', size: '1', uploadmediarequest: '{' }, {}))).toBe(1)
    const strange = await client.upload('filehelper', 'x', bytes, { BaseRequest: { ...client.base, Sid: 'unknown' } })
    expect(ret(strange[0])).toBe(1102)
    const foreign = await client.upload('filehelper', 'x', bytes, { FromUserName: '@other' })
    expect(ret(foreign[0])).toBe(1)
    sandbox.expireSession(1101)
    expect(ret((await client.upload('filehelper', 'x', bytes))[0])).toBe(1101)
  })

  test('warns about risky requests', async () => {
    const to = await client.userName('林小满')
    const bytes = randomBytes(CHUNK + 1)
    const { FileMd5: _, ...request } = client.uploadRequest('filehelper', bytes, { StartPos: 5 })
    const base = { name: 'x', size: String(bytes.length), chunks: '3', pass_ticket: 'undefined' }
    await client.chunk(bytes.subarray(0, 1), { ...base, chunk: '0' }, request)
    await client.chunk(bytes.subarray(1, CHUNK), { ...base, chunk: '1' }, request)
    const { MediaId } = (await client.chunk(bytes.subarray(CHUNK), { ...base, chunk: '2' }, request)).json
    await client.sendFile(to, 'x', 1, MediaId)
    expect(warned()).toEqual([
      'webwxuploadmedia: StartPos is not 0 or DataLen is not the total size; send the same values in every chunk',
      'webwxuploadmedia: FileMd5 is missing',
      'webwxuploadmedia: pass_ticket is not the value from the ticket page',
      'webwxuploadmedia: chunks is not the size divided by 524288, rounded up',
      'webwxuploadmedia: a chunk other than the last is not 524288 bytes',
      'webwxsendappmsg: ToUserName differs from the ToUserName of the upload',
      'webwxsendappmsg: totallen is not the size of the uploaded file',
    ])
  })

  test.each([
    ['image/webp', Buffer.from('RIFF\0\0\0\0WEBPVP8 ')],
    ['image/heic', Buffer.from('\0\0\0\x18ftypheic')],
    ['image/heif', Buffer.from('\0\0\0\x18ftypmif1')],
    ['image/avif', Buffer.from('\0\0\0\x18ftypavif')],
    ['image/tiff', Buffer.from('II*\0')],
    ['image/x-icon', Buffer.from('\0\0\x01\0')],
    ['image/vnd.adobe.photoshop', Buffer.from('8BPS')],
    ['image/jxl', Buffer.from('\xff\x0a', 'latin1')],
    ['image/jp2', Buffer.from('\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 ', 'latin1')],
  ])('refuses %s as pic regardless of its name, but accepts it as doc', async (mime, bytes) => {
    const [refused] = await client.upload('filehelper', 'a.png', bytes, {}, { mediatype: 'pic' })
    expect([ret(refused), lastReason()]).toEqual([1, expect.stringContaining(mime)])
    const [accepted] = await client.upload('filehelper', 'a.png', bytes, {}, { mediatype: 'doc' })
    expect(ret(accepted)).toBe(0)
  })

  test.each([
    ['bmp', Buffer.from('BM....')],
    ['png', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
    ['jpeg', Buffer.from('\xff\xd8\xff', 'latin1')],
    ['gif', Buffer.from('GIF89a')],
  ])('accepts %s as pic', async (_, bytes) => {
    const [reply] = await client.upload('filehelper', 'a', bytes, {}, { mediatype: 'pic' })
    expect(ret(reply)).toBe(0)
  })

  test('appends pipelined chunks in their order of arrival', async () => {
    const store = new MediaStore(10_000_000)
    const upload = new Upload(store, { name: 'x', totalBytes: 600_000, chunks: 3 })
    const pieces = [0, 1, 2].map((fill) => Buffer.alloc(200_000, fill))
    const results = await Promise.all(pieces.map((piece, index) => upload.append(index, piece)))
    expect(results.slice(0, 2)).toEqual([undefined, undefined])
    expect((await store.bytes(results[2] as Medium)).equals(Buffer.concat(pieces))).toBe(true)
    store.close()
  })
})

describe('webwxcheckupload', () => {
  const checkUpload = (bytes: Buffer) =>
    client.post('webwxcheckupload', {
      FileMd5: createHash('md5').update(bytes).digest('hex'),
      FileName: 'big.bin',
      FileSize: bytes.length,
      FileType: 7,
      FromUserName: client.self,
      ToUserName: 'filehelper',
    })

  test('signs an unknown file and returns the MediaId of a known one', async () => {
    const bytes = randomBytes(25 * 1024 * 1024 + 1)
    const { MediaId, AESKey, Signature } = (await checkUpload(bytes)).json
    expect(MediaId).toBe('')
    expect(AESKey).toMatch(/^[0-9a-f]{32}$/)
    const replies = await client.upload('filehelper', 'big.bin', bytes, { AESKey, Signature })
    const id = replies.at(-1)?.json.MediaId
    expect(ret(await client.sendFile('filehelper', 'big.bin', bytes.length, id, { Signature }))).toBe(0)
    expect((await checkUpload(bytes)).json).toMatchObject({ MediaId: id, AESKey, Signature })
    expect(sandbox.warnings).toEqual([])
    await client.upload('filehelper', 'big.bin', bytes.subarray(0, 9), { AESKey, Signature: 'x' })
    expect(lastReason()).toContain('not issued by webwxcheckupload')
  })

  const sent = (id: string, size: number, Signature: string) =>
    client.sendFile('filehelper', 'known.bin', size, id, { Signature })

  describe('the AESKey and Signature for a known file', () => {
    const bytes = randomBytes(2000)
    let id: string
    let keys: { AESKey: string; Signature: string }

    beforeEach(async () => {
      id = (await client.upload('filehelper', 'known.bin', bytes)).at(-1)?.json.MediaId
      const { MediaId, AESKey, Signature } = (await checkUpload(bytes)).json
      expect(MediaId).toBe(id)
      keys = { AESKey, Signature }
    })

    test.each([
      ['with all three fields', {}],
      ['without FileMd5', { FileMd5: undefined }],
      ['with FileMd5 in capitals', { FileMd5: createHash('md5').update(bytes).digest('hex').toUpperCase() }],
      ['with the Signature but without an AESKey', { AESKey: undefined }],
      ['with empty keys', { AESKey: '', Signature: '' }],
    ])('are accepted in an upload %s', async (_, changed) => {
      const [reply] = await client.upload('filehelper', 'known.bin', bytes, { ...keys, ...changed })
      expect([ret(reply), lastReason()]).toEqual([0, undefined])
      expect(ret(await sent(reply?.json.MediaId, bytes.length, keys.Signature))).toBe(0)
    })

    test('are accepted in an immediate send and in the next session of the account', async () => {
      expect(ret(await sent(id, bytes.length, keys.Signature))).toBe(0)
      expect(ret(await sent(id, bytes.length, ''))).toBe(0)
      await client.login()
      expect(ret(await sent(id, bytes.length, keys.Signature))).toBe(0)
      const [again] = await client.upload('filehelper', 'known.bin', bytes, keys)
      expect(ret(again)).toBe(0)
    })

    test.each([
      ['an unknown Signature', { Signature: 'f'.repeat(64) }],
      ['another AESKey', { AESKey: 'f'.repeat(32) }],
      ['a Signature that is a number', { Signature: 5 }],
      ['another FileMd5', { FileMd5: '0'.repeat(32) }],
      ['other bytes of the same size', { FileMd5: undefined }],
      ['another size', { TotalLen: 1999, DataLen: 1999 }],
    ])('are refused in an upload with %s', async (_, changed) => {
      const content = 'FileMd5' in changed && changed.FileMd5 === undefined ? randomBytes(2000) : bytes
      const size = 'TotalLen' in changed ? '1999' : '2000'
      const [reply] = await client.upload('filehelper', 'known.bin', content, { ...keys, ...changed }, { size })
      expect(ret(reply)).toBe(1)
    })

    test('are refused when another file is sent', async () => {
      const other = (await client.upload('filehelper', 'other.bin', randomBytes(10))).at(-1)?.json.MediaId
      expect(ret(await sent(other, 10, keys.Signature))).toBe(1)
      expect(ret(await sent(id, bytes.length, 'f'.repeat(64)))).toBe(1)
    })
  })

  test('causes a warning if it is not called for a large file or is called for a small one', async () => {
    const bytes = randomBytes(25 * 1024 * 1024 + 1)
    const replies = await client.upload('filehelper', 'big.bin', bytes)
    await client.sendFile('filehelper', 'big.bin', bytes.length, replies.at(-1)?.json.MediaId)
    await checkUpload(Buffer.from('small'))
    expect(warned()).toEqual([
      'webwxuploadmedia: AESKey or Signature is missing for a file larger than 25 MiB; call webwxcheckupload first',
      'webwxsendappmsg: a file larger than 25 MiB is sent without the Signature from webwxcheckupload',
      'webwxcheckupload: called for a file that is not larger than 25 MiB',
    ])
  })
})

test('preserves hostile file names and does not write to other paths', async () => {
  for (const name of [
    '../../etc/passwd',
    'a"b\r\nX-Evil: 1".txt',
    '%2e%2e%2f&amp;.txt',
    '名字<b>&amp;.txt',
    'a;name="b".txt',
  ]) {
    const [reply] = await client.upload('filehelper', name, Buffer.from(name))
    const { MediaId } = reply?.json ?? {}
    expect(MediaId).toMatch(/^@crypt_/)
    await client.sendFile('filehelper', name, Buffer.byteLength(name), MediaId)
    const sent = await sandbox.official('filehelper').nextMessage()
    expect(sent.name).toBe(name)
    const served = await fetch(`${sandbox.url}/api/media/${sent.id}`)
    expect(served.headers.get('content-disposition')).toMatch(/^attachment; filename="[^"\r\n]*"; filename\*=UTF-8''/)
    expect(served.headers.get('x-evil')).toBeNull()
    expect(await served.text()).toBe(name)
  }
})

test('parses forms from other programs: names with raw quotes, no leading line break, fields in any order', () => {
  const body = (text: string) => Buffer.from(text.replaceAll('\n', '\r\n'))
  const form = parseMultipart(
    body(
      '--b\nContent-Disposition: form-data; name="filename"; filename="a "quoted" 名.txt"\nContent-Type: text/plain\n\n' +
        'x\n--bb\n\n--b\nContent-Disposition: form-data; name="size"\n\n5\n--b\nContent-Disposition: form-data; name=empty\n\n\n--b--\n',
    ),
    'multipart/form-data; boundary=b',
  )
  expect(form?.get('filename')).toEqual({ bytes: Buffer.from('x\r\n--bb\r\n'), fileName: 'a "quoted" 名.txt' })
  expect(form?.get('size')?.bytes.toString()).toBe('5')
  expect(form?.get('empty')?.bytes.toString()).toBe('')
  for (const text of ['', '--b', '--b\n', '--b\nContent-Disposition: form-data\n\nx\n--b--', '--b\nx\n\nx']) {
    expect(parseMultipart(body(text), 'multipart/form-data; boundary=b')).toBeUndefined()
  }
  expect(parseMultipart(body('--b--'), 'text/plain')).toBeUndefined()
})

test('evicts the oldest media to make room for newer media, and deletes all media on close', async () => {
  const before = folders()
  const small = await startSandbox({ port: 0, autoLogin: true, mediaLimitBytes: 1024 * 1024 })
  const friend = small.friend('林小满')
  const first = friend.send({ kind: 'file', name: 'first', bytes: randomBytes(600_000) })
  const second = friend.send({ kind: 'file', name: 'second', bytes: randomBytes(600_000) })
  const [folder] = folders().filter((name) => !before.includes(name))
  expect(readdirSync(join(tmpdir(), folder ?? ''))).toHaveLength(1)
  expect((await fetch(`${small.url}/api/media/${first.id}`)).status).toBe(410)
  expect((await fetch(`${small.url}/api/media/${second.id}`)).headers.get('content-length')).toBe('600000')
  expect(() => friend.send({ kind: 'file', bytes: randomBytes(1024 * 1024 + 1) })).toThrow(/at most 1048576/)
  expect(() => friend.send({ kind: 'file', bytes: Buffer.alloc(0) })).toThrow(/empty file/)
  await small.close()
  expect(existsSync(join(tmpdir(), folder ?? ''))).toBe(false)
})
