import type { RefusalReason } from '../../../errors.js'
import type { Clock } from '../../../util/clock.js'
import { dict, int } from '../../../util/read.js'

/** How many messages the server accepts after a message from the owner, and for how long. */
export interface WindowOptions {
  /** Hours after the owner's last message during which the server accepts messages. Default 24. */
  hours?: number
  /** Number of messages that the server accepts after each message from the owner; parts count. Default 10. */
  sends?: number
}

export const DEFAULT_WINDOW: Required<WindowOptions> = { hours: 24, sends: 10 }

/** Why a message cannot be sent now. */
export interface WindowRefusal {
  reason: RefusalReason
  /** Epoch ms of the earliest retry, if known. */
  retryAtMs?: number
}

const HOUR_MS = 60 * 60_000

/** Pause after an unexplained refusal. Attempts before that prolong the server's own pause. @see docs/ilink.md §5.1 */
const PENALTY_MS = HOUR_MS

/** The time of a message may be this far ahead of this machine's clock. */
const MAX_SKEW_MS = 10 * 60_000

/** The time after a message from the owner, until the next one. */
interface Turn {
  /** When the message was received, epoch ms by this machine's clock. */
  readonly openedAtMs: number
  /** When it was sent, epoch ms by the server's clock; 0 when unknown. */
  readonly sentAtMs: number
  /** Messages sent since then. */
  sends: number
  /** End of the pause after a refusal, epoch ms. */
  pausedUntilMs: number
}

/**
 * Keeps account of the messages sent since the owner's last message, because the server's refusals do not state their
 * reason and sends beyond the limits may be lost without a refusal.
 *
 * @see docs/ilink.md §5.1
 */
export class SendWindow {
  readonly limits: Required<WindowOptions>
  readonly #clock: Clock
  /** Absent before the owner's first message since the binding. */
  #turn: Turn | undefined

  constructor(clock: Clock, options: WindowOptions) {
    this.#clock = clock
    this.limits = { ...DEFAULT_WINDOW, ...options }
  }

  /** When the owner's latest message was sent, by the server's clock; 0 when unknown. */
  get latestSentAtMs(): number {
    return this.#turn?.sentAtMs ?? 0
  }

  /**
   * Records a message from the owner. A message delivered twice, or late, does not open the window again: its time is
   * compared with the server's own times, because this machine's clock may be wrong.
   */
  open(sentAtMs: number): void {
    if (sentAtMs > 0 && sentAtMs <= this.latestSentAtMs) return
    const openedAtMs = this.#clock.now()
    // A time in the far future must not keep later messages from opening the window.
    const latest = Math.max(Math.min(sentAtMs, openedAtMs + MAX_SKEW_MS), this.latestSentAtMs)
    this.#turn = { openedAtMs, sentAtMs: latest, sends: 0, pausedUntilMs: 0 }
  }

  /** Why a message would be refused now; `undefined` if it may be sent. */
  get refusal(): WindowRefusal | undefined {
    const now = this.#clock.now()
    const turn = this.#turn
    if (!turn) return { reason: 'needsMessage' }
    if (now - turn.openedAtMs > this.limits.hours * HOUR_MS) return { reason: 'windowClosed' }
    if (turn.sends >= this.limits.sends) return { reason: 'quota' }
    if (now < turn.pausedUntilMs) return { reason: 'throttled', retryAtMs: turn.pausedUntilMs }
    return undefined
  }

  /**
   * Counts a message before it is sent, so that concurrent sends cannot exceed the limit.
   *
   * @returns a function to call if the server did not receive the message, or refused it
   */
  count(): () => void {
    const turn = this.#turn
    if (!turn) return () => {}
    turn.sends++
    return () => {
      turn.sends--
    }
  }

  /** Explains a refusal by the server. Without another reason, sending pauses for an hour. */
  refused(): WindowRefusal {
    const known = this.refusal
    const turn = this.#turn
    if (known || !turn) return known ?? { reason: 'needsMessage' }
    const now = this.#clock.now()
    // The message may have waited at the server for a long time.
    if (turn.sentAtMs > 0 && now - turn.sentAtMs > this.limits.hours * HOUR_MS) return { reason: 'windowClosed' }
    turn.pausedUntilMs = now + PENALTY_MS
    return { reason: 'throttled', retryAtMs: turn.pausedUntilMs }
  }

  reset(): void {
    this.#turn = undefined
  }

  save() {
    return { ...this.#turn }
  }

  /** Restores a saved state; invalid values count as absent. */
  restore(saved: unknown): void {
    const { openedAtMs, sentAtMs, sends, pausedUntilMs } = dict(saved)
    const opened = int(openedAtMs)
    this.#turn =
      opened === undefined
        ? undefined
        : {
            openedAtMs: opened,
            sentAtMs: Math.max(0, int(sentAtMs, 0)),
            sends: Math.max(0, int(sends, 0)),
            // A pause is never longer than this, even if the clock was set back.
            pausedUntilMs: Math.min(int(pausedUntilMs, 0), this.#clock.now() + PENALTY_MS),
          }
  }
}
