import { type LogoutReason, StateError } from '../../errors.js'
import type { Logger } from '../../util/logger.js'
import type { State } from '../events.js'
import { type CallKind, type Effect, type Phase, REFUSALS, SESSION_TABLE, type SessionEvent } from './session-table.js'

/** Details of an event, passed to its effects. */
interface EventDetails {
  /** For `scanned`: the avatar as a `data:` URL. */
  avatar?: string | undefined
  /** For `began`. */
  restored?: boolean
  logger?: Logger
  /** For `connectionLost`. */
  error?: Error
  retryInMs?: number
  /** For `sessionLost`. */
  reason?: LogoutReason
}

/** The implementation of each effect; `from` is the phase before the event. */
type SessionEffects = Readonly<Record<Effect, (details: EventDetails, from: Phase) => void>>

/** The public state in phases that are not themselves states. Phases without an entry keep the previous state. */
const PUBLIC_STATES: Readonly<Partial<Record<Phase, State>>> = { fenced: 'closed' }

const INTERNAL_PHASES: readonly string[] = ['loggingOut', 'closing', 'loggingOutToClose', 'fenced']

function isState(phase: Phase): phase is State {
  return !INTERNAL_PHASES.includes(phase)
}

/** Owns the state of an account, which changes only through the transitions in `SESSION_TABLE`. */
export class SessionMachine {
  readonly #effects: SessionEffects
  #phase: Phase = 'offline'
  #state: State = 'offline'
  #hadSession = false

  constructor(effects: SessionEffects) {
    this.#effects = effects
  }

  get phase(): Phase {
    return this.#phase
  }

  /** The public state. */
  get state(): State {
    return this.#state
  }

  /** Whether the account is logged in and its session is not ending. */
  get isReceiving(): boolean {
    return this.#phase === 'online' || this.#phase === 'reconnecting'
  }

  get isLoggingOut(): boolean {
    return this.#phase === 'loggingOut' || this.#phase === 'loggingOutToClose'
  }

  /**
   * Applies the transition for an event; effects run in the new phase. An event without a transition in the current
   * phase is ignored.
   */
  handle(event: SessionEvent, details: EventDetails = {}): void {
    const from = this.#phase
    const transition = SESSION_TABLE[from][event]
    if (!transition) return
    const { to, effects = [] } = transition
    this.#phase = to === 'idle' ? (this.#hadSession ? 'loggedOut' : 'offline') : to
    if (event === 'began') this.#hadSession = true
    if (event === 'logoutDone') this.#state = 'loggedOut'
    else this.#state = isState(this.#phase) ? this.#phase : (PUBLIC_STATES[this.#phase] ?? this.#state)
    for (const effect of effects) this.#effects[effect](details, from)
  }

  /** @throws StateError when a call of this kind is not allowed in the current phase */
  require(kind: CallKind, call: string): void {
    const refusal = REFUSALS[kind][this.#phase]
    if (refusal !== undefined) throw new StateError(`${call}: ${refusal}`)
  }
}
