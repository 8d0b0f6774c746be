import { createCipheriv, createDecipheriv } from 'node:crypto'
import { downloadFailed } from './refusal.js'

/** PKCS #7 padding is the default. */
const ALGORITHM = 'aes-128-ecb'
const BLOCK_BYTES = 16
export const KEY_BYTES = 16

/** Size of the ciphertext in bytes. @see docs/ilink.md §6 */
export function encryptedSize(sizeBytes: number): number {
  return (Math.floor(sizeBytes / BLOCK_BYTES) + 1) * BLOCK_BYTES
}

/** Encrypts chunks of any sizes. A chunk may be reused once the next one is requested. */
export async function* encrypt(chunks: AsyncIterable<Uint8Array>, key: Uint8Array): AsyncGenerator<Uint8Array> {
  const cipher = createCipheriv(ALGORITHM, key, null)
  for await (const chunk of chunks) {
    const encrypted = cipher.update(chunk)
    if (encrypted.length > 0) yield encrypted
  }
  yield cipher.final()
}

/**
 * Decrypts chunks of any sizes. The last chunk is yielded only if the ciphertext is complete and matches the key; the
 * caller must discard the previous ones if an error is thrown.
 *
 * @throws ProtocolError
 */
export async function* decrypt(chunks: AsyncIterable<Uint8Array>, key: Uint8Array): AsyncGenerator<Uint8Array> {
  const decipher = createDecipheriv(ALGORITHM, key, null)
  let receivedBytes = 0
  for await (const chunk of chunks) {
    receivedBytes += chunk.length
    const plain = decipher.update(chunk)
    if (plain.length > 0) yield plain
  }
  const rest = receivedBytes % BLOCK_BYTES
  if (rest > 0) throw downloadFailed(`the encrypted file is truncated after ${receivedBytes} bytes. Try again.`)
  const last = finish(() => decipher.final())
  if (last.length > 0) yield last
}

/** The server keeps the first ciphertext of a file, even if a later message names another key. */
function finish(final: () => Uint8Array): Uint8Array {
  try {
    return final()
  } catch {
    throw downloadFailed(
      'the key of the message does not match the encrypted file, which may have been uploaded earlier under another key. Try again; if that fails, ask the sender to change the file slightly and send it again.',
    )
  }
}

/** The form of a key in a sent message: phones cannot decrypt files whose key has the shorter form. @see docs/ilink.md §6.1 */
export function encodeKey(key: Uint8Array): string {
  return Buffer.from(hexOf(key)).toString('base64')
}

/** The form of a key in the request for an upload URL. */
export function hexOf(key: Uint8Array): string {
  return Buffer.from(key).toString('hex')
}

/**
 * Reads the key of a received file; `undefined` if the message has none.
 *
 * @param hex preferred if valid; `''` if absent
 * @param base64 base64 of 16 bytes, or of their 32 hex digits; `''` if absent
 * @throws ProtocolError if both are invalid, or one is and the other is absent
 * @see docs/ilink.md §6.2
 */
export function decodeKey(hex: string, base64: string): Uint8Array | undefined {
  if (hex === '' && base64 === '') return undefined
  const key = fromHex(hex) ?? fromBase64(base64)
  if (key) return key
  throw downloadFailed(
    'the key of the message is invalid: expected 16 bytes as hex or base64. Ask the sender to send the file again.',
  )
}

function fromHex(hex: string): Uint8Array | undefined {
  return /^[0-9a-f]{32}$/i.test(hex) ? Buffer.from(hex, 'hex') : undefined
}

function fromBase64(base64: string): Uint8Array | undefined {
  // Buffer ignores invalid characters.
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined
  const bytes = Buffer.from(base64, 'base64')
  return bytes.length === KEY_BYTES ? bytes : fromHex(bytes.toString('latin1'))
}
