import { createHash, randomBytes } from 'node:crypto'
import { randomAlphanumeric, randomHex } from '../random.js'

/**
 * An opaque value in base64 that contains `+`, `/` and `=`, so that a client that does not encode it in a URL fails.
 */
export function opaque(bytes: number): string {
  return `${randomBytes(bytes).toString('base64').replace(/=+$/, '')}+/==`
}

export function newBotId(): string {
  return `${randomHex(12)}@im.bot`
}

/** The user id of a person, which is the same after every binding. It contains capital letters. */
export function userIdOf(personId: string): string {
  const digest = createHash('sha256').update(personId).digest('base64url')
  return `o9cq80${digest.replaceAll('-', 'A').replaceAll('_', 'z').slice(0, 20)}Q_q@im.wechat`
}

/** The short code in the link of a QR code. */
export function newShortCode(): string {
  return randomAlphanumeric(6)
}

/** @see docs/ilink.md §4.1 */
export function newContextToken(): string {
  return `AARz${randomBytes(98).toString('base64').replace(/=+$/, '')}=`
}
