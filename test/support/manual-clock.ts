interface Sleeper {
  at: number
  resolve(): void
}

/** A clock that moves only when `advance` is called, for the `clock` option of the client and of the sandbox. */
export class ManualClock {
  #nowMs: number
  readonly #sleepers = new Set<Sleeper>()
  readonly #watchers = new Set<() => void>()

  /** @param startMs milliseconds since the epoch; defaults to the current time, so that cookies outlive the test */
  constructor(startMs: number = Date.now()) {
    this.#nowMs = startMs
  }

  now = (): number => this.#nowMs

  /** Moves only when `advance` is called, even if a test replaces `now`. */
  monotonicMs = (): number => this.#nowMs

  sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      const onAbort = () => {
        this.#sleepers.delete(sleeper)
        this.#changed()
        reject(signal?.reason)
      }
      const sleeper: Sleeper = {
        at: this.#nowMs + ms,
        resolve: () => {
          this.#sleepers.delete(sleeper)
          signal?.removeEventListener('abort', onAbort)
          resolve()
        },
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#sleepers.add(sleeper)
      this.#changed()
    })

  /** Number of pending sleeps. */
  get waiting(): number {
    return this.#sleepers.size
  }

  /** Milliseconds until the next sleep is due; `undefined` when no sleep is pending. */
  get nextInMs(): number | undefined {
    const due = [...this.#sleepers].map((sleeper) => sleeper.at)
    return due.length === 0 ? undefined : Math.max(0, Math.min(...due) - this.#nowMs)
  }

  /**
   * Advances the time and ends the sleeps that are due, earliest first. After each sleep, pending promise callbacks run
   * before the time moves on, so that a sleep that they start counts from that moment.
   */
  async advance(ms: number): Promise<void> {
    const until = this.#nowMs + ms
    for (;;) {
      const next = [...this.#sleepers].sort((a, b) => a.at - b.at)[0]
      if (!next || next.at > until) break
      this.#nowMs = Math.max(this.#nowMs, next.at)
      next.resolve()
      this.#changed()
      await settle()
    }
    this.#nowMs = until
    await settle()
  }

  /** Resolves once at least `count` sleeps are pending. */
  async waitFor(count: number, signal?: AbortSignal): Promise<void> {
    await this.#until(() => this.#sleepers.size >= count, signal)
  }

  /** Resolves once a pending sleep is due within `ms`. */
  async waitForSleep(ms: number, signal?: AbortSignal): Promise<void> {
    await this.#until(() => (this.nextInMs ?? Number.POSITIVE_INFINITY) <= ms, signal)
  }

  /** Until the signal aborts, advances to each sleep that is due within `ms`. Longer sleeps stay pending. */
  async hurry(ms: number, signal: AbortSignal): Promise<void> {
    try {
      // The signal may abort during `advance`.
      while (!signal.aborted) {
        await this.waitForSleep(ms, signal)
        await this.advance(this.nextInMs ?? 0)
      }
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  #until(done: () => boolean, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (done()) {
        resolve()
        return
      }
      const watcher = () => {
        if (!done()) return
        this.#watchers.delete(watcher)
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }
      const onAbort = () => {
        this.#watchers.delete(watcher)
        reject(signal?.reason)
      }
      this.#watchers.add(watcher)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  #changed(): void {
    for (const watcher of [...this.#watchers]) watcher()
  }
}

/** Runs the promise chains and I/O callbacks that are ready. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
