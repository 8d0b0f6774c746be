import { inspect } from 'node:util'
import type { Clock, Message } from '../index.js'
import { SandboxError } from '../sandbox/errors.js'
import type { Progress } from './progress.js'

interface Sleeper {
  at: number
  /** The message whose handler is sleeping. */
  message: Message | undefined
  end(): void
}

interface TestClockOptions {
  /** Unix time in milliseconds. */
  startMs: number
  progress: Progress
  /** The message that the calling handler is processing. */
  current(): Message | undefined
}

/**
 * The clock of a bot and its sandbox in a test. It stands still, except during `advance` and while an expectation waits
 * for a sleep that ends within its `withinMs`.
 */
export class TestClock implements Clock {
  #nowMs: number
  readonly #options: TestClockOptions
  readonly #sleepers = new Set<Sleeper>()
  #isAdvanced = false
  #isUsed = false

  /** Use `testBot` instead. */
  constructor(options: TestClockOptions) {
    this.#options = options
    this.#nowMs = options.startMs
  }

  /** Returns the Unix time in milliseconds. */
  now(): number {
    return this.#nowMs
  }

  monotonicMs(): number {
    return this.#nowMs
  }

  /** Always the mean, so that jitter does not change from run to run. */
  random(): number {
    return 0.5
  }

  /** Resolves when the clock has advanced by `ms`, or rejects with the abort reason if `signal` aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.#isUsed = true
    return this.#sleep(ms, signal, this.#options.current())
  }

  /** Calls back when the clock has advanced by `ms`, unless the returned function is called first. */
  callAfter(ms: number, callback: () => void): () => void {
    this.#isUsed = true
    return this.#add(ms, undefined, callback)
  }

  /** The same clock, for the bot itself and its server: their timeouts do not mean that a handler is sleeping. @internal */
  get forBot(): Clock {
    return {
      now: () => this.now(),
      monotonicMs: () => this.monotonicMs(),
      random: () => this.random(),
      sleep: (ms, signal) => this.#sleep(ms, signal, undefined),
      callAfter: (ms, callback) => this.#add(ms, undefined, callback),
    }
  }

  /** Whether the test has advanced the clock, although the program has never waited for it. @internal */
  get isIgnored(): boolean {
    return this.#isAdvanced && !this.#isUsed
  }

  /** Milliseconds until the next sleep ends; `undefined` if nothing is sleeping. */
  get nextInMs(): number | undefined {
    const next = this.#next()
    return next && Math.max(0, next.at - this.#nowMs)
  }

  /**
   * Advances the time by `ms` and ends the sleeps that are due, in order. Before each step, the bot finishes what the
   * previous one has started, so that minutes with many requests pass as they would in reality.
   *
   * @throws SandboxError unless `ms` is a finite number of at least 0
   */
  async advance(ms: number): Promise<void> {
    if (!(Number.isFinite(ms) && ms >= 0)) {
      throw new SandboxError(`Invalid ms ${inspect(ms)}: expected a finite number of at least 0.`)
    }
    this.#isAdvanced = true
    const { progress } = this.#options
    await progress.quiet()
    const until = this.#nowMs + ms
    while (this.#nowMs + (this.nextInMs ?? Number.POSITIVE_INFINITY) <= until) {
      this.step()
      await progress.quiet()
    }
    this.#nowMs = until
  }

  /**
   * Advances the time, sleep by sleep, until the promise settles. Returns or throws its result.
   *
   * @throws the abort reason if `signal` aborts first
   */
  async advanceUntil<T>(promise: Promise<T>, { signal }: { signal?: AbortSignal } = {}): Promise<T> {
    const { progress } = this.#options
    const done = new AbortController()
    const end = () => done.abort()
    promise.then(end, end)
    while (!done.signal.aborted) {
      await progress.quiet()
      if (done.signal.aborted) break
      signal?.throwIfAborted()
      if (this.nextInMs === undefined) await progress.wait(done.signal, signal)
      else this.step()
    }
    return promise
  }

  /** Milliseconds until the handler of a message stops sleeping; `undefined` if it is not sleeping. @internal */
  sleepMsOf(message: Message): number | undefined {
    const sleeping = [...this.#sleepers].filter((sleeper) => sleeper.message === message)
    return sleeping.length === 0 ? undefined : Math.max(0, Math.min(...sleeping.map(({ at }) => at)) - this.#nowMs)
  }

  /** Ends the next sleep. @internal */
  step(): void {
    const next = this.#next()
    if (!next) return
    this.#nowMs = Math.max(this.#nowMs, next.at)
    this.#sleepers.delete(next)
    next.end()
    this.#options.progress.changed()
  }

  #sleep(ms: number, signal: AbortSignal | undefined, message: Message | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      const cancel = this.#add(ms, message, () => {
        signal?.removeEventListener('abort', abort)
        resolve()
      })
      const abort = () => {
        cancel()
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', abort, { once: true })
    })
  }

  #next(): Sleeper | undefined {
    let next: Sleeper | undefined
    for (const sleeper of this.#sleepers) if (!next || sleeper.at < next.at) next = sleeper
    return next
  }

  #add(ms: number, message: Message | undefined, end: () => void): () => void {
    const sleeper: Sleeper = { at: this.#nowMs + Math.max(0, ms), message, end }
    this.#sleepers.add(sleeper)
    this.#options.progress.changed()
    return () => {
      if (this.#sleepers.delete(sleeper)) this.#options.progress.changed()
    }
  }
}
