import type { Clock } from '../../util/clock.js'

/** The next retry begins when the one before is over, or after this. */
const STAGGER_MS = 1_000

/** No message waits longer than this for those that are tried alone. */
const MAX_HOLD_MS = 60_000

/** @param isAlone no other handler runs */
type Run<T> = (isAlone: boolean) => Promise<T>

/** A time in which nothing begins but what is tried alone. */
interface Hold {
  /** Those that are tried alone, or wait for it. */
  pending: number
  isOver: boolean
  over: Promise<void>
  end(): void
}

/**
 * When handlers may run that were interrupted by the death of the process. After one interruption they begin one by one, beside
 * the others: the next death finds few of them begun. After two, each runs alone, so that the next death has one cause.
 */
export class RetryLane {
  readonly #clock: Clock
  #last: Promise<void> = Promise.resolve()
  #lastAlone: Promise<void> = Promise.resolve()
  #hold: Hold | undefined
  /** A hold took too long: this process makes no other. */
  #isSpent = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Something is tried alone: others must not begin. */
  get isHolding(): boolean {
    return this.#hold !== undefined
  }

  /** Runs when nothing is tried alone. */
  async notHeld<T>(run: Run<T>): Promise<T> {
    while (this.#hold) await this.#hold.over
    return run(false)
  }

  /** Runs when the one before it is over, or has run for a second. `run` must not reject. */
  async oneByOne<T>(run: Run<T>): Promise<T> {
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
   * Runs while no other handler does. All together hold the others up for a minute at most; what is left then runs beside them.
   * `run` must not reject.
   *
   * @param others resolves when every handler that has begun is over
   */
  async alone<T>(others: () => Promise<unknown>, run: Run<T>): Promise<T> {
    if (this.#isSpent) return this.oneByOne(run)
    this.#hold ??= this.#newHold()
    const hold = this.#hold
    hold.pending++
    const before = this.#lastAlone
    let release = () => {}
    this.#lastAlone = new Promise((resolve) => {
      release = resolve
    })
    await Promise.race([before.then(others), hold.over])
    const result = await (hold.isOver ? this.oneByOne(run) : run(true))
    release()
    if (--hold.pending === 0) hold.end()
    return result
  }

  #newHold(): Hold {
    const ended = new AbortController()
    let resolve = () => {}
    const hold: Hold = {
      pending: 0,
      isOver: false,
      over: new Promise((over) => {
        resolve = over
      }),
      end: () => {
        if (hold.isOver) return
        hold.isOver = true
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
