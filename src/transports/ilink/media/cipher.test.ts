import { createCipheriv, createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import fc from '../../../../test/support/property.js'
import { ProtocolError } from '../../../errors.js'
import { decodeKey, decrypt, encodeKey, encrypt, encryptedSize, hexOf } from './cipher.js'

const HEX = '000102030405060708090a0b0c0d0e0f'
const KEY = Buffer.from(HEX, 'hex')

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let start = 0
  for (const size of sizes) {
    yield bytes.subarray(start, start + size)
    start += size
  }
  yield bytes.subarray(start)
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}

const reference = (plain: Uint8Array, key: Uint8Array) => {
  const cipher = createCipheriv('aes-128-ecb', key, null)
  return Buffer.concat([cipher.update(plain), cipher.final()])
}

test.each([
  ['', '954f64f2e4e86e9eee82d20216684899', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['hello', '5d8749e2af7531b2bf6661e9e5daf012', '5d41402abc4b2a76b9719d911017c592'],
  [
    '0123456789abcdef',
    '281567ab2f4cf0d73d3198225b8b8393954f64f2e4e86e9eee82d20216684899',
    '4032af8d61035123906e58e067140cc5',
  ],
])('%j is encrypted to the known ciphertext, and back', async (plain, hex, md5) => {
  expect((await collect(encrypt(cut(Buffer.from(plain), []), KEY))).toString('hex')).toBe(hex)
  const decrypted = await collect(decrypt(cut(Buffer.from(hex, 'hex'), []), KEY))
  expect(decrypted.toString()).toBe(plain)
  expect(createHash('md5').update(decrypted).digest('hex')).toBe(md5)
})

test.each([
  [0, 16],
  [1, 16],
  [15, 16],
  [16, 32],
  [17, 32],
  [5_000, 5_008],
  [300 * 1024 * 1024, 300 * 1024 * 1024 + 16],
])('the ciphertext of %i bytes has %i bytes', (plain, encrypted) => {
  expect(encryptedSize(plain)).toBe(encrypted)
})

const sizes = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 20 })
const bytes = fc.uint8Array({ maxLength: 300 })
const keys = fc.uint8Array({ minLength: 16, maxLength: 16 })

test('every cut into chunks gives the ciphertext of the whole', async () => {
  await fc.assert(
    fc.asyncProperty(bytes, keys, sizes, async (plain, key, cuts) => {
      const encrypted = await collect(encrypt(cut(plain, cuts), key))
      expect(encrypted).toEqual(reference(plain, key))
      expect(encrypted.length).toBe(encryptedSize(plain.length))
    }),
  )
})

test('every cut of the ciphertext is decrypted', async () => {
  await fc.assert(
    fc.asyncProperty(bytes, keys, sizes, async (plain, key, cuts) => {
      expect(await collect(decrypt(cut(reference(plain, key), cuts), key))).toEqual(Buffer.from(plain))
    }),
  )
})

test('a truncated ciphertext is refused, whether or not it ends after a whole block', async () => {
  const plain = Buffer.alloc(100, 0xaa)
  const encrypted = reference(plain, KEY)
  for (let length = 1; length < encrypted.length; length++) {
    const error = await collect(decrypt(cut(encrypted.subarray(0, length), []), KEY)).catch((failure) => failure)
    expect(error).toBeInstanceOf(ProtocolError)
    expect(error.message).toMatch(length % 16 === 0 ? /does not match.*send it again/ : /truncated.*Try again/)
  }
})

test('a wrong key is reported, with what to do', async () => {
  const decrypting = collect(decrypt(cut(reference(Buffer.from('hello'), KEY), []), Buffer.alloc(16)))
  await expect(decrypting).rejects.toThrow(/the key of the message does not match.*change the file/)
  await expect(decrypting).rejects.toBeInstanceOf(ProtocolError)
})

describe('a key', () => {
  test('is sent as base64 of its hex digits', () => {
    expect(encodeKey(KEY)).toBe('MDAwMTAyMDMwNDA1MDYwNzA4MDkwYTBiMGMwZDBlMGY=')
    expect(hexOf(KEY)).toBe(HEX)
  })

  test.each([
    ['hex', HEX, ''],
    ['hex in upper case', HEX.toUpperCase(), ''],
    ['base64 of 16 bytes', '', 'AAECAwQFBgcICQoLDA0ODw=='],
    ['base64 of 16 bytes, without padding', '', 'AAECAwQFBgcICQoLDA0ODw'],
    ['base64 of 32 hex digits', '', 'MDAwMTAyMDMwNDA1MDYwNzA4MDkwYTBiMGMwZDBlMGY='],
    ['base64 of 32 hex digits in upper case', '', Buffer.from(HEX.toUpperCase()).toString('base64')],
    ['hex, preferred to base64', HEX, Buffer.alloc(16).toString('base64')],
    ['invalid hex and valid base64', 'x'.repeat(32), 'AAECAwQFBgcICQoLDA0ODw=='],
  ])('is read from %s', (_, hex, base64) => {
    expect(decodeKey(hex, base64)).toEqual(KEY)
  })

  test('is unknown if the message has none', () => {
    expect(decodeKey('', '')).toBeUndefined()
  })

  test.each([
    ['hex of 15 bytes', HEX.slice(2), ''],
    ['other characters', 'g'.repeat(32), ''],
    ['hex instead of base64', '', HEX],
    ['base64 of 15 bytes', '', Buffer.alloc(15).toString('base64')],
    ['base64 of 24 bytes', '', Buffer.alloc(24).toString('base64')],
    ['base64 of 32 other characters', '', Buffer.alloc(32, 'z').toString('base64')],
    ['base64 with a space', '', 'AAECAwQFBgcI CQoLDA0ODw=='],
  ])('is refused as %s', (_, hex, base64) => {
    expect(() => decodeKey(hex, base64)).toThrow(ProtocolError)
  })

  test('is read in the form in which it is sent', () => {
    fc.assert(
      fc.property(keys, (key) => {
        expect(decodeKey('', encodeKey(key))).toEqual(Buffer.from(key))
      }),
    )
  })
})
