import { randomInt } from 'node:crypto'

/** The letter `e` and 15 digits; one per session. @see docs/protocol.md §2.3 */
export function newDeviceId(): string {
  let digits = ''
  while (digits.length < 15) digits += randomInt(10)
  return `e${digits}`
}

/** Makes client message ids: 17 decimal digits, never the same twice. @see docs/protocol.md §2.3 */
export class MessageIds {
  #last = 0n

  next(nowMs: number): string {
    const candidate = BigInt(nowMs) * 10_000n
    this.#last = candidate > this.#last ? candidate : this.#last + 1n
    return this.#last.toString().padStart(17, '0')
  }
}
