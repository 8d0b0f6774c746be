import { createCipheriv, createDecipheriv, type Decipher } from 'node:crypto'

const ALGORITHM = 'aes-128-ecb'
const BLOCK_BYTES = 16

/** Encrypts a stream of bytes with PKCS #7. `key` has 16 bytes. @see docs/ilink.md §6 */
export async function* encrypted(key: Buffer, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const cipher = createCipheriv(ALGORITHM, key, null)
  for await (const chunk of chunks) yield cipher.update(chunk)
  yield cipher.final()
}

/** Returns a decryptor for the key. @see docs/ilink.md §6 */
export function decryptor(key: Buffer): Decipher {
  return createDecipheriv(ALGORITHM, key, null)
}

/** Size of the encrypted file in bytes. */
export function encryptedSize(sizeBytes: number): number {
  return (Math.floor(sizeBytes / BLOCK_BYTES) + 1) * BLOCK_BYTES
}

/** A key of 16 bytes as 32 hex digits, or `undefined` for any other text. */
export function hexKey(text: unknown): Buffer | undefined {
  return typeof text === 'string' && /^[\da-f]{32}$/i.test(text) ? Buffer.from(text, 'hex') : undefined
}
