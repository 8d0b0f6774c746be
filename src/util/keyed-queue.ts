/** Runs jobs with the same key sequentially, in the order added, and jobs with different keys concurrently. */
export class KeyedQueue {
  readonly #tails = new Map<string, Promise<void>>()

  /** Number of unfinished jobs. */
  size = 0

  /** Resolves when the job has finished. A job must not reject. */
  add(key: string, job: () => Promise<void>): Promise<void> {
    this.size++
    const tail = (this.#tails.get(key) ?? Promise.resolve()).then(job, job).finally(() => {
      this.size--
      if (this.#tails.get(key) === tail) this.#tails.delete(key)
    })
    this.#tails.set(key, tail)
    return tail
  }

  /** Resolves when every job added so far has finished. */
  async idle(): Promise<void> {
    await Promise.all(this.#tails.values())
  }
}
