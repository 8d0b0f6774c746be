import type { Clock } from '../../util/clock.js'

/** The next retry starts when the one before has ended, or after this. */
const STAGGER_MS = 1_000

/** Longest time for which messages tried alone hold back the others. */
const MAX_HOLD_MS = 60_000

/** @param isAlone no other handler runs */
type Run<T> = (isAlone: boolean) => Promise<T>

/** A period in which only messages tried alone may start. */
interface Hold {
  /** Messages that run alone, or wait to. */
  pending: number
  hasEnded: boolean
  ended: Promise<void>
  end(): void
}

/**
 * Schedules handlers that were interrupted by a crash of the process. After one interruption they start one by one, beside the
 * others, so that few of them run at the next crash. After two, each runs alone, so that the next crash has one possible cause.
 */
export class RetryLane {
  readonly #clock: Clock
  #last: Promise<void> = Promise.resolve()
  #lastAlone: Promise<void> = Promise.resolve()
  #hold: Hold | undefined
  /** A hold timed out: this process starts no other. */
  #isSpent = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A message is tried alone: others must not start. */
  get isHolding(): boolean {
    return this.#hold !== undefined
  }

  /** Runs when no message is tried alone. */
  async runAfterHold<T>(run: Run<T>): Promise<T> {
    while (this.#hold) await this.#hold.ended
    return run(false)
  }

  /** Runs when the one before has ended, or has run for a second. `run` must not reject. */
  async runStaggered<T>(run: Run<T>): Promise<T> {
    const before = this.#last
    let release = () => {}
    this.#last = new Promise((resolve) => {
      release = resolve
    })
    await before
    const ended = new AbortController()
    this.#clock.sleep(STAGGER_MS, ended.signal).then(release, release)
    const result = await run(false)
    ended.abort()
    return result
  }

  /**
   * Runs while no other handler does. All holds together last a minute at most; the remaining messages then run beside the others.
   * `run` must not reject.
   *
   * @param others resolves when every started handler has ended
   */
  async runAlone<T>(others: () => Promise<unknown>, run: Run<T>): Promise<T> {
    if (this.#isSpent) return this.runStaggered(run)
    this.#hold ??= this.#newHold()
    const hold = this.#hold
    hold.pending++
    const before = this.#lastAlone
    let release = () => {}
    this.#lastAlone = new Promise((resolve) => {
      release = resolve
    })
    await Promise.race([before.then(others), hold.ended])
    const result = await (hold.hasEnded ? this.runStaggered(run) : run(true))
    release()
    if (--hold.pending === 0) hold.end()
    return result
  }

  #newHold(): Hold {
    const ended = new AbortController()
    let resolve = () => {}
    const hold: Hold = {
      pending: 0,
      hasEnded: false,
      ended: new Promise((settle) => {
        resolve = settle
      }),
      end: () => {
        if (hold.hasEnded) return
        hold.hasEnded = true
        if (this.#hold === hold) this.#hold = undefined
        ended.abort()
        resolve()
      },
    }
    this.#clock.sleep(MAX_HOLD_MS, ended.signal).then(
      () => {
        this.#isSpent = true
        hold.end()
      },
      () => {},
    )
    return hold
  }
}
