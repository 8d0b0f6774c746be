import type { State } from '../events.js'

/**
 * Where the life of an account's session stands. Programs see it as a `State`: while a session is being ended they see what it was
 * before, and a fenced one as closed.
 */
export type Phase =
  | State
  /** `logout()` was called: handlers in flight are awaited, then the server is asked to end the session. */
  | 'loggingOut'
  /** `close()` was called: handlers in flight are awaited, then the session is saved. */
  | 'closing'
  /** Both. */
  | 'loggingOutToClose'
  /** Another process acts for the account: nothing is sent or saved any more. */
  | 'fenced'

/** What moves a session on. */
export type SessionEvent =
  /** A QR is shown. */
  | 'codeShown'
  /** The phone was asked to confirm a login without a QR. */
  | 'pushRequested'
  | 'scanned'
  | 'confirmed'
  /** A login failed, or was cancelled. */
  | 'loginFailed'
  /** Contacts are loaded; receiving starts. */
  | 'began'
  | 'connectionLost'
  | 'connectionBack'
  /** The server ended the session. */
  | 'sessionLost'
  | 'logoutRequested'
  | 'logoutDone'
  | 'closeRequested'
  /** No call is accepted any more. Sends in flight, and the store, may take longer. */
  | 'closeDone'
  | 'fenced'

/** What a transition does besides changing the phase, in this order; `SessionLife` says how. */
export type Effect =
  /** Hand no further message to its handler. */
  | 'stopDispatch'
  /** Make no further poll. */
  | 'stopPolling'
  /** Fail sends that wait for their turn. */
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

/** What each event makes of each phase. An event that a row lacks changes nothing there. */
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
    // There was no session to log out, or none any more.
    closeDone: { to: 'closed' },
  },
  fenced: { closeDone: { to: 'closed' } },
  closed: {},
}

/** Kinds of login calls, by the phases that allow them. Calls that need a session are not listed: see `TransportLink.requireSession`. */
export type CallKind =
  /** One step of a login. */
  | 'step'
  /** The step that starts the session of a confirmed login. */
  | 'start'
  /** The step that receives in background; while receiving it changes nothing. */
  | 'receive'
  /** A whole login; while logged in it changes nothing. */
  | 'login'

const UNCONFIRMED = 'not logged in. Call checkLogin() until it resolves to 200.'
const LOGGED_IN = 'this account is logged in already. Call logout() first, or use another instance.'
const LOGGING_OUT = 'the account is being logged out. Wait for logout() first.'
const CLOSED = 'this instance is closed. Make a new one.'

const AT_THE_END = { loggingOutToClose: CLOSED, closing: CLOSED, fenced: CLOSED, closed: CLOSED }

const WHILE_LOGGED_IN = { online: LOGGED_IN, reconnecting: LOGGED_IN, loggingOut: LOGGING_OUT, ...AT_THE_END }

/** Why each kind of call is refused in each phase. A phase without an entry allows the call. */
export const REFUSALS: Readonly<Record<CallKind, Readonly<Partial<Record<Phase, string>>>>> = {
  step: WHILE_LOGGED_IN,
  start: {
    ...WHILE_LOGGED_IN,
    offline: UNCONFIRMED,
    waitingForScan: UNCONFIRMED,
    waitingForConfirm: UNCONFIRMED,
    loggedOut: UNCONFIRMED,
  },
  receive: { loggingOut: LOGGING_OUT, ...AT_THE_END },
  login: AT_THE_END,
}
