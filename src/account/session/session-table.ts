import type { State } from '../events.js'

/**
 * Phase of an account's session. Programs see it as a `State`: while a session is ending, they see the previous state,
 * and a fenced session appears as `closed`.
 */
export type Phase =
  | State
  /** `logout()` was called: waits for handlers in flight, then ends the session on the server. */
  | 'loggingOut'
  /** `close()` was called: waits for handlers in flight, then saves the session. */
  | 'closing'
  /** Both `logout()` and `close()` were called. */
  | 'loggingOutToClose'
  /** Another process acts for the account: nothing more is sent or saved. */
  | 'fenced'

/** Events that change the phase of a session. */
export type SessionEvent =
  /** A QR code was shown. */
  | 'codeShown'
  /** The phone was asked to confirm a login without a QR code. */
  | 'pushRequested'
  | 'scanned'
  | 'confirmed'
  /** A login failed or was canceled. */
  | 'loginFailed'
  /** Contacts have been loaded; receiving starts. */
  | 'began'
  | 'connectionLost'
  | 'connectionBack'
  /** The server ended the session. */
  | 'sessionLost'
  | 'logoutRequested'
  | 'logoutDone'
  | 'closeRequested'
  /** No more calls are accepted. Sends in flight and the store may still need more time. */
  | 'closeDone'
  | 'fenced'

/** Side effects of a transition, which run in this order. Implemented by `SessionLife`. */
export type Effect =
  /** Dispatch no further messages. */
  | 'stopDispatch'
  /** Start no further polls. */
  | 'stopPolling'
  /** Reject queued sends. */
  | 'failSends'
  | 'emitScanned'
  | 'emitLogin'
  | 'emitOnline'
  | 'emitOffline'
  | 'emitLogout'

interface Transition {
  /** `idle`: `loggedOut` after a session, `offline` before the first one. */
  to: Phase | 'idle'
  effects?: readonly Effect[]
}

type Row = Readonly<Partial<Record<SessionEvent, Transition>>>

const ENDS = {
  closeRequested: { to: 'closing', effects: ['stopDispatch', 'stopPolling'] },
  fenced: { to: 'fenced', effects: ['stopDispatch', 'stopPolling', 'failSends'] },
} as const satisfies Row

const BEFORE_SESSION: Row = {
  ...ENDS,
  codeShown: { to: 'waitingForScan' },
  pushRequested: { to: 'waitingForConfirm' },
  scanned: { to: 'waitingForConfirm', effects: ['emitScanned'] },
  confirmed: { to: 'loggingIn' },
  loginFailed: { to: 'idle' },
  began: { to: 'online', effects: ['emitLogin'] },
  logoutRequested: { to: 'idle', effects: ['stopDispatch'] },
}

const IN_SESSION: Row = {
  ...ENDS,
  connectionLost: { to: 'reconnecting', effects: ['emitOffline'] },
  sessionLost: { to: 'loggedOut', effects: ['stopDispatch', 'stopPolling', 'failSends', 'emitLogout'] },
  logoutRequested: { to: 'loggingOut', effects: ['stopDispatch', 'stopPolling'] },
}

/** The transition for each event in each phase. An event missing from a row is ignored. */
export const SESSION_TABLE: Readonly<Record<Phase, Row>> = {
  offline: BEFORE_SESSION,
  waitingForScan: BEFORE_SESSION,
  waitingForConfirm: { ...BEFORE_SESSION, scanned: { to: 'waitingForConfirm' } },
  loggingIn: BEFORE_SESSION,
  loggedOut: BEFORE_SESSION,
  online: IN_SESSION,
  reconnecting: { ...IN_SESSION, connectionBack: { to: 'online', effects: ['emitOnline'] } },
  loggingOut: {
    closeRequested: { to: 'loggingOutToClose' },
    fenced: ENDS.fenced,
    logoutDone: { to: 'loggedOut', effects: ['emitLogout'] },
  },
  closing: {
    logoutRequested: { to: 'loggingOutToClose' },
    fenced: ENDS.fenced,
    closeDone: { to: 'closed' },
  },
  loggingOutToClose: {
    fenced: ENDS.fenced,
    logoutDone: { to: 'closing', effects: ['emitLogout'] },
    // There was no session to log out of, or it had already ended.
    closeDone: { to: 'closed' },
  },
  fenced: { closeDone: { to: 'closed' } },
  closed: {},
}

/**
 * Kinds of login calls, grouped by the phases in which they are allowed. For calls that need a session, see
 * `TransportLink.requireSession`.
 */
export type CallKind =
  /** A step of a login. */
  | 'step'
  /** The step that starts the session of a confirmed login. */
  | 'start'
  /** The step that starts receiving in the background; does nothing while receiving. */
  | 'receive'
  /** A whole login; does nothing while logged in. */
  | 'login'

const UNCONFIRMED = 'not logged in. Call checkLogin() until it resolves to 200.'
const LOGGED_IN = 'this account is already logged in. Call logout() first, or use another instance.'
const LOGGING_OUT = 'this account is logging out. Await logout() first.'
const CLOSED = 'this instance is closed. Create a new one.'

const CLOSING = { loggingOutToClose: CLOSED, closing: CLOSED, fenced: CLOSED, closed: CLOSED }

const WHILE_LOGGED_IN = { online: LOGGED_IN, reconnecting: LOGGED_IN, loggingOut: LOGGING_OUT, ...CLOSING }

/** The reason for refusing each kind of call in each phase. A phase without an entry allows the call. */
export const REFUSALS: Readonly<Record<CallKind, Readonly<Partial<Record<Phase, string>>>>> = {
  step: WHILE_LOGGED_IN,
  start: {
    ...WHILE_LOGGED_IN,
    offline: UNCONFIRMED,
    waitingForScan: UNCONFIRMED,
    waitingForConfirm: UNCONFIRMED,
    loggedOut: UNCONFIRMED,
  },
  receive: { loggingOut: LOGGING_OUT, ...CLOSING },
  login: CLOSING,
}
