/** Finds values by a text they go by. Several may go by the same one; nobody goes by `''`. */
export class FieldIndex<T> {
  /** One value stands for itself: nearly all do, and ten thousand sets would cost more than what they hold. */
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

  /** In the order they were added. */
  get(text: string): readonly T[] {
    const known = this.#byText.get(text)
    if (known === undefined) return []
    return known instanceof Set ? [...known] : [known]
  }

  /** The same, one by one: of very many the first may be enough. */
  *each(text: string): Iterable<T> {
    const known = this.#byText.get(text)
    if (known instanceof Set) yield* known
    else if (known !== undefined) yield known
  }

  clear(): void {
    this.#byText.clear()
  }
}
