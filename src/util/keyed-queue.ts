/** Runs jobs of one key one after another, in the order they came, and jobs of different keys side by side. */
export class KeyedQueue {
  readonly #tails = new Map<string, Promise<void>>()

  /** Jobs not finished. */
  size = 0

  /** Resolves when the job has run; a job must not reject. */
  add(key: string, job: () => Promise<void>): Promise<void> {
    this.size++
    const tail = (this.#tails.get(key) ?? Promise.resolve()).then(job, job).finally(() => {
      this.size--
      if (this.#tails.get(key) === tail) this.#tails.delete(key)
    })
    this.#tails.set(key, tail)
    return tail
  }

  /** Resolves when every job added so far has run. */
  async idle(): Promise<void> {
    await Promise.all(this.#tails.values())
  }
}
