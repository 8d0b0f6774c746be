/**
 * A set of strings that remembers at least the latest `size` of them, and at most twice as many.
 *
 * Forgets half of them at once: removing them one by one costs more than adding them.
 */
export class RecentSet implements Iterable<string> {
  readonly #size: number
  #current = new Set<string>()
  #previous = new Set<string>()

  constructor(size: number) {
    this.#size = size
  }

  has(text: string): boolean {
    return this.#current.has(text) || this.#previous.has(text)
  }

  add(text: string): void {
    if (this.#previous.has(text)) return
    this.#current.add(text)
    if (this.#current.size < this.#size) return
    this.#previous = this.#current
    this.#current = new Set()
  }

  clear(): void {
    this.#current.clear()
    this.#previous.clear()
  }

  *[Symbol.iterator](): Iterator<string> {
    yield* this.#previous
    yield* this.#current
  }
}
