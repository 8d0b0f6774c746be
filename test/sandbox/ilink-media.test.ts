import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import fc from '../support/property.js'
import { decrypt, encrypt, IlinkClient } from './support/ilink-client.js'

let sandbox: Sandbox
let client: IlinkClient

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, autoLogin: true })
  client = await new IlinkClient(sandbox.url).login()
  await client.start()
})

afterAll(async () => {
  expect(sandbox.lastError).toBeUndefined()
  expect(sandbox.warnings).toEqual([])
  await sandbox.close()
})

const KEY = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')

/** Sends the ciphertext as a file, and returns what the phone shows. */
async function shown(plain: Buffer, encrypted: Buffer, key: Buffer): Promise<Buffer> {
  sandbox.clawbot.say('send it')
  await client.poll()
  const { json } = await client.post('getuploadurl', client.announcement(plain, key, { media_type: 3 }))
  const { headers } = await client.putFile(json.upload_full_url, encrypted)
  const aesKey = Buffer.from(key.toString('hex')).toString('base64')
  const media = { encrypt_query_param: headers.get('x-encrypted-param'), aes_key: aesKey, encrypt_type: 1 }
  await client.sendItem({ type: 4, file_item: { media, file_name: 'a.bin', len: String(plain.length) } })
  return (await sandbox.clawbot.nextMessage()).bytes()
}

/** Known ciphertexts of AES-128-ECB with PKCS #7 under `KEY`. */
test.each([
  ['', '954f64f2e4e86e9eee82d20216684899'],
  ['hello', '5d8749e2af7531b2bf6661e9e5daf012'],
  ['0123456789abcdef', '281567ab2f4cf0d73d3198225b8b8393954f64f2e4e86e9eee82d20216684899'],
])('%j decrypts from the known ciphertext', async (text, hex) => {
  expect(await shown(Buffer.from(text), Buffer.from(hex, 'hex'), KEY)).toEqual(Buffer.from(text))
})

test('files survive the way to the phone and back', async () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 })
  const key = fc.uint8Array({ minLength: 16, maxLength: 16 })
  await fc.assert(
    fc.asyncProperty(bytes, key, async (content, keyBytes) => {
      const plain = Buffer.from(content)
      const keyBuffer = Buffer.from(keyBytes)
      expect(await shown(plain, encrypt(plain, keyBuffer), keyBuffer)).toEqual(plain)
      sandbox.clawbot.send({ kind: 'file', bytes: plain })
      const { media } = (await client.poll()).json.msgs[0].item_list[0].file_item
      const ownKey = Buffer.from(Buffer.from(media.aes_key, 'base64').toString(), 'hex')
      expect(decrypt((await client.request(media.full_url)).bytes, ownKey)).toEqual(plain)
    }),
    { numRuns: 15 },
  )
})

test('2 MiB are received and sent as a stream', async () => {
  const plain = Buffer.alloc(2 * 1024 * 1024 + 5, 'itchat')
  expect((await shown(plain, encrypt(plain, KEY), KEY)).equals(plain)).toBe(true)
  sandbox.clawbot.send({ kind: 'file', bytes: plain })
  const { media } = (await client.poll()).json.msgs[0].item_list[0].file_item
  const key = Buffer.from(Buffer.from(media.aes_key, 'base64').toString(), 'hex')
  expect(decrypt((await client.request(media.full_url)).bytes, key).equals(plain)).toBe(true)
})
