import type { LogoutReason } from '../../../errors.js'
import { type Clock, startTimer } from '../../../util/clock.js'
import { LOGOUT_REASONS } from '../api/call.js'
import type { PollEndpoint } from './refusal.js'

/** Codes 1100 to 1102 are believed after so many answers in a row. */
const DEAD_ANSWERS = 2

/** Any other code is believed after so many answers in a row, and not sooner than after `REPEATED_MS`. */
const REPEATED_ANSWERS = 5
const REPEATED_MS = 10 * 60_000

/** A sync that is refused so often in a row may be refused for its position. */
const REFUSED_POSITIONS = 3

/** Refusals of one endpoint since it last accepted. */
interface Row {
  refusals: number
  /** Those of them, at the end of the row, that said 1100 to 1102. */
  dead: number
  reason?: LogoutReason | undefined
  elapsedMs: () => number
}

/**
 * Decides from the answers to polls and syncs whether the session is over. A row of refusals ends when the same endpoint accepts,
 * so that one of the two that works does not hide what the other repeats. Failures of the network are not answers.
 *
 * @see docs/protocol.md §12.3
 */
export class SessionVerdict {
  readonly #clock: Clock
  readonly #rows = new Map<PollEndpoint, Row>()
  /** Another call was refused as if the session were over. */
  #isCallRefused = false
  #isUrgent = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A call other than a poll was refused as if the session were over: one answer that says the same confirms it. */
  doubt(): void {
    this.#isCallRefused = true
    this.#isUrgent = true
  }

  /** The session may be over: the server has to be asked at once. */
  get isDoubted(): boolean {
    return this.#isUrgent
  }

  /** Syncs are refused though nothing says that the session is over: a fresh start may help. */
  get isPositionRefused(): boolean {
    const row = this.#rows.get('webwxsync')
    return row !== undefined && row.refusals >= REFUSED_POSITIONS && row.dead === 0
  }

  accepted(endpoint: PollEndpoint): void {
    this.#rows.delete(endpoint)
    this.#isCallRefused = false
    this.#isUrgent = false
  }

  /** @returns why the session is over, once the server has said so often enough */
  refused(endpoint: PollEndpoint, code: number): LogoutReason | undefined {
    const reason = LOGOUT_REASONS[code]
    const row = this.#rows.get(endpoint) ?? { refusals: 0, dead: 0, elapsedMs: startTimer(this.#clock) }
    const dead = reason ? row.dead + 1 : 0
    // The first says why; once it has said so the server may call any later request one of another session.
    const first = row.dead > 0 && reason ? row.reason : reason
    this.#rows.set(endpoint, { ...row, refusals: row.refusals + 1, dead, reason: first })
    this.#isUrgent = reason !== undefined
    const rows = [...this.#rows.values()]
    const sum = (key: 'refusals' | 'dead') => rows.reduce((total, one) => total + one[key], 0)
    const isConfirmed = reason !== undefined && sum('dead') + Number(this.#isCallRefused) >= DEAD_ANSWERS
    const isRepeated = sum('refusals') >= REPEATED_ANSWERS && rows.some((one) => one.elapsedMs() >= REPEATED_MS)
    return isConfirmed || isRepeated ? (this.#reason ?? 'expired') : undefined
  }

  /** A poll says it more exactly than a sync. */
  get #reason(): LogoutReason | undefined {
    return this.#rows.get('synccheck')?.reason ?? this.#rows.get('webwxsync')?.reason
  }
}
