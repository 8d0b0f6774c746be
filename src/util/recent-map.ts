/** Remembers values by name, up to a number; those used longest ago are forgotten. */
export class RecentMap<V> {
  readonly #values = new Map<string, V>()
  readonly #most: number

  /** @param most values that are remembered */
  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#values.size
  }

  /** The value, which counts as used. */
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

  /** @returns what is forgotten to make room */
  set(name: string, value: V): V | undefined {
    this.#values.delete(name)
    this.#values.set(name, value)
    if (this.#values.size <= this.#most) return undefined
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
