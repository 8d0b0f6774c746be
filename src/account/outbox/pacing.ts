import { RefusedError, StateError } from '../../errors.js'
import type { TransportPace } from '../../transport/transport.js'
import { backoffMs } from '../../util/backoff.js'
import { checkOptions, type NamesOf } from '../../util/check-options.js'
import { type Clock, chance, startTimer } from '../../util/clock.js'
import { describeValue, invalidArgument } from '../../util/invalid-argument.js'

/** How fast messages are sent. */
export interface PacingOptions {
  /** Number of messages sent without delay after an idle period. Default: that of the transport; for web 20. */
  burst?: number
  /** Average number of messages per second after the burst; intervals vary. Default: that of the transport; for web 1. */
  perSecond?: number
}

const PACING_OPTIONS: NamesOf<PacingOptions> = { burst: true, perSecond: true }

/** For transports without pacing of their own. */
const DEFAULTS = { burst: 20, perSecond: 1 } as const satisfies Required<PacingOptions>

/** Maximum number of waiting sends. */
const MAX_WAITING = 10_000

/** Time after the first refusal at which a throttled message is abandoned. */
const GIVE_UP_AFTER_MS = 5 * 60_000

/** Time after the last refusal at which the pace returns to normal. */
const CALM_MS = 60_000

const MAX_INTERVAL_MS = 60_000

/** The longest pause after a refusal. */
const MAX_PAUSE_MS = 60_000

/** A snapshot of an account's pacing that can be stored as JSON. Another process can continue from it. */
export interface PaceState {
  /** Number of messages that may be sent immediately at `atMs`; negative if one was sent before it was due. */
  tokens: number
  /** Epoch ms. In the future while sending is paused after a refusal. */
  atMs: number
  /** Number of refusals minus the number of successes since then; above 0, all messages are slowed down. */
  penalty: number
  /** Epoch ms of the last refusal. */
  refusedAtMs?: number
}

interface PaceOptions {
  clock: Clock
  /** Default: on, except for a local server. If off, messages are not delayed until the server refuses one. */
  pacing?: boolean | PacingOptions | undefined
  /** The pacing of the transport, if it has its own. */
  defaults(): TransportPace | undefined
  isLocal(): boolean
  onWait(line: string): void
}

/** How one send is paced. */
interface RunOptions {
  signal?: AbortSignal | undefined
  /** Whether the send is a reply. Default false. @see TransportPace.pacesReplies */
  isReply?: boolean
}

interface Turn {
  /** Position in the order in which the sends were requested. */
  readonly sequence: number
  grant(): void
  fail(reason: unknown): void
}

/**
 * A token bucket for the messages of one account. Sends run in the order in which they were requested: a burst
 * immediately, later ones at intervals. When the server throttles a message, that message is retried and all sends slow
 * down.
 */
export class Pace {
  readonly #options: PaceOptions
  /** Monotonic: the system clock may change at any time. */
  readonly #elapsedMs: () => number
  #sequence = 0
  #waiting: Turn[] = []
  /** Available tokens, as many as possible at first; negative if one was used before it was due. */
  #tokens = Number.POSITIVE_INFINITY
  /** The time to which `#tokens` refers. In the future while sending is paused after a refusal. */
  #tokensAt = 0
  /** Number of refusals minus the number of successes since then. */
  #penalty = 0
  #refusedAt = Number.NEGATIVE_INFINITY
  #isPumping = false
  #sleep = new AbortController()

  /** @throws ArgumentError for invalid pacing */
  constructor(options: PaceOptions) {
    this.#options = options
    this.#elapsedMs = startTimer(options.clock)
    readPacing(options.pacing)
  }

  /** The current pace. Does not include waiting sends. */
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
   * Continues from the state of an earlier process. If the clock was set back in between, the delay is at most the
   * longest pause.
   *
   * @throws ArgumentError for an invalid state
   */
  restore(state: PaceState): void {
    if (!isPaceState(state)) {
      throw invalidArgument('state', { expected: 'a value returned by pacingState', found: describeValue(state) })
    }
    const { tokens, atMs, penalty, refusedAtMs = Number.NEGATIVE_INFINITY } = state
    const elapsedMs = (epochMs: number) => this.#elapsedMs() + epochMs - this.#options.clock.now()
    this.#tokens = tokens
    this.#tokensAt = Math.min(elapsedMs(atMs), this.#elapsedMs() + MAX_PAUSE_MS)
    this.#penalty = penalty
    this.#refusedAt = Math.min(elapsedMs(refusedAtMs), this.#elapsedMs())
    this.#sleep.abort()
  }

  /**
   * Runs a send when it is due, and repeats it while the server throttles it. Other refusals are final.
   *
   * @throws RefusedError for a refusal; `throttled` after five minutes of refusals, or at once if a retry would be
   * accepted only after that time
   * @throws StateError when too many sends are waiting; the signal's reason; the reason passed to `failAll`
   */
  async run<T>(send: () => Promise<T>, { signal, isReply = false }: RunOptions = {}): Promise<T> {
    const sequence = ++this.#sequence
    let firstRefusedAt: number | undefined
    for (let tries = 1; ; tries++) {
      if (this.#isPaced(isReply)) await this.#turn(sequence, signal)
      else signal?.throwIfAborted()
      const startedAt = this.#elapsedMs()
      try {
        const reply = await send()
        this.#accepted(startedAt)
        return reply
      } catch (error) {
        if (!(error instanceof RefusedError) || error.reason !== 'throttled') throw error
        firstRefusedAt ??= startedAt
        const triedMs = this.#elapsedMs() - firstRefusedAt
        const retryInMs = Math.max(0, (error.retryAtMs ?? 0) - this.#options.clock.now())
        // The penalty would outlast every retry, and retries may prolong it.
        if (triedMs + retryInMs > GIVE_UP_AFTER_MS && retryInMs > 0) throw error
        this.#refused(startedAt, error, retryInMs)
        if (triedMs >= GIVE_UP_AFTER_MS) throw givenUp(error, tries, triedMs)
      }
    }
  }

  /** Rejects every waiting send. */
  failAll(reason: unknown): void {
    for (const turn of this.#waiting.splice(0)) turn.fail(reason)
    this.#sleep.abort()
  }

  #turn(sequence: number, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    if (this.#waiting.length >= MAX_WAITING) {
      throw new StateError(
        `send: ${MAX_WAITING} messages are already waiting to be sent. Await each send before starting the next one, or send fewer messages.`,
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
      const index = this.#waiting.findIndex((other) => other.sequence > sequence)
      this.#waiting.splice(index < 0 ? this.#waiting.length : index, 0, turn)
      if (!this.#isPumping) void this.#pump()
    })
  }

  async #pump(): Promise<void> {
    const { clock, onWait } = this.#options
    this.#isPumping = true
    while (this.#waiting.length > 0) {
      const waitMs = this.#waitMs()
      if (waitMs > 0) {
        onWait(
          `Messages waiting to be sent: ${this.#waiting.length}. Sending the next in ${(waitMs / 1000).toFixed(1)} s.`,
        )
        this.#sleep = new AbortController()
        await clock.sleep(waitMs, this.#sleep.signal).catch(() => {})
        // The pace has changed in the meantime, or no send is waiting any longer.
        if (this.#sleep.signal.aborted) continue
      }
      this.#refill()
      if (this.#isLimited) this.#tokens--
      this.#waiting.shift()?.grant()
    }
    this.#isPumping = false
  }

  /** A reply is not paced if the transport says so, except after a refusal. */
  #isPaced(isReply: boolean): boolean {
    return !isReply || this.#penalty > 0 || (this.#options.defaults()?.pacesReplies ?? true)
  }

  get #limits(): Required<PacingOptions> {
    const { pacing, defaults } = this.#options
    return readPacing(pacing, defaults())
  }

  get #isLimited(): boolean {
    const { pacing, isLocal } = this.#options
    return this.#penalty > 0 || (pacing === undefined ? !isLocal() : pacing !== false)
  }

  get #intervalMs(): number {
    const normal = 1_000 / this.#limits.perSecond
    return Math.max(normal, Math.min(MAX_INTERVAL_MS, normal * 2 ** Math.max(0, this.#penalty - 1)))
  }

  /** Time until the next send may start. */
  #waitMs(): number {
    if (!this.#isLimited) return 0
    const { tokens, at } = this.#refilled()
    const pausedMs = at - this.#elapsedMs()
    if (pausedMs > 0) return pausedMs
    return tokens >= 1 ? 0 : (1 - tokens) * this.#intervalMs * (0.75 + chance(this.#options.clock) / 2)
  }

  /** The tokens available now, or at the end of the current pause. */
  #refilled(): { tokens: number; at: number } {
    const now = this.#elapsedMs()
    const passedMs = Math.max(0, now - this.#tokensAt)
    const capacity = this.#penalty > 0 ? 1 : this.#limits.burst
    const tokens = Math.min(capacity, this.#tokens + passedMs / this.#intervalMs)
    return { tokens, at: Math.max(this.#tokensAt, now) }
  }

  #refill(): void {
    const { tokens, at } = this.#refilled()
    this.#tokens = tokens
    this.#tokensAt = at
  }

  /** Refusals of sends that were in flight at the same time count once. */
  #refused(startedAt: number, { ret }: RefusedError, retryInMs: number): void {
    if (startedAt < this.#refusedAt) return
    const now = this.#elapsedMs()
    this.#penalty++
    this.#refusedAt = now
    this.#tokens = 1
    const pauseMs = Math.max(retryInMs, backoffMs(this.#penalty, this.#options.clock))
    this.#tokensAt = now + pauseMs
    this.#sleep.abort()
    this.#options.onWait(
      `The server is throttling messages (ret ${ret}). Pausing for ${pauseMs / 1000} s, then sending more slowly.`,
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

/** Whether a state that was stored by the program is valid. */
function isPaceState(state: Partial<PaceState> | null | undefined): boolean {
  const { tokens, atMs, penalty = Number.NaN, refusedAtMs = 0 } = state ?? {}
  return [tokens, atMs, penalty, refusedAtMs].every(Number.isFinite) && penalty >= 0
}

/**
 * Applies defaults to the pacing options of an instance.
 *
 * @throws ArgumentError for invalid pacing
 */
export function readPacing(
  pacing: boolean | PacingOptions | undefined,
  defaults: Required<PacingOptions> = DEFAULTS,
): Required<PacingOptions> {
  const isSwitch = pacing === undefined || typeof pacing === 'boolean'
  if (!isSwitch) checkOptions(pacing, PACING_OPTIONS, 'pacing')
  const { burst = defaults.burst, perSecond = defaults.perSecond } = isSwitch ? {} : pacing
  for (const [name, value] of Object.entries({ burst, perSecond })) {
    const isValid = Number.isFinite(value) && value > 0 && (name !== 'burst' || value >= 1)
    if (isValid) continue
    const expected = name === 'burst' ? 'a number of at least 1' : 'a number above 0'
    throw invalidArgument(`pacing.${name}`, { expected, found: describeValue(value) })
  }
  return { burst, perSecond }
}

function givenUp({ ret, endpoint }: RefusedError, tries: number, triedMs: number): RefusedError {
  const advice = `The message was not sent after ${tries} attempts within ${Math.round(triedMs / 1000)} s. Stop sending for an hour, then send fewer messages, more slowly.`
  const message = `${endpoint}: the server is throttling messages (ret ${ret}). ${advice}`
  return new RefusedError(message, { ret, endpoint, advice, reason: 'throttled' })
}
