import { ArgumentError, ServerError, StateError } from '../../errors.js'
import { RET } from '../../transports/web/wire/ret.js'
import { backoffMs } from '../../util/backoff.js'
import { type Clock, chance, startTimer } from '../../util/clock.js'

/** How fast messages go out. */
export interface PacingOptions {
  /** Messages that may go at once after a rest. Default 20. */
  burst?: number
  /** Messages a second after that, in the mean; the time between two varies. Default 1. */
  perSecond?: number
}

/** Sends that may wait for their turn. */
const MAX_WAITING = 10_000

/** A message that the server refuses as too frequent is given up this long after the first refusal. */
const GIVE_UP_AFTER_MS = 5 * 60_000

/** So long after a refusal the pace becomes what it was. */
const CALM_MS = 60_000

const LONGEST_INTERVAL_MS = 60_000

export interface PaceOptions {
  clock: Clock
  /** Default: on, but not where the server is local. Off: as fast as the program sends, until the server refuses. */
  pacing?: boolean | PacingOptions | undefined
  isLocal(): boolean
  onWait(line: string): void
}

interface Turn {
  /** Place in the order in which sends were asked for. */
  readonly ticket: number
  grant(): void
  fail(reason: unknown): void
}

/**
 * Lets messages of one account go in the order they were asked for: some at once, then one after another with pauses. When the
 * server refuses one as too frequent, all slow down and that one is tried again.
 */
export class Pace {
  readonly #options: PaceOptions
  /** Not the time of day: that may be set at any moment. */
  readonly #elapsedMs: () => number
  readonly #numbers: Required<PacingOptions>
  #tickets = 0
  #waiting: Turn[] = []
  /** Turns that are to be had; below 0 when one was given before it was due. */
  #credits: number
  /** When `#credits` was right. Later than now while everything stands still after a refusal. */
  #creditsAt: number
  /** Refusals less what went well since. */
  #slowness = 0
  #refusedAt = Number.NEGATIVE_INFINITY
  #isPumping = false
  #sleep = new AbortController()

  /** @throws ArgumentError for numbers that cannot be meant */
  constructor(options: PaceOptions) {
    this.#options = options
    this.#elapsedMs = startTimer(options.clock)
    this.#numbers = readPacing(options.pacing)
    this.#credits = this.#numbers.burst
    this.#creditsAt = 0
  }

  /**
   * Does one send when its turn has come, and again while the server refuses it as too frequent.
   *
   * @throws ServerError 1205 after five minutes of refusals
   * @throws StateError when too many wait, the signal's reason, what `failAll` was given
   */
  async run<T>(send: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const ticket = ++this.#tickets
    let firstRefusedAt: number | undefined
    for (let tries = 1; ; tries++) {
      await this.#turn(ticket, signal)
      const startedAt = this.#elapsedMs()
      try {
        const reply = await send()
        this.#accepted(startedAt)
        return reply
      } catch (error) {
        if (!(error instanceof ServerError) || error.ret !== RET.tooFrequent) throw error
        this.#refused(startedAt)
        firstRefusedAt ??= startedAt
        const triedMs = this.#elapsedMs() - firstRefusedAt
        if (triedMs >= GIVE_UP_AFTER_MS) throw givenUp(error, tries, triedMs)
      }
    }
  }

  /** Fails every send that waits for its turn. */
  failAll(reason: unknown): void {
    for (const turn of this.#waiting.splice(0)) turn.fail(reason)
    this.#sleep.abort()
  }

  #turn(ticket: number, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    if (this.#waiting.length >= MAX_WAITING) {
      throw new StateError(
        `send: ${MAX_WAITING} messages wait to be sent already. Wait for each send before the next, or send less.`,
      )
    }
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1)
        if (this.#waiting.length === 0) this.#sleep.abort()
        turn.fail(signal?.reason)
      }
      const turn = {
        ticket,
        grant: () => {
          signal?.removeEventListener('abort', abort)
          resolve()
        },
        fail: (reason: unknown) => {
          signal?.removeEventListener('abort', abort)
          reject(reason)
        },
      }
      signal?.addEventListener('abort', abort, { once: true })
      const behind = this.#waiting.findIndex((other) => other.ticket > ticket)
      this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, turn)
      if (!this.#isPumping) void this.#pump()
    })
  }

  async #pump(): Promise<void> {
    const { clock, onWait } = this.#options
    this.#isPumping = true
    while (this.#waiting.length > 0) {
      const waitMs = this.#waitMs()
      if (waitMs > 0) {
        onWait(`${this.#waiting.length} to send; the next goes in ${(waitMs / 1000).toFixed(1)} s.`)
        this.#sleep = new AbortController()
        await clock.sleep(waitMs, this.#sleep.signal).catch(() => {})
        // The pace changed in the meantime, or nobody waits any more.
        if (this.#sleep.signal.aborted) continue
      }
      this.#refill()
      if (this.#isLimited) this.#credits--
      this.#waiting.shift()?.grant()
    }
    this.#isPumping = false
  }

  get #isLimited(): boolean {
    const { pacing, isLocal } = this.#options
    return this.#slowness > 0 || (pacing === undefined ? !isLocal() : pacing !== false)
  }

  get #intervalMs(): number {
    const slowed = (1_000 / this.#numbers.perSecond) * 2 ** Math.max(0, this.#slowness - 1)
    return Math.max(1_000 / this.#numbers.perSecond, Math.min(LONGEST_INTERVAL_MS, slowed))
  }

  /** Until the next may go. */
  #waitMs(): number {
    if (!this.#isLimited) return 0
    const heldMs = this.#creditsAt - this.#elapsedMs()
    if (heldMs > 0) return heldMs
    const credits = this.#creditsNow()
    return credits >= 1 ? 0 : (1 - credits) * this.#intervalMs * (0.75 + chance(this.#options.clock) / 2)
  }

  #creditsNow(): number {
    const passedMs = Math.max(0, this.#elapsedMs() - this.#creditsAt)
    const most = this.#slowness > 0 ? 1 : this.#numbers.burst
    return Math.min(most, this.#credits + passedMs / this.#intervalMs)
  }

  #refill(): void {
    this.#credits = this.#creditsNow()
    this.#creditsAt = Math.max(this.#creditsAt, this.#elapsedMs())
  }

  /** Those that were on their way together count as one. */
  #refused(startedAt: number): void {
    if (startedAt < this.#refusedAt) return
    const now = this.#elapsedMs()
    this.#slowness++
    this.#refusedAt = now
    this.#credits = 1
    const pauseMs = backoffMs(this.#slowness, this.#options.clock)
    this.#creditsAt = now + pauseMs
    this.#sleep.abort()
    this.#options.onWait(`The server says too frequent (1205); nothing is sent for ${pauseMs / 1000} s, then slower.`)
  }

  #accepted(startedAt: number): void {
    if (this.#slowness === 0 || startedAt < this.#refusedAt) return
    const isCalm = this.#elapsedMs() - this.#refusedAt >= CALM_MS
    if (this.#slowness === 1 && !isCalm) return
    this.#refill()
    this.#slowness--
    this.#sleep.abort()
  }
}

/**
 * How an instance was told to pace.
 *
 * @throws ArgumentError for numbers that cannot be meant
 */
export function readPacing(pacing: boolean | PacingOptions | undefined): Required<PacingOptions> {
  const { burst = 20, perSecond = 1 } = typeof pacing === 'object' ? pacing : {}
  for (const [name, value] of Object.entries({ burst, perSecond })) {
    const isFine = Number.isFinite(value) && value > 0 && (name !== 'burst' || value >= 1)
    if (!isFine)
      throw new ArgumentError(
        `pacing: ${name} is ${value}; it has to be ${name === 'burst' ? 'at least 1' : 'above 0'}.`,
        { argument: `pacing.${name}` },
      )
  }
  return { burst, perSecond }
}

function givenUp(refused: ServerError, tries: number, triedMs: number): ServerError {
  const advice = `It was tried ${tries} times within ${Math.round(triedMs / 1000)} s and was not sent. Send nothing for an hour, then less and more slowly.`
  return new ServerError(`${refused.endpoint}: the server refuses messages as too frequent (ret 1205). ${advice}`, {
    ret: refused.ret,
    endpoint: refused.endpoint,
    advice,
  })
}
