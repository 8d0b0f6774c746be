import { randomBytes, randomInt } from 'node:crypto'

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Lower-case hex digits. */
export function randomHex(digits: number): string {
  return randomBytes(Math.ceil(digits / 2))
    .toString('hex')
    .slice(0, digits)
}

/** Letters and digits. */
export function randomAlphanumeric(length: number): string {
  let text = ''
  while (text.length < length) text += ALPHANUMERIC[randomInt(ALPHANUMERIC.length)]
  return text
}
