import { randomInt } from 'node:crypto'

const BASE = 7_000_000_000_000_000_000n

/**
 * Generates ascending message ids of 19 digits below 2^63. They contain the time, which makes them unique across
 * sandboxes. Almost all of them exceed the precision of a double.
 */
export class MessageIds {
  #last = BASE

  next(nowMs: number): string {
    const byTime = BASE + BigInt(Math.trunc(nowMs)) * 1000n
    this.#last = (byTime > this.#last ? byTime : this.#last) + BigInt(1 + randomInt(9))
    return this.#last.toString()
  }
}
