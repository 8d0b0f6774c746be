import { randomInt } from 'node:crypto'

/** The letter `e` and 15 digits; one per session. @see docs/protocol.md §2.3 */
export function newDeviceId(): string {
  let digits = ''
  while (digits.length < 15) digits += randomInt(10)
  return `e${digits}`
}

/** Makes ids from the time, never the same twice. @see docs/protocol.md §2.3 */
export class TimedIds {
  readonly #perMs: bigint
  #last = 0n

  /** @param perMs how many there can be in a millisecond; decides the digits */
  constructor(perMs: bigint) {
    this.#perMs = perMs
  }

  next(nowMs: number): string {
    const candidate = BigInt(nowMs) * this.#perMs
    this.#last = candidate > this.#last ? candidate : this.#last + 1n
    return this.#last.toString()
  }
}
