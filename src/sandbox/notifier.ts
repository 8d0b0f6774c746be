import type { Clock } from './clock.js'

/** Wakes all waiters on `notify`. */
export class Notifier {
  readonly #waiting = new Set<() => void>()

  notify(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }

  /** Resolves at the next `notify`, or when a signal aborts. */
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

  /** Resolves at the next `notify`, after `ms` of the clock, or when a signal aborts. */
  async waitFor(ms: number, clock: Clock, ...signals: (AbortSignal | undefined)[]): Promise<void> {
    const timeout = new AbortController()
    const end = () => timeout.abort()
    clock.sleep(ms, timeout.signal).then(end, end)
    await this.wait(timeout.signal, ...signals)
    timeout.abort()
  }

  /** Resolves with the first result of `find`, retried at every `notify`; rejects with the signal's reason. */
  async until<T>(find: () => T | undefined, signal?: AbortSignal): Promise<T> {
    for (;;) {
      signal?.throwIfAborted()
      const found = find()
      if (found !== undefined) return found
      await this.wait(signal)
    }
  }
}
