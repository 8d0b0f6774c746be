/** A multimap from strings to values. The empty string is not indexed. */
export class FieldIndex<T> {
  /**
   * A single value is stored without a set: most strings have one value, and ten thousand sets would take more memory
   * than their contents.
   */
  readonly #byText = new Map<string, T | Set<T>>()

  add(text: string, value: T): void {
    if (text === '') return
    const known = this.#byText.get(text)
    if (known instanceof Set) known.add(value)
    else this.#byText.set(text, known === undefined ? value : new Set([known, value]))
  }

  remove(text: string, value: T): void {
    const known = this.#byText.get(text)
    if (known instanceof Set && known.size > 1) known.delete(value)
    else if (known === value || known instanceof Set) this.#byText.delete(text)
  }

  /** Returns the values in the order in which they were added. */
  get(text: string): readonly T[] {
    const known = this.#byText.get(text)
    if (known === undefined) return []
    return known instanceof Set ? [...known] : [known]
  }

  /** Like `get`, but lazy: the caller may need only the first of many values. */
  *each(text: string): Iterable<T> {
    const known = this.#byText.get(text)
    if (known instanceof Set) yield* known
    else if (known !== undefined) yield known
  }

  clear(): void {
    this.#byText.clear()
  }
}
