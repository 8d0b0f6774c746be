import { type LogoutReason, StateError } from '../../errors.js'
import type { Logger } from '../../util/logger.js'
import type { State } from '../events.js'
import { type CallKind, type Effect, type Phase, REFUSALS, SESSION_TABLE, type SessionEvent } from './session-table.js'

/** What an event carries for its effects. */
interface EventDetails {
  /** Of `scanned`: a `data:` address. */
  avatar?: string | undefined
  /** Of `began`. */
  restored?: boolean
  logger?: Logger
  /** Of `connectionLost`. */
  error?: Error
  retryInMs?: number
  /** Of `sessionLost`. */
  reason?: LogoutReason
}

/** What each effect does; `from` is the phase before the event. */
type SessionEffects = Readonly<Record<Effect, (details: EventDetails, from: Phase) => void>>

/** What programs see of phases that are not states; the others leave it as it was. */
const SHOWN: Readonly<Partial<Record<Phase, State>>> = { fenced: 'closed' }

const HIDDEN: readonly string[] = ['loggingOut', 'closing', 'loggingOutToClose', 'fenced']

function isState(phase: Phase): phase is State {
  return !HIDDEN.includes(phase)
}

/** The one owner of an account's state, which changes by the transitions of `SESSION_TABLE` alone. */
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

  /** As programs see it. */
  get state(): State {
    return this.#state
  }

  /** Logged in, and not being ended. */
  get isReceiving(): boolean {
    return this.#phase === 'online' || this.#phase === 'reconnecting'
  }

  get isLoggingOut(): boolean {
    return this.#phase === 'loggingOut' || this.#phase === 'loggingOutToClose'
  }

  /** Moves on; effects run in the new phase. An event that means nothing in this phase changes nothing. */
  handle(event: SessionEvent, details: EventDetails = {}): void {
    const from = this.#phase
    const transition = SESSION_TABLE[from][event]
    if (!transition) return
    const { to, effects = [] } = transition
    this.#phase = to === 'idle' ? (this.#hadSession ? 'loggedOut' : 'offline') : to
    if (event === 'began') this.#hadSession = true
    if (event === 'logoutDone') this.#state = 'loggedOut'
    else this.#state = isState(this.#phase) ? this.#phase : (SHOWN[this.#phase] ?? this.#state)
    for (const effect of effects) this.#effects[effect](details, from)
  }

  /** @throws StateError when a call of this kind is not legal now */
  require(kind: CallKind, call: string): void {
    const refusal = REFUSALS[kind][this.#phase]
    if (refusal !== undefined) throw new StateError(`${call}: ${refusal}`)
  }
}
