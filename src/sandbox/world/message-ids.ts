import { randomInt } from 'node:crypto'

const BASE = 7_000_000_000_000_000_000n

/**
 * Makes message ids: 19 digits below 2^63, growing, and unique across sandboxes because they hold the time. Almost none
 * of them is a number that a double can hold.
 */
export class MessageIds {
  #last = BASE

  next(nowMs: number): string {
    const byTime = BASE + BigInt(Math.trunc(nowMs)) * 1000n
    this.#last = (byTime > this.#last ? byTime : this.#last) + BigInt(1 + randomInt(9))
    return this.#last.toString()
  }
}
