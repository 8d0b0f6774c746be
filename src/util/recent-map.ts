/** An LRU map with a maximum size. */
export class RecentMap<V> {
  readonly #values = new Map<string, V>()
  readonly #maxSize: number

  constructor(maxSize: number) {
    this.#maxSize = maxSize
  }

  get size(): number {
    return this.#values.size
  }

  /** Returns the value and marks it as recently used. */
  get(name: string): V | undefined {
    const value = this.#values.get(name)
    if (value === undefined) return undefined
    this.#values.delete(name)
    this.#values.set(name, value)
    return value
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** @returns the evicted value, if any */
  set(name: string, value: V): V | undefined {
    this.#values.delete(name)
    this.#values.set(name, value)
    if (this.#values.size <= this.#maxSize) return undefined
    const [oldest] = this.#values
    if (oldest) this.#values.delete(oldest[0])
    return oldest?.[1]
  }

  delete(name: string): boolean {
    return this.#values.delete(name)
  }

  clear(): void {
    this.#values.clear()
  }

  entries(): IterableIterator<[string, V]> {
    return this.#values.entries()
  }
}
