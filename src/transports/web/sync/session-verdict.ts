import type { LogoutReason } from '../../../errors.js'
import { type Clock, startTimer } from '../../../util/clock.js'
import { LOGOUT_REASONS } from '../api/call.js'
import type { PollEndpoint } from './refusal.js'

/** Number of consecutive answers with codes 1100 to 1102 that end the session. */
const DEAD_ANSWERS = 2

/** Number of consecutive answers with any other code that end the session, once they span `REPEATED_MS`. */
const REPEATED_ANSWERS = 5
const REPEATED_MS = 10 * 60_000

/** Number of consecutive refused syncs after which the sync position may be the cause. */
const REFUSED_POSITIONS = 3

/** Refusals by one endpoint since its last successful call. */
interface Streak {
  refusals: number
  /** Number of consecutive refusals with codes 1100 to 1102 at the end of the streak. */
  dead: number
  reason?: LogoutReason | undefined
  elapsedMs: () => number
}

/**
 * Determines from the answers to polls and syncs whether the session has ended. A streak of refusals ends when the same
 * endpoint succeeds, so that one working endpoint does not mask the other. Network failures do not count as answers.
 *
 * @see docs/protocol.md §12.3
 */
export class SessionVerdict {
  readonly #clock: Clock
  readonly #streaks = new Map<PollEndpoint, Streak>()
  /** Whether another call was refused with a code that suggests that the session has ended. */
  #isCallRefused = false
  #isUrgent = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Records that another call was refused as if the session had ended; one such answer to a poll or sync confirms it.
   */
  suspectEnd(): void {
    this.#isCallRefused = true
    this.#isUrgent = true
  }

  /** Whether the session may have ended and must be checked at once. */
  get isSuspected(): boolean {
    return this.#isUrgent
  }

  /** Whether syncs are refused without a sign that the session has ended. A new `webwxinit` may help. */
  get isPositionRefused(): boolean {
    const streak = this.#streaks.get('webwxsync')
    return streak !== undefined && streak.refusals >= REFUSED_POSITIONS && streak.dead === 0
  }

  accepted(endpoint: PollEndpoint): void {
    this.#streaks.delete(endpoint)
    this.#isCallRefused = false
    this.#isUrgent = false
  }

  /** @returns why the session ended, or `undefined` until there are enough refusals */
  refused(endpoint: PollEndpoint, code: number): LogoutReason | undefined {
    const reason = LOGOUT_REASONS[code]
    const streak = this.#streaks.get(endpoint) ?? { refusals: 0, dead: 0, elapsedMs: startTimer(this.#clock) }
    const dead = reason ? streak.dead + 1 : 0
    // Only the first code is the reason: afterwards, the server may refuse any request as if it came from another
    // session.
    const first = streak.dead > 0 && reason ? streak.reason : reason
    this.#streaks.set(endpoint, { ...streak, refusals: streak.refusals + 1, dead, reason: first })
    this.#isUrgent = reason !== undefined
    const streaks = [...this.#streaks.values()]
    const sum = (key: 'refusals' | 'dead') => streaks.reduce((total, each) => total + each[key], 0)
    const isConfirmed = reason !== undefined && sum('dead') + Number(this.#isCallRefused) >= DEAD_ANSWERS
    const isRepeated = sum('refusals') >= REPEATED_ANSWERS && streaks.some((each) => each.elapsedMs() >= REPEATED_MS)
    return isConfirmed || isRepeated ? (this.#reason ?? 'expired') : undefined
  }

  /** A poll gives a more precise reason than a sync. */
  get #reason(): LogoutReason | undefined {
    return this.#streaks.get('synccheck')?.reason ?? this.#streaks.get('webwxsync')?.reason
  }
}
