/** Opens once, with a value. Creates a promise only if something waits for it. */
export class Gate<T> {
  #value: { value: T } | undefined
  #promise: Promise<T> | undefined
  #resolve: ((value: T) => void) | undefined

  open(value: T): void {
    if (this.#value) return
    this.#value = { value }
    this.#resolve?.(value)
  }

  /** Resolves to the value of the first `open`. */
  get opened(): Promise<T> {
    if (this.#value) return Promise.resolve(this.#value.value)
    this.#promise ??= new Promise((resolve) => {
      this.#resolve = resolve
    })
    return this.#promise
  }
}
