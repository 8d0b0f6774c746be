import { createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { AutoAdvanceClock } from '../../../../test/support/hasty-clock.js'
import { mediaServer } from '../../../../test/support/media-server.js'
import { openSource } from '../../../account/outbox/source.js'
import { FileError, NetworkError, ProtocolError, ServerError } from '../../../errors.js'
import type { OpenSource, SendAs, UploadOptions } from '../../../transport/content.js'
import { mediaItem } from './item.js'
import { upload } from './upload.js'

const MIB = 1024 * 1024
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const OWNER = 'o9cq80_Owner@im.wechat'

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex')
const failureOf = (work: Promise<unknown>) => work.then(() => undefined).catch((error) => error)

/** Accepts every upload. */
const accepting = async (bytes: AsyncIterable<Buffer>, response: import('node:http').ServerResponse) => {
  for await (const _ of bytes);
  response.writeHead(200, { 'x-encrypted-param': 'ref+/=' }).end()
}

async function decrypted(bytes: AsyncIterable<Buffer>, hexKey: string): Promise<Buffer> {
  const decipher = createDecipheriv('aes-128-ecb', Buffer.from(hexKey, 'hex'), null)
  const plain: Buffer[] = []
  for await (const chunk of bytes) plain.push(decipher.update(chunk))
  return Buffer.concat([...plain, decipher.final()])
}

/** A source in memory whose reads the test observes. */
function sourceOf(bytes: Buffer, overrides: Partial<OpenSource> = {}): OpenSource {
  return {
    name: 'a.bin',
    path: '/tmp/a.bin',
    sizeBytes: bytes.length,
    md5: md5(bytes),
    mime: 'application/octet-stream',
    readInto: async (into, start) => void bytes.copy(into, 0, start),
    hasChanged: async () => false,
    close: async () => {},
    ...overrides,
  }
}

test('sends exactly the documented requests, and the result becomes the item of a message', async () => {
  const seen: { headers: object; body: Buffer }[] = []
  const server = await mediaServer(async ({ headers, body }, response) => {
    seen.push({ headers, body: await decrypted(body, server.urlRequests[0]?.aeskey ?? '') })
    response.writeHead(200, { 'x-encrypted-param': 'ref+/=' }).end()
  })
  const bytes = randomBytes(5_000)
  const source = await openSource(bytes, '报告.pdf')
  const uploaded = await upload(server.ilink, source, 'file', OWNER)
  const [request] = server.urlRequests
  expect(request).toStrictEqual({
    filekey: expect.stringMatching(/^[0-9a-f]{32}$/),
    media_type: 3,
    to_user_id: OWNER,
    rawsize: 5_000,
    rawfilemd5: md5(bytes),
    filesize: 5_008,
    no_need_thumb: true,
    aeskey: expect.stringMatching(/^[0-9a-f]{32}$/),
    base_info: expect.anything(),
  })
  expect(server.requests).toEqual(['POST /c2c/full?taskid=1'])
  expect(seen).toEqual([
    {
      headers: {
        host: new URL(server.url).host,
        connection: 'keep-alive',
        'content-type': 'application/octet-stream',
        'content-length': '5008',
      },
      body: bytes,
    },
  ])
  expect(mediaItem(uploaded)).toEqual({
    type: 4,
    file_item: {
      media: {
        encrypt_query_param: 'ref+/=',
        aes_key: Buffer.from(request?.aeskey ?? '').toString('base64'),
        encrypt_type: 1,
      },
      file_name: '报告.pdf',
      len: '5000',
    },
  })
})

test('without a complete URL, uploads to the media server with percent-encoded parameters', async () => {
  const server = await mediaServer(({ body }, response) => accepting(body, response))
  server.uploadUrl = () => ({ upload_param: 'a+b/c==&d' })
  await upload(server.ilink, sourceOf(Buffer.from('x')), 'video', OWNER)
  const [{ filekey, media_type } = { filekey: '', media_type: 0 }] = server.urlRequests
  expect(media_type).toBe(2)
  expect(server.requests).toEqual([`POST /c2c/upload?encrypted_query_param=a%2Bb%2Fc%3D%3D%26d&filekey=${filekey}`])
})

test.each([1, 16, 512 * 1024 - 1, 512 * 1024, 512 * 1024 + 1])('a file of %i bytes arrives unchanged', async (size) => {
  let received: Buffer | undefined
  const server = await mediaServer(async ({ body }, response) => {
    received = await decrypted(body, server.urlRequests[0]?.aeskey ?? '')
    response.writeHead(200, { 'x-encrypted-param': 'ref' }).end()
  })
  const bytes = randomBytes(size)
  await upload(server.ilink, sourceOf(bytes), 'file', OWNER)
  expect(received?.equals(bytes)).toBe(true)
})

test('a file of 20 MiB is read in chunks of at most 512 KiB, and only as fast as it is sent', async () => {
  const bytes = randomBytes(20 * MIB)
  let receivedBytes = 0
  let maxAheadBytes = 0
  let maxChunkBytes = 0
  let received = ''
  const server = await mediaServer(async ({ body }, response) => {
    const decipher = createDecipheriv('aes-128-ecb', Buffer.from(server.urlRequests[0]?.aeskey ?? '', 'hex'), null)
    const hash = createHash('md5')
    for await (const chunk of body) {
      receivedBytes += chunk.length
      hash.update(decipher.update(chunk))
    }
    received = hash.update(decipher.final()).digest('hex')
    response.writeHead(200, { 'x-encrypted-param': 'ref' }).end()
  })
  const source = sourceOf(bytes, {
    readInto: async (into, start) => {
      maxChunkBytes = Math.max(maxChunkBytes, into.length)
      maxAheadBytes = Math.max(maxAheadBytes, start - receivedBytes)
      bytes.copy(into, 0, start)
    },
  })
  await upload(server.ilink, source, 'file', OWNER)
  expect(received).toBe(md5(bytes))
  expect(maxChunkBytes).toBe(512 * 1024)
  // The buffers of the system lie between the reader and the server.
  expect(maxAheadBytes).toBeLessThan(16 * MIB)
})

describe('a media server that fails', () => {
  class RecordingClock extends AutoAdvanceClock {
    readonly pausesMs: number[] = []
    random = () => 0.5

    override sleep(ms: number, ...rest: [AbortSignal?, { ref?: boolean }?]) {
      if (ms < 10_000) this.pausesMs.push(ms)
      return super.sleep(ms, ...rest)
    }
  }

  test('three times without the header: a ProtocolError after three uploads, each with a new URL and key', async () => {
    const clock = new RecordingClock()
    const server = await mediaServer(async ({ body }, response) => {
      for await (const _ of body);
      response.writeHead(200).end()
    }, clock)
    const error = await failureOf(upload(server.ilink, sourceOf(PNG), 'image', OWNER))
    expect(error).toBeInstanceOf(ProtocolError)
    expect(error.message).toMatch(/x-encrypted-param is missing.*Send the file again/)
    expect(server.requests).toEqual(Array(3).fill('POST /c2c/full?taskid=1'))
    expect(new Set(server.urlRequests.map(({ filekey }) => filekey)).size).toBe(3)
    expect(new Set(server.urlRequests.map(({ aeskey }) => aeskey)).size).toBe(3)
    expect(clock.pausesMs).toEqual([500, 1_000])
  })

  test.each([
    ['HTTP 500', (response: import('node:http').ServerResponse) => response.writeHead(500).end()],
    ['a broken connection', (response: import('node:http').ServerResponse) => response.destroy()],
    ['HTTP 302', (response: import('node:http').ServerResponse) => response.writeHead(302, { location: '/x' }).end()],
  ])('once with %s: the upload starts again', async (_, fail) => {
    const server = await mediaServer(async ({ body }, response) => {
      if (server.requests.length === 1) {
        fail(response)
        return
      }
      const plain = await decrypted(body, server.urlRequests[1]?.aeskey ?? '')
      response.writeHead(200, { 'x-encrypted-param': md5(plain) }).end()
    })
    const { mediaId } = await upload(server.ilink, sourceOf(PNG), 'image', OWNER)
    expect(mediaId).toBe(md5(PNG))
    expect(server.requests).toEqual(Array(2).fill('POST /c2c/full?taskid=1'))
  })

  test('always: a NetworkError after three uploads', async () => {
    const server = await mediaServer((_, response) => response.destroy())
    const error = await failureOf(upload(server.ilink, sourceOf(PNG), 'image', OWNER))
    expect(error).toBeInstanceOf(NetworkError)
    expect(error.message).toMatch(/The connection failed. Try again.$/)
    expect(server.requests).toHaveLength(3)
  })

  test.each([
    [{ 'x-error-message': 'size mismatch' }, 400, 'HTTP 400, size mismatch', /Send the file again/],
    [{ 'x-error-code': '-5102031' }, -5_102_031, 'HTTP 400, code -5102031', /does not allow the content/],
    [{ 'x-error-message': `encrypted_query_param=secret ${'x'.repeat(999)}` }, 400, '=***', /Send the file again/],
  ])('with HTTP 400 and %o: a ServerError at once', async (headers, ret, found, advice) => {
    const server = await mediaServer((_, response) => response.writeHead(400, headers).end())
    // The reply arrives while most of the file has not been sent.
    const error = await failureOf(upload(server.ilink, sourceOf(randomBytes(8 * MIB)), 'file', OWNER))
    expect(error).toBeInstanceOf(ServerError)
    expect(error).toMatchObject({ ret, endpoint: 'upload', advice: expect.stringMatching(advice) })
    expect(error.message).toContain(found)
    expect(error.message).not.toContain('secret')
    expect(error.message.length).toBeLessThan(400)
    expect(server.requests).toHaveLength(1)
  })
})

test.each([
  ['another host', 'https://example.org/upload'],
  ['a scheme that is not configured', 'https://127.0.0.1/upload'],
  ['not a URL', 'http://'],
])('a complete URL with %s is not used', async (_, upload_full_url) => {
  const server = await mediaServer(({ body }, response) => accepting(body, response))
  server.uploadUrl = () => ({ upload_full_url })
  const error = await failureOf(upload(server.ilink, sourceOf(PNG), 'image', OWNER))
  expect(error).toBeInstanceOf(ProtocolError)
  expect(server.requests).toEqual([])
  expect(server.urlRequests).toHaveLength(1)
})

test('a reply without a URL is a ProtocolError', async () => {
  const server = await mediaServer(({ body }, response) => accepting(body, response))
  server.uploadUrl = () => ({ ret: 0 })
  await expect(upload(server.ilink, sourceOf(PNG), 'image', OWNER)).rejects.toThrow(/no URL for the upload/)
})

describe('a file that changes', () => {
  test.each([
    ['accepted', 200],
    ['refused', 400],
  ])('while it is being sent is a FileError, even if the server has %s it', async (_, status) => {
    const server = await mediaServer(async ({ body }, response) => {
      for await (const _ of body);
      response.writeHead(status, { 'x-encrypted-param': 'ref' }).end()
    })
    const source = sourceOf(PNG, { hasChanged: async () => server.requests.length > 0 })
    const error = await failureOf(upload(server.ilink, source, 'image', OWNER))
    expect(error).toBeInstanceOf(FileError)
    expect(error.message).toMatch(/changed while it was being sent/)
  })

  test('and becomes shorter ends the upload without another attempt', async () => {
    const server = await mediaServer(({ body }, response) => accepting(body, response))
    const bytes = randomBytes(2 * MIB)
    const shorter = new FileError('/tmp/a.bin changed.', { path: '/tmp/a.bin' })
    const source = sourceOf(bytes, {
      readInto: async (into, start) => {
        if (start >= MIB) throw shorter
        bytes.copy(into, 0, start)
      },
    })
    expect(await failureOf(upload(server.ilink, source, 'file', OWNER))).toBe(shorter)
    expect(server.urlRequests).toHaveLength(1)
  })
})

describe('the kind', () => {
  const asSent = async (bytes: Buffer, as: SendAs, options?: UploadOptions) => {
    const server = await mediaServer(({ body }, response) => accepting(body, response))
    const uploaded = await upload(server.ilink, sourceOf(bytes, { name: 'a.png' }), as, OWNER, options)
    return [uploaded.as, server.urlRequests[0]?.media_type]
  }

  test.each([
    ['a png as an image', PNG, 'image', ['image', 1]],
    ['a gif as an image', Buffer.from(`GIF89a${'\0'.repeat(20)}`, 'latin1'), 'image', ['image', 1]],
    ['text as an image', Buffer.from('not a picture'), 'image', ['file', 3]],
    ['a png as a file', PNG, 'file', ['file', 3]],
    ['anything as a video', Buffer.from('anything'), 'video', ['video', 2]],
  ] as const)('of %s', async (_, bytes, as, expected) => {
    expect(await asSent(bytes, as)).toEqual(expected)
  })

  test('of text as an image is a FileError if isStrict is set', async () => {
    await expect(asSent(Buffer.from('text'), 'image', { isStrict: true })).rejects.toThrow(FileError)
    expect(await asSent(PNG, 'image', { isStrict: true })).toEqual(['image', 1])
  })
})

describe('an abort', () => {
  const reason = new Error('stopped')

  test('before the upload makes no request', async () => {
    const server = await mediaServer(({ body }, response) => accepting(body, response))
    const options = { signal: AbortSignal.abort(reason) }
    expect(await failureOf(upload(server.ilink, sourceOf(PNG), 'image', OWNER, options))).toBe(reason)
    expect(server.urlRequests).toEqual([])
  })

  test('during the upload closes the connection', async () => {
    const controller = new AbortController()
    let closed: Promise<unknown> | undefined
    const server = await mediaServer(async ({ body }, response) => {
      closed = once(response, 'close')
      for await (const _ of body) controller.abort(reason)
    })
    const uploading = upload(server.ilink, sourceOf(randomBytes(20 * MIB)), 'file', OWNER, controller)
    expect(await failureOf(uploading)).toBe(reason)
    await closed
    expect(server.requests).toHaveLength(1)
  })

  test('between two attempts ends the pause', async () => {
    const controller = new AbortController()
    const clock = new AutoAdvanceClock()
    const sleep = clock.sleep.bind(clock)
    clock.sleep = (ms, signal, options) => {
      if (ms < 10_000) controller.abort(reason)
      return sleep(ms, signal, options)
    }
    const server = await mediaServer((_, response) => response.writeHead(500).end(), clock)
    expect(await failureOf(upload(server.ilink, sourceOf(PNG), 'image', OWNER, controller))).toBe(reason)
    expect(server.requests).toHaveLength(1)
  })
})

describe('the progress', () => {
  test('grows and reaches the size of the file once the server has confirmed it', async () => {
    let hasReplied = false
    const server = await mediaServer(async ({ body }, response) => {
      for await (const _ of body);
      hasReplied = true
      response.writeHead(200, { 'x-encrypted-param': 'ref' }).end()
    })
    const seen: number[] = []
    const sizeBytes = MIB + 1
    await upload(server.ilink, sourceOf(randomBytes(sizeBytes)), 'file', OWNER, {
      onProgress: ({ sentBytes, totalBytes }) => {
        expect(totalBytes).toBe(sizeBytes)
        if (sentBytes === totalBytes) expect(hasReplied).toBe(true)
        seen.push(sentBytes)
      },
    })
    expect(seen.length).toBeGreaterThan(10)
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b))
    expect(seen.at(-1)).toBe(sizeBytes)
  })

  test.each([
    ['first', 0],
    ['last', 1],
  ])('callback that throws at the %s call ends the upload with its error', async (_, fraction) => {
    const server = await mediaServer(({ body }, response) => accepting(body, response))
    const thrown = new Error('from the program')
    const uploading = upload(server.ilink, sourceOf(randomBytes(MIB)), 'file', OWNER, {
      onProgress: ({ sentBytes, totalBytes }) => {
        if (sentBytes >= fraction * totalBytes) throw thrown
      },
    })
    expect(await failureOf(uploading)).toBe(thrown)
    expect(server.urlRequests).toHaveLength(1)
  })
})
