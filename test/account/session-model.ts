import type { LogoutReason, State } from 'itchat'
import {
  type CallKind,
  type Effect,
  type Phase,
  REFUSALS,
  SESSION_TABLE,
  type SessionEvent,
} from '../../src/account/session/session-table.js'

/** Events of a program by the effect that emits them. */
const EMITTED: Partial<Record<Effect, readonly string[]>> = {
  emitScanned: ['scanned'],
  emitLogin: ['login', 'online'],
  emitOnline: ['online'],
  emitOffline: ['offline'],
}

/** What programs see of each phase; the phases that are absent leave it as it was. */
const SEEN: Partial<Record<Phase, State>> = {
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

/** What the life of an account's sessions has to be by the table, from the causes that were observed. */
export class SessionModel {
  phase: Phase = 'offline'
  state: State = 'offline'
  /** Events that a program has to have seen. */
  readonly emitted: string[] = []
  /** Started on the server, and not over. */
  hasSession = false
  /** Sessions that began to receive. */
  begun = 0
  /** Lost sessions whose place another took. */
  renewed = 0
  /** A lost session waits for another to take its place. */
  isRenewing = false
  /** How often anything ended: a call that began before may have failed because of it. */
  ends = 0
  /** A session has begun, and not ended. */
  #isBegun = false
  /** The session that receives is renewed when it is lost. */
  #canRenew = false
  readonly #reached: Set<Phase>

  /** @param reached receives each phase that is reached */
  constructor(reached: Set<Phase>) {
    this.#reached = reached
  }

  /** Logged in, and not being ended. */
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

  /** How often `exitCallback` must have been called when no handler runs: for each session that ended, and was not renewed. */
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
      // One that never received is only ended on the server.
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
    this.state = event === 'logoutDone' ? 'loggedOut' : (SEEN[this.phase] ?? this.state)
    for (const effect of transition.effects ?? []) {
      this.emitted.push(...(effect === 'emitLogout' ? [`logout ${reason}`] : (EMITTED[effect] ?? [])))
    }
  }
}

const ENDS: ReadonlySet<SessionEvent> = new Set(['sessionLost', 'logoutRequested', 'closeRequested', 'fenced'])
