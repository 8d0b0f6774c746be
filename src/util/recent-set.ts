/** Remembers the latest texts, up to a number; the oldest are forgotten. */
export class RecentSet implements Iterable<string> {
  readonly #texts = new Set<string>()
  readonly #most: number

  /** @param most texts that are remembered */
  constructor(most: number) {
    this.#most = most
  }

  has(text: string): boolean {
    return this.#texts.has(text)
  }

  add(text: string): void {
    this.#texts.add(text)
    if (this.#texts.size <= this.#most) return
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
