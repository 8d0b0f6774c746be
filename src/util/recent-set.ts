/** A set of strings with a maximum size; evicts the oldest. */
export class RecentSet implements Iterable<string> {
  readonly #texts = new Set<string>()
  readonly #maxSize: number
  /** The texts in the order added, in a ring: a set from which many entries were removed is slow to return its first one. */
  #ring: string[] = []
  #next = 0

  constructor(maxSize: number) {
    this.#maxSize = maxSize
  }

  has(text: string): boolean {
    return this.#texts.has(text)
  }

  add(text: string): void {
    if (this.#texts.has(text)) return
    const oldest = this.#ring[this.#next]
    if (oldest !== undefined) this.#texts.delete(oldest)
    this.#texts.add(text)
    this.#ring[this.#next] = text
    this.#next = (this.#next + 1) % this.#maxSize
  }

  clear(): void {
    this.#texts.clear()
    this.#ring = []
    this.#next = 0
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#texts.values()
  }
}
