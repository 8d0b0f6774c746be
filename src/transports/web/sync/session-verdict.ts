import type { LogoutReason } from '../../../errors.js'
import { type Clock, startTimer } from '../../../util/clock.js'
import { LOGOUT_REASONS } from '../api/call.js'
import type { PollEndpoint } from './refusal.js'

/** Consecutive answers with codes 1100 to 1102 that end the session. */
const DEAD_ANSWERS = 2

/** Consecutive answers with any other code that end the session, once they span `REPEATED_MS`. */
const REPEATED_ANSWERS = 5
const REPEATED_MS = 10 * 60_000

/** Consecutive refused syncs after which their position may be the cause. */
const REFUSED_POSITIONS = 3

/** Refusals of one endpoint since its last successful call. */
interface Streak {
  refusals: number
  /** Number of trailing refusals with codes 1100 to 1102. */
  dead: number
  reason?: LogoutReason | undefined
  elapsedMs: () => number
}

/**
 * Decides from the answers to polls and syncs whether the session has ended. A streak of refusals ends when the same endpoint
 * succeeds, so that one working endpoint does not mask the other. Network failures do not count as answers.
 *
 * @see docs/protocol.md §12.3
 */
export class SessionVerdict {
  readonly #clock: Clock
  readonly #streaks = new Map<PollEndpoint, Streak>()
  /** Another call was refused with a code that suggests the session has ended. */
  #isCallRefused = false
  #isUrgent = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Records that another call was refused as if the session had ended; one such answer to a poll or sync confirms it. */
  suspectEnd(): void {
    this.#isCallRefused = true
    this.#isUrgent = true
  }

  /** The session may have ended and must be checked at once. */
  get isSuspected(): boolean {
    return this.#isUrgent
  }

  /** Syncs are refused without a sign that the session has ended: a new `webwxinit` may help. */
  get isPositionRefused(): boolean {
    const streak = this.#streaks.get('webwxsync')
    return streak !== undefined && streak.refusals >= REFUSED_POSITIONS && streak.dead === 0
  }

  accepted(endpoint: PollEndpoint): void {
    this.#streaks.delete(endpoint)
    this.#isCallRefused = false
    this.#isUrgent = false
  }

  /** @returns why the session ended, once there are enough refusals */
  refused(endpoint: PollEndpoint, code: number): LogoutReason | undefined {
    const reason = LOGOUT_REASONS[code]
    const streak = this.#streaks.get(endpoint) ?? { refusals: 0, dead: 0, elapsedMs: startTimer(this.#clock) }
    const dead = reason ? streak.dead + 1 : 0
    // The first code is the reason: after it, the server may refuse any request as one of another session.
    const first = streak.dead > 0 && reason ? streak.reason : reason
    this.#streaks.set(endpoint, { ...streak, refusals: streak.refusals + 1, dead, reason: first })
    this.#isUrgent = reason !== undefined
    const streaks = [...this.#streaks.values()]
    const sum = (key: 'refusals' | 'dead') => streaks.reduce((total, each) => total + each[key], 0)
    const isConfirmed = reason !== undefined && sum('dead') + Number(this.#isCallRefused) >= DEAD_ANSWERS
    const isRepeated = sum('refusals') >= REPEATED_ANSWERS && streaks.some((each) => each.elapsedMs() >= REPEATED_MS)
    return isConfirmed || isRepeated ? (this.#reason ?? 'expired') : undefined
  }

  /** The reason in a poll is more precise than the one in a sync. */
  get #reason(): LogoutReason | undefined {
    return this.#streaks.get('synccheck')?.reason ?? this.#streaks.get('webwxsync')?.reason
  }
}
