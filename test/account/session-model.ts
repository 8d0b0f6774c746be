import type { LogoutReason, State } from 'itchat'
import {
  type CallKind,
  type Effect,
  type Phase,
  REFUSALS,
  SESSION_TABLE,
  type SessionEvent,
} from '../../src/account/session/session-table.js'

/** Public events, by the effect that emits them. */
const EMITTED: Partial<Record<Effect, readonly string[]>> = {
  emitScanned: ['scanned'],
  emitLogin: ['login', 'online'],
  emitOnline: ['online'],
  emitOffline: ['offline'],
}

/** The public state in each phase. Phases that are not listed do not change it. */
const PUBLIC_STATES: Partial<Record<Phase, State>> = {
  offline: 'offline',
  waitingForScan: 'waitingForScan',
  waitingForConfirm: 'waitingForConfirm',
  loggingIn: 'loggingIn',
  online: 'online',
  reconnecting: 'reconnecting',
  loggedOut: 'loggedOut',
  closed: 'closed',
  fenced: 'closed',
}

/** The expected course of an account's sessions, derived from the table and the observed events. */
export class SessionModel {
  phase: Phase = 'offline'
  state: State = 'offline'
  /** Events that the program must have received. */
  readonly emitted: string[] = []
  /** Whether a session has started on the server and has not ended. */
  hasSession = false
  /** Number of sessions that have started to receive. */
  begun = 0
  /** Number of lost sessions that have been replaced. */
  renewed = 0
  /** Whether a lost session is waiting to be replaced. */
  isRenewing = false
  /**
   * Number of events that end a session or the instance. Calls that started before such an event may fail because of
   * it.
   */
  ends = 0
  /** Whether a session has started to receive and has not ended. */
  #isBegun = false
  /** Whether the receiving session is renewed when it is lost. */
  #canRenew = false
  readonly #reached: Set<Phase>

  /** @param reached collects the phases that are reached */
  constructor(reached: Set<Phase>) {
    this.#reached = reached
  }

  /** Whether the account is logged in and its session is not ending. */
  get isReceiving(): boolean {
    return this.phase === 'online' || this.phase === 'reconnecting'
  }

  get isClosed(): boolean {
    return this.phase === 'closed' || this.phase === 'fenced'
  }

  /** Whether the instance is before, between or after sessions and has not been closed. */
  get isIdle(): boolean {
    return SESSION_TABLE[this.phase].began !== undefined
  }

  /**
   * Expected number of calls to `exitCallback` when no handler is running: one for each ended session that was not
   * renewed.
   */
  get exits(): number {
    return this.begun - this.renewed - (this.isReceiving || this.isRenewing ? 1 : 0)
  }

  refuses(kind: CallKind): boolean {
    return REFUSALS[kind][this.phase] !== undefined
  }

  began(canRenew: boolean): void {
    if (this.isRenewing) this.renewed++
    this.isRenewing = false
    this.#canRenew = canRenew
    this.#isBegun = true
    this.begun++
    this.handle('began')
  }

  handle(event: SessionEvent, reason: LogoutReason = 'self'): void {
    const transition = SESSION_TABLE[this.phase][event]
    if (ENDS.has(event)) this.ends++
    if (event === 'logoutDone') {
      this.hasSession = false
      // If the session never started to receive, its end is not visible to the program.
      if (!this.#isBegun) return
    }
    if (!transition) return
    if (event === 'sessionLost' || event === 'logoutDone') this.#isBegun = false
    if (event === 'sessionLost') {
      this.hasSession = false
      this.isRenewing = this.#canRenew
    }
    this.phase = transition.to === 'idle' ? (this.begun > 0 ? 'loggedOut' : 'offline') : transition.to
    this.#reached.add(this.phase)
    this.state = event === 'logoutDone' ? 'loggedOut' : (PUBLIC_STATES[this.phase] ?? this.state)
    for (const effect of transition.effects ?? []) {
      this.emitted.push(...(effect === 'emitLogout' ? [`logout ${reason}`] : (EMITTED[effect] ?? [])))
    }
  }
}

const ENDS: ReadonlySet<SessionEvent> = new Set(['sessionLost', 'logoutRequested', 'closeRequested', 'fenced'])
