import type { Clock } from './clock.js'

/** Wakes everyone who waits for news. */
export class Notifier {
  readonly #waiting = new Set<() => void>()

  notify(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }

  /** Resolves at the next ring, or when a signal aborts. */
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

  /** Resolves at the next ring, after `ms` of the clock, or when a signal aborts. */
  async waitFor(ms: number, clock: Clock, ...signals: (AbortSignal | undefined)[]): Promise<void> {
    const over = new AbortController()
    const end = () => over.abort()
    clock.sleep(ms, over.signal).then(end, end)
    await this.wait(over.signal, ...signals)
    over.abort()
  }

  /** Resolves with what `look` finds, looking again at every ring; rejects with the signal's reason. */
  async until<T>(look: () => T | undefined, signal?: AbortSignal): Promise<T> {
    for (;;) {
      signal?.throwIfAborted()
      const found = look()
      if (found !== undefined) return found
      await this.wait(signal)
    }
  }
}
