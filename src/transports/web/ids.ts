import { randomInt } from 'node:crypto'

/** Generates a device id for a session: the letter `e` followed by 15 digits. @see docs/protocol.md §2.3 */
export function newDeviceId(): string {
  let digits = ''
  while (digits.length < 15) digits += randomInt(10)
  return `e${digits}`
}

/** Generates unique, increasing ids from the clock. @see docs/protocol.md §2.3 */
export class TimedIds {
  readonly #perMs: bigint
  #last = 0n

  /** @param perMs maximum number of ids per millisecond; determines the number of digits */
  constructor(perMs: bigint) {
    this.#perMs = perMs
  }

  next(nowMs: number): string {
    const candidate = BigInt(nowMs) * this.#perMs
    this.#last = candidate > this.#last ? candidate : this.#last + 1n
    return this.#last.toString()
  }
}
