/** A set of strings with a maximum size. When it is full, the oldest string is evicted. */
export class RecentSet implements Iterable<string> {
  readonly #texts = new Set<string>()
  readonly #maxSize: number

  constructor(maxSize: number) {
    this.#maxSize = maxSize
  }

  has(text: string): boolean {
    return this.#texts.has(text)
  }

  add(text: string): void {
    this.#texts.add(text)
    if (this.#texts.size <= this.#maxSize) return
    const [oldest] = this.#texts
    if (oldest !== undefined) this.#texts.delete(oldest)
  }

  clear(): void {
    this.#texts.clear()
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#texts.values()
  }
}
