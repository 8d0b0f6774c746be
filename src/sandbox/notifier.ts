import type { Clock } from './clock.js'

/** Wakes all waiters when `notify` is called. */
export class Notifier {
  readonly #waiting = new Set<() => void>()

  notify(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }

  /** Resolves on the next call to `notify`, or when a signal aborts. */
  wait(...signals: (AbortSignal | undefined)[]): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake)
        for (const signal of signals) signal?.removeEventListener('abort', wake)
        resolve()
      }
      if (signals.some((signal) => signal?.aborted)) {
        resolve()
        return
      }
      this.#waiting.add(wake)
      for (const signal of signals) signal?.addEventListener('abort', wake, { once: true })
    })
  }

  /** Resolves on the next call to `notify`, after `ms` on the clock, or when a signal aborts. */
  async waitFor(ms: number, clock: Clock, ...signals: (AbortSignal | undefined)[]): Promise<void> {
    const timeout = new AbortController()
    const end = () => timeout.abort()
    clock.sleep(ms, timeout.signal).then(end, end)
    await this.wait(timeout.signal, ...signals)
    timeout.abort()
  }

  /**
   * Calls `find` now and after every `notify` until it returns a result. Rejects with the reason of a signal that aborts.
   */
  async until<T>(find: () => T | undefined, ...signals: (AbortSignal | undefined)[]): Promise<T> {
    for (;;) {
      for (const signal of signals) signal?.throwIfAborted()
      const found = find()
      if (found !== undefined) return found
      await this.wait(...signals)
    }
  }
}
