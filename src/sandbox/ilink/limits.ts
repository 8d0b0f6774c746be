import { SandboxError } from '../errors.js'
import type { ClawbotLimitsView, SendRefusal } from './clawbot-view.js'
import type { IlinkSettings } from './options.js'

const BURST_MS = 1000
const BURST_SENDS = 3

/** What the service allows a bot to send. @see docs/ilink.md §5.1 */
export class Limits {
  readonly #settings: IlinkSettings
  readonly #now: () => number
  #windowUntil: number | undefined
  #sends = 0
  #penaltyUntil: number | undefined
  #hasRefused = false
  isShadowed = false

  constructor(settings: IlinkSettings, now: () => number) {
    this.#settings = settings
    this.#now = now
  }

  /** Why the next message would be refused; `undefined` if it would be accepted. */
  get refusal(): SendRefusal | undefined {
    if (this.isPenalized) return 'throttled'
    if (this.#windowUntil === undefined) return 'needsMessage'
    if (this.#now() >= this.#windowUntil) return 'windowClosed'
    return this.#sends >= this.#settings.quota ? 'quota' : undefined
  }

  get isPenalized(): boolean {
    return this.#penaltyUntil !== undefined && this.#now() < this.#penaltyUntil
  }

  /** Whether the program knows of the penalty: a message has been refused since it started. */
  get isPenaltyKnown(): boolean {
    return this.isPenalized && this.#hasRefused
  }

  view(): ClawbotLimitsView {
    const { refusal } = this
    return {
      ...(this.#windowUntil === undefined ? {} : { windowUntil: this.#windowUntil }),
      quota: this.#settings.quota,
      quotaLeft: Math.max(0, this.#settings.quota - this.#sends),
      ...(this.isPenalized && this.#penaltyUntil !== undefined ? { penaltyUntil: this.#penaltyUntil } : {}),
      isShadowed: this.isShadowed,
      ...(refusal === undefined ? {} : { refusal }),
    }
  }

  /** The owner wrote: the window opens and the quota is full. Replies are not throttled, so a penalty ends. */
  open(): void {
    this.#windowUntil = this.#now() + this.#settings.windowMs
    this.#sends = 0
    this.#endPenalty()
  }

  /** Does nothing before the owner's first message: there is no window then. */
  close(): void {
    if (this.#windowUntil !== undefined) this.#windowUntil = this.#now()
  }

  /** Throws a `SandboxError` unless `count` is a positive integer. */
  spend(count = this.#settings.quota): void {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new SandboxError(`Invalid count ${count}: expected a positive integer.`)
    }
    this.#sends = Math.min(this.#settings.quota, this.#sends + count)
  }

  /** Starts the penalty, or starts it again. */
  throttle(): void {
    this.#penaltyUntil = this.#now() + this.#settings.penaltyMs
  }

  /** Counts a message, or returns why it is refused. An attempt during the penalty starts it again. */
  trySend(): SendRefusal | undefined {
    const { refusal } = this
    if (refusal === undefined) this.#sends++
    if (refusal === 'throttled') {
      this.throttle()
      this.#hasRefused = true
    }
    return refusal
  }

  /** A new binding: nothing was sent or received yet. */
  reset(): void {
    this.#windowUntil = undefined
    this.#sends = 0
    this.#endPenalty()
  }

  #endPenalty(): void {
    this.#penaltyUntil = undefined
    this.#hasRefused = false
  }
}

/** Adds a push to the recent ones. Returns whether it is at least the third within a second. */
export function isBurst(pushes: number[], nowMs: number): boolean {
  const recent = pushes.filter((at) => nowMs - at < BURST_MS)
  pushes.splice(0, pushes.length, ...recent, nowMs)
  return pushes.length >= BURST_SENDS
}
