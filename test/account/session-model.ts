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

/** The public state in each phase; missing phases do not change it. */
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
  /** Started on the server and not ended. */
  hasSession = false
  /** Number of sessions that started to receive. */
  begun = 0
  /** Number of lost sessions that were replaced. */
  renewed = 0
  /** A lost session is waiting for its replacement. */
  isRenewing = false
  /** Number of endings of any kind: a call that started before one may fail because of it. */
  ends = 0
  /** A session has started and not ended. */
  #isBegun = false
  /** The receiving session is renewed when it is lost. */
  #canRenew = false
  readonly #reached: Set<Phase>

  /** @param reached collects the phases reached */
  constructor(reached: Set<Phase>) {
    this.#reached = reached
  }

  /** Logged in and not ending. */
  get isReceiving(): boolean {
    return this.phase === 'online' || this.phase === 'reconnecting'
  }

  get isClosed(): boolean {
    return this.phase === 'closed' || this.phase === 'fenced'
  }

  /** Before, between or after sessions, and not closed. */
  get isIdle(): boolean {
    return SESSION_TABLE[this.phase].began !== undefined
  }

  /** Expected calls of `exitCallback` when no handler is running: one for each session that ended without a renewal. */
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
      // A session that never received ends only on the server.
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
