import type { Clock } from '../../util/clock.js'

/** The next retry starts when the previous one has ended, or after this time. */
const STAGGER_MS = 1_000

/** Maximum time for which messages that are retried alone hold back other messages. */
const MAX_HOLD_MS = 60_000

/** @param isAlone whether no other handler is running */
type Run<T> = (isAlone: boolean) => Promise<T>

/** A period during which only messages retried alone may start. */
interface Hold {
  /** Number of messages that are running alone or waiting to do so. */
  pending: number
  hasEnded: boolean
  ended: Promise<void>
  end(): void
}

/**
 * Schedules retries of handlers that were interrupted by a process crash. After one interruption, they start one at a
 * time, alongside other handlers, so that few of them are running if the process crashes again. After two
 * interruptions, each runs alone, so that another crash has only one possible cause.
 */
export class RetryLane {
  readonly #clock: Clock
  #last: Promise<void> = Promise.resolve()
  #lastAlone: Promise<void> = Promise.resolve()
  #hold: Hold | undefined
  /** Whether a hold has timed out; this process then starts no more holds. */
  #isSpent = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether a message is being retried alone, so that no other message may start. */
  get isHolding(): boolean {
    return this.#hold !== undefined
  }

  /** Runs once no message is being retried alone. */
  async runAfterHold<T>(run: Run<T>): Promise<T> {
    while (this.#hold) await this.#hold.ended
    return run(false)
  }

  /** Runs once the previous retry has ended or has been running for a second. `run` must not reject. */
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
   * Runs while no other handler is running. Such messages hold back others for at most a minute in total; any that are
   * still waiting then run alongside other messages. `run` must not reject.
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
