import { RefusedError, StateError } from '../../errors.js'
import { backoffMs } from '../../util/backoff.js'
import { type Clock, chance, startTimer } from '../../util/clock.js'
import { describeValue, invalidArgument } from '../../util/invalid-argument.js'

/** How fast messages go out. */
export interface PacingOptions {
  /** Messages that may go at once after a rest. Default 20. */
  burst?: number
  /** Messages a second after that, in the mean; the time between two varies. Default 1. */
  perSecond?: number
}

const DEFAULT_BURST = 20
const DEFAULT_PER_SECOND = 1

/** Sends that may wait for their turn. */
const MAX_WAITING = 10_000

/** A message that the server refuses as too frequent is given up this long after the first refusal. */
const GIVE_UP_AFTER_MS = 5 * 60_000

/** The pace returns to normal this long after the last refusal. */
const CALM_MS = 60_000

const MAX_INTERVAL_MS = 60_000

/** The longest pause after a refusal. */
const MAX_PAUSE_MS = 60_000

/** How fast an account may send at a moment, as JSON; another process can continue from it. */
export interface PaceState {
  /** Messages that may go at once at `atMs`; below 0 when one went before it was due. */
  tokens: number
  /** Epoch ms. In the future while nothing is sent after a refusal. */
  atMs: number
  /** Refusals less what went well since; above 0 all messages go more slowly. */
  penalty: number
  /** Epoch ms of the last refusal. */
  refusedAtMs?: number
}

interface PaceOptions {
  clock: Clock
  /** Default: on, but not where the server is local. Off: as fast as the program sends, until the server refuses. */
  pacing?: boolean | PacingOptions | undefined
  isLocal(): boolean
  onWait(line: string): void
}

interface Turn {
  /** Place in the order of the sends. */
  readonly sequence: number
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
  #sequence = 0
  #waiting: Turn[] = []
  /** Available turns; below 0 when one was given before it was due. */
  #tokens: number
  /** When `#tokens` was right. Later than now while everything stands still after a refusal. */
  #tokensAt = 0
  /** Refusals less what went well since. */
  #penalty = 0
  #refusedAt = Number.NEGATIVE_INFINITY
  #isPumping = false
  #sleep = new AbortController()

  /** @throws ArgumentError for invalid numbers */
  constructor(options: PaceOptions) {
    this.#options = options
    this.#elapsedMs = startTimer(options.clock)
    this.#numbers = readPacing(options.pacing)
    this.#tokens = this.#numbers.burst
  }

  /** How fast it may send now. What waits for its turn is not part of it. */
  get state(): PaceState {
    const epochMs = (elapsedMs: number) => this.#options.clock.now() + elapsedMs - this.#elapsedMs()
    const { tokens, at } = this.#refilled()
    return {
      tokens,
      atMs: epochMs(at),
      penalty: this.#penalty,
      ...(Number.isFinite(this.#refusedAt) ? { refusedAtMs: epochMs(this.#refusedAt) } : {}),
    }
  }

  /**
   * Continues where another pace of this account stopped. A clock that was put back in between costs the longest pause at most.
   *
   * @throws ArgumentError for an invalid state
   */
  restore(state: PaceState): void {
    if (!isPaceState(state)) {
      throw invalidArgument('state', { expected: 'what pacingState returned', found: describeValue(state) })
    }
    const { tokens, atMs, penalty, refusedAtMs = Number.NEGATIVE_INFINITY } = state
    const elapsedMs = (epochMs: number) => this.#elapsedMs() + epochMs - this.#options.clock.now()
    this.#tokens = Math.min(tokens, this.#numbers.burst)
    this.#tokensAt = Math.min(elapsedMs(atMs), this.#elapsedMs() + MAX_PAUSE_MS)
    this.#penalty = penalty
    this.#refusedAt = Math.min(elapsedMs(refusedAtMs), this.#elapsedMs())
    this.#sleep.abort()
  }

  /**
   * Does one send when its turn has come, and again while the server refuses it as too frequent.
   *
   * @throws RefusedError `throttled` after five minutes of refusals
   * @throws StateError when too many wait, the signal's reason, what `failAll` was given
   */
  async run<T>(send: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const sequence = ++this.#sequence
    let firstRefusedAt: number | undefined
    for (let tries = 1; ; tries++) {
      await this.#turn(sequence, signal)
      const startedAt = this.#elapsedMs()
      try {
        const reply = await send()
        this.#accepted(startedAt)
        return reply
      } catch (error) {
        if (!(error instanceof RefusedError) || error.reason !== 'throttled') throw error
        this.#refused(startedAt, error)
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

  #turn(sequence: number, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    if (this.#waiting.length >= MAX_WAITING) {
      throw new StateError(
        `send: ${MAX_WAITING} messages are already waiting to be sent. Await each send before the next, or send fewer.`,
      )
    }
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1)
        if (this.#waiting.length === 0) this.#sleep.abort()
        turn.fail(signal?.reason)
      }
      const turn = {
        sequence,
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
      const behind = this.#waiting.findIndex((other) => other.sequence > sequence)
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
        // The pace changed in the meantime, or no send waits any more.
        if (this.#sleep.signal.aborted) continue
      }
      this.#refill()
      if (this.#isLimited) this.#tokens--
      this.#waiting.shift()?.grant()
    }
    this.#isPumping = false
  }

  get #isLimited(): boolean {
    const { pacing, isLocal } = this.#options
    return this.#penalty > 0 || (pacing === undefined ? !isLocal() : pacing !== false)
  }

  get #intervalMs(): number {
    const slowed = (1_000 / this.#numbers.perSecond) * 2 ** Math.max(0, this.#penalty - 1)
    return Math.max(1_000 / this.#numbers.perSecond, Math.min(MAX_INTERVAL_MS, slowed))
  }

  /** Until the next may go. */
  #waitMs(): number {
    if (!this.#isLimited) return 0
    const { tokens, at } = this.#refilled()
    const heldMs = at - this.#elapsedMs()
    if (heldMs > 0) return heldMs
    return tokens >= 1 ? 0 : (1 - tokens) * this.#intervalMs * (0.75 + chance(this.#options.clock) / 2)
  }

  /** The tokens as they are now, or will be when the pause is over. */
  #refilled(): { tokens: number; at: number } {
    const now = this.#elapsedMs()
    const passedMs = Math.max(0, now - this.#tokensAt)
    const most = this.#penalty > 0 ? 1 : this.#numbers.burst
    const tokens = Math.min(most, this.#tokens + passedMs / this.#intervalMs)
    return { tokens, at: Math.max(this.#tokensAt, now) }
  }

  #refill(): void {
    const { tokens, at } = this.#refilled()
    this.#tokens = tokens
    this.#tokensAt = at
  }

  /** Those that were on their way together count as one. */
  #refused(startedAt: number, { ret }: RefusedError): void {
    if (startedAt < this.#refusedAt) return
    const now = this.#elapsedMs()
    this.#penalty++
    this.#refusedAt = now
    this.#tokens = 1
    const pauseMs = backoffMs(this.#penalty, this.#options.clock)
    this.#tokensAt = now + pauseMs
    this.#sleep.abort()
    this.#options.onWait(
      `The server refuses more messages (ret ${ret}): sends nothing for ${pauseMs / 1000} s, then slower.`,
    )
  }

  #accepted(startedAt: number): void {
    if (this.#penalty === 0 || startedAt < this.#refusedAt) return
    const isCalm = this.#elapsedMs() - this.#refusedAt >= CALM_MS
    if (this.#penalty === 1 && !isCalm) return
    this.#refill()
    this.#penalty--
    this.#sleep.abort()
  }
}

/** What a program saved may be anything by now. */
function isPaceState(state: Partial<PaceState> | null | undefined): boolean {
  const { tokens, atMs, penalty = Number.NaN, refusedAtMs = 0 } = state ?? {}
  return [tokens, atMs, penalty, refusedAtMs].every(Number.isFinite) && penalty >= 0
}

/**
 * The pace that the options of an instance mean.
 *
 * @throws ArgumentError for invalid numbers
 */
export function readPacing(pacing: boolean | PacingOptions | undefined): Required<PacingOptions> {
  const { burst = DEFAULT_BURST, perSecond = DEFAULT_PER_SECOND } = typeof pacing === 'object' ? pacing : {}
  for (const [name, value] of Object.entries({ burst, perSecond })) {
    const isFine = Number.isFinite(value) && value > 0 && (name !== 'burst' || value >= 1)
    if (isFine) continue
    const expected = name === 'burst' ? 'a number of at least 1' : 'a number above 0'
    throw invalidArgument(`pacing.${name}`, { expected, found: describeValue(value) })
  }
  return { burst, perSecond }
}

function givenUp({ ret, endpoint }: RefusedError, tries: number, triedMs: number): RefusedError {
  const advice = `It was tried ${tries} times within ${Math.round(triedMs / 1000)} s and was not sent. Send nothing for an hour, then less and more slowly.`
  const refused = `${endpoint}: the server refuses messages as too frequent (ret ${ret}). ${advice}`
  return new RefusedError(refused, { ret, endpoint, advice, reason: 'throttled' })
}
