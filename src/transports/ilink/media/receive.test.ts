import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describe, expect, test } from 'vitest'
import { mediaServer } from '../../../../test/support/media-server.js'
import { FileError, NetworkError, ProtocolError, ServerError } from '../../../errors.js'
import type { DownloadOptions } from '../../../message/media.js'
import type { WireItem } from '../wire/message.js'
import { receiveMedia } from './receive.js'

const MIB = 1024 * 1024
const KEY = randomBytes(16)
const HEX = KEY.toString('hex')
const RAW_KEY = KEY.toString('base64')
const HEX_KEY = Buffer.from(HEX).toString('base64')
const BYTES = randomBytes(5_000)
const MD5 = createHash('md5').update(BYTES).digest('hex')
const REFERENCE = { encrypt_query_param: 'a+b/c==' }

const failureOf = (work: Promise<unknown>) => work.then(() => undefined).catch((error) => error)

function encrypted(bytes: Uint8Array, key = KEY): Buffer {
  const cipher = createCipheriv('aes-128-ecb', key, null)
  return Buffer.concat([cipher.update(bytes), cipher.final()])
}

const serving = (body: Uint8Array) => mediaServer((_, response) => response.end(body))

type Server = Awaited<ReturnType<typeof mediaServer>>

async function receive(server: Server, item: WireItem, options?: DownloadOptions) {
  const chunks: Uint8Array[] = []
  // The messages of this transport have none of the fields that `RawMessage` declares.
  const message = { Type: 'Picture', raw: { item_list: [item] } } as unknown as Parameters<typeof receiveMedia>[1]
  const result = await receiveMedia(server.ilink, message, (chunk) => void chunks.push(chunk), options)
  return { ...result, bytes: Buffer.concat(chunks) }
}

const file = (fields: object = {}): WireItem => ({
  type: 4,
  file_item: { media: { ...REFERENCE, aes_key: HEX_KEY }, file_name: 'a.bin', ...fields },
})

test.each<[string, WireItem, object]>([
  ['a picture with a key in hex', { type: 2, image_item: { media: REFERENCE, aeskey: HEX } }, {}],
  [
    'a picture with two keys, of which the one in hex applies',
    { type: 2, image_item: { media: { ...REFERENCE, aes_key: Buffer.alloc(16).toString('base64') }, aeskey: HEX } },
    {},
  ],
  ['a picture with a short key', { type: 2, image_item: { media: { ...REFERENCE, aes_key: RAW_KEY } } }, {}],
  ['a voice message', { type: 3, voice_item: { media: { ...REFERENCE, aes_key: HEX_KEY }, size: 4_760 } }, {}],
  ['a video', { type: 5, video_item: { media: { ...REFERENCE, aes_key: RAW_KEY }, video_size: 5_008 } }, {}],
  [
    'a video with an MD5',
    { type: 5, video_item: { media: { ...REFERENCE, aes_key: RAW_KEY }, video_md5: MD5 } },
    { matchesDeclared: true },
  ],
  ['a file', file(), {}],
  ['a file with its MD5 and size', file({ md5: MD5.toUpperCase(), len: '5000' }), { matchesDeclared: true }],
  ['a file with another size', file({ len: '4999' }), { matchesDeclared: false }],
  ['a file with another MD5', file({ md5: '0'.repeat(32) }), { matchesDeclared: false }],
  ['a file with an invalid MD5 and size', file({ md5: 'x', len: '0' }), {}],
])('%s is received and decrypted', async (_, item, declared) => {
  const server = await serving(encrypted(BYTES))
  const { bytes, ...result } = await receive(server, item)
  expect(bytes.equals(BYTES)).toBe(true)
  expect(result).toEqual({ sizeBytes: 5_000, md5: MD5, ...declared })
  expect(server.requests).toEqual(['GET /c2c/download?encrypted_query_param=a%2Bb%2Fc%3D%3D'])
})

test('a picture without a key is received as it is', async () => {
  const server = await serving(BYTES)
  expect((await receive(server, { type: 2, image_item: { media: REFERENCE } })).bytes.equals(BYTES)).toBe(true)
})

test('an empty file is received as one', async () => {
  expect(await receive(await serving(encrypted(Buffer.alloc(0))), file())).toMatchObject({ sizeBytes: 0 })
})

test('a file of 20 MiB is written in small chunks, and only as fast as they are taken', async () => {
  const whole = randomBytes(20 * MIB)
  let sentBytes = 0
  const server = await mediaServer(async (_, response) => {
    const bytes = encrypted(whole)
    async function* chunks() {
      for (; sentBytes < bytes.length; sentBytes += 100_003) yield bytes.subarray(sentBytes, sentBytes + 100_003)
    }
    await pipeline(Readable.from(chunks(), { objectMode: false }), response)
  })
  const hash = createHash('md5')
  let writtenBytes = 0
  let maxAheadBytes = 0
  let maxChunkBytes = 0
  const message = { Type: 'Attachment', raw: { item_list: [file()] } } as unknown as Parameters<typeof receiveMedia>[1]
  const received = await receiveMedia(server.ilink, message, async (chunk) => {
    maxAheadBytes = Math.max(maxAheadBytes, sentBytes - writtenBytes)
    maxChunkBytes = Math.max(maxChunkBytes, chunk.length)
    writtenBytes += chunk.length
    hash.update(chunk)
    await new Promise((resolve) => setImmediate(resolve))
  })
  expect(hash.digest('hex')).toBe(createHash('md5').update(whole).digest('hex'))
  expect(received.sizeBytes).toBe(20 * MIB)
  expect(maxChunkBytes).toBeLessThan(MIB)
  // The buffers of the system lie between the server and the writer.
  expect(maxAheadBytes).toBeLessThan(16 * MIB)
})

describe('the address', () => {
  test('is the complete URL if the message has one', async () => {
    const server = await serving(encrypted(BYTES))
    const media = { ...REFERENCE, aes_key: HEX_KEY, full_url: `${server.url}/c2c/x?taskid=7` }
    await receive(server, file({ media }))
    expect(server.requests).toEqual(['GET /c2c/x?taskid=7'])
  })

  test.each([
    ['another host', 'https://example.org/x'],
    ['the network of the computer', 'http://169.254.169.254/latest/'],
    ['a file', 'file:///etc/passwd'],
    ['a user name', 'http://user@127.0.0.1/x'],
    ['nothing', 'http://'],
  ])('is refused without a request if it names %s', async (_, full_url) => {
    const server = await serving(encrypted(BYTES))
    const receiving = receive(server, file({ media: { ...REFERENCE, aes_key: HEX_KEY, full_url } }))
    await expect(receiving).rejects.toThrow(ProtocolError)
    expect(server.requests).toEqual([])
  })

  test('is not exchanged for another by a redirect', async () => {
    const server = await mediaServer((_, response) => response.writeHead(302, { location: '/c2c/other' }).end('x'))
    await expect(receive(server, file())).rejects.toThrow(/HTTP 302 instead of a file/)
    expect(server.requests).toHaveLength(1)
  })
})

describe('a reply', () => {
  const answering = async (answer: (response: ServerResponse) => unknown) =>
    failureOf(receive(await mediaServer((_, response) => answer(response)), file()))

  test('of HTTP 404 is a ServerError with the reason', async () => {
    const error = await answering((response) => response.writeHead(404, { 'x-error-message': 'no such file' }).end())
    expect(error).toBeInstanceOf(ServerError)
    expect(error).toMatchObject({ ret: 404, endpoint: 'download' })
    expect(error.message).toMatch(/HTTP 404, no such file.*may have expired/)
  })

  test('of HTTP 503 is a NetworkError', async () => {
    expect(await answering((response) => response.writeHead(503).end())).toBeInstanceOf(NetworkError)
  })

  test('without data is a ProtocolError', async () => {
    const error = await answering((response) => response.end())
    expect(error).toBeInstanceOf(ProtocolError)
    expect(error.message).toMatch(/no data/)
  })

  test('that is truncated within a block is a ProtocolError', async () => {
    const error = await answering((response) => response.end(encrypted(BYTES).subarray(0, 4_001)))
    expect(error).toBeInstanceOf(ProtocolError)
    expect(error.message).toMatch(/truncated after 4001 bytes/)
  })

  test('encrypted under another key is a ProtocolError that names the cause', async () => {
    // With this key, the last block does not end in valid padding.
    const other = Buffer.alloc(16, 1)
    const server = await serving(encrypted(Buffer.alloc(32), other))
    const media = { ...REFERENCE, aes_key: Buffer.alloc(16, 2).toString('base64') }
    const error = await failureOf(receive(server, file({ media })))
    expect(error).toBeInstanceOf(ProtocolError)
    expect(error.message).toMatch(/uploaded earlier under another key/)
  })

  test('whose connection breaks is a NetworkError', async () => {
    const error = await answering((response) => {
      response.writeHead(200, { 'content-length': 5_008 })
      response.write(encrypted(BYTES).subarray(0, 1_600), () => response.destroy())
    })
    expect(error).toBeInstanceOf(NetworkError)
  })
})

describe('a message', () => {
  test.each<[string, WireItem]>([
    ['text', { type: 1, text_item: { text: 'x' } }],
    ['a picture without a reference', { type: 2, image_item: { aeskey: HEX, media: { aes_key: HEX_KEY } } }],
    ['an unknown item', { type: 99 }],
    ['no item', {}],
  ])('with %s has no media', async (_, item) => {
    const server = await serving(BYTES)
    await expect(receive(server, item)).rejects.toThrow(FileError)
    expect(server.requests).toEqual([])
  })

  test.each([
    ['without a key', REFERENCE],
    ['with an invalid key', { ...REFERENCE, aes_key: 'AAAA' }],
  ])('with a file %s is a ProtocolError before any request', async (_, media) => {
    const server = await serving(BYTES)
    await expect(receive(server, file({ media }))).rejects.toThrow(ProtocolError)
    expect(server.requests).toEqual([])
  })
})

describe('a thumbnail', () => {
  const THUMB = { encrypt_query_param: 'thumb' }
  const thumbnail = true

  test.each<[string, WireItem]>([
    [
      'of a video, with its own key',
      {
        type: 5,
        video_item: {
          media: { ...REFERENCE, aes_key: Buffer.alloc(16).toString('base64') },
          thumb_media: { ...THUMB, aes_key: HEX_KEY },
          video_md5: '0'.repeat(32),
        },
      },
    ],
    [
      'of a picture, with its own key',
      {
        type: 2,
        image_item: { media: REFERENCE, aeskey: '0'.repeat(32), thumb_media: { ...THUMB, aes_key: HEX_KEY } },
      },
    ],
    [
      'of a picture, with the key of the picture',
      { type: 2, image_item: { media: REFERENCE, aeskey: HEX, thumb_media: THUMB } },
    ],
  ])('%s is received', async (_, item) => {
    const server = await serving(encrypted(BYTES))
    const { bytes, ...result } = await receive(server, item, { thumbnail })
    expect(bytes.equals(BYTES)).toBe(true)
    expect(result).toEqual({ sizeBytes: 5_000, md5: MD5 })
    expect(server.requests).toEqual(['GET /c2c/download?encrypted_query_param=thumb'])
  })

  test('that does not exist is replaced by the picture', async () => {
    const server = await serving(encrypted(BYTES))
    const item = { type: 2, image_item: { media: REFERENCE, aeskey: HEX } }
    expect((await receive(server, item, { thumbnail })).bytes.equals(BYTES)).toBe(true)
  })
})

describe('the progress', () => {
  const lastOf = async (body: Uint8Array, item: WireItem) => {
    const seen: object[] = []
    await receive(await serving(body), item, { onProgress: (progress) => seen.push(progress) })
    return seen.at(-1)
  }

  test.each<[string, Uint8Array, WireItem, object]>([
    ['the declared size', encrypted(BYTES), file({ len: '5000' }), { receivedBytes: 5_000, totalBytes: 5_000 }],
    ['no declared size', encrypted(BYTES), file(), { receivedBytes: 5_000 }],
    ['a false declared size', encrypted(BYTES), file({ len: '9000' }), { receivedBytes: 5_000 }],
    [
      'a file that is not encrypted',
      BYTES,
      { type: 2, image_item: { media: REFERENCE } },
      { receivedBytes: 5_000, totalBytes: 5_000 },
    ],
  ])('with %s', async (_, body, item, last) => {
    expect(await lastOf(body, item)).toEqual(last)
  })
})

test('an abort closes the connection', async () => {
  const controller = new AbortController()
  const reason = new Error('stopped')
  let closed: Promise<unknown> | undefined
  const server = await mediaServer((_, response) => {
    closed = once(response, 'close')
    response.write(encrypted(BYTES).subarray(0, 1_600))
  })
  const options = { signal: controller.signal, onProgress: () => controller.abort(reason) }
  expect(await failureOf(receive(server, file(), options))).toBe(reason)
  await closed
})
