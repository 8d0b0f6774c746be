import { redactCause } from './util/redact.js'
import { TimeoutReason } from './util/timeout.js'

/** Why a login did not come about. */
export type LoginFailure =
  /** The server refuses logins of programs for this account. */
  | 'refused'
  /** No phone confirmed within the QR rounds or the time allowed. */
  | 'expired'

/** Why a session ended. */
export type LogoutReason =
  /** This program called `logout()`. */
  | 'self'
  /** The phone logged this client out. */
  | 'phone'
  /** The account logged in somewhere else. */
  | 'elsewhere'
  /** The server no longer accepts the session. */
  | 'expired'

/** Base of every error this library throws on purpose. The message says what was tried, what came back, what to do. */
export class ItchatError extends Error {
  override name = 'ItchatError'
  /** A long text that went out in part: what the server answered for each part that did, in order. Else absent. */
  declare readonly parts?: readonly { readonly MsgID: string }[]
}

/** Replies, headers and addresses with secrets must not be found behind an error. */
function redacted(given: unknown): ErrorOptions {
  const cause = given instanceof ItchatError || given instanceof TimeoutReason ? given : redactCause(given)
  return cause ? { cause } : {}
}

/** The server could not be reached, or the connection broke. Nobody's fault but the line's. */
export class NetworkError extends ItchatError {
  override name = 'NetworkError' as const
  /** Name of the endpoint that was called. */
  readonly endpoint: string
  /**
   * `unknown`: the request may have been carried out, its answer was lost. `notSent`: it certainly was not.
   */
  readonly outcome: 'unknown' | 'notSent'

  constructor(message: string, options: { endpoint: string; outcome: 'unknown' | 'notSent'; cause?: unknown }) {
    super(message, redacted(options.cause))
    this.endpoint = options.endpoint
    this.outcome = options.outcome
  }
}

/** The server answered something that is not the protocol: another kind of server, or a new version. */
export class ProtocolError extends ItchatError {
  override name = 'ProtocolError' as const
  readonly endpoint: string
  /** The request may have been carried out. */
  readonly outcome = 'unknown' as const

  constructor(message: string, options: { endpoint: string; cause?: unknown }) {
    super(message, redacted(options.cause))
    this.endpoint = options.endpoint
  }
}

/** The server understood and said no. */
export class ServerError extends ItchatError {
  override name = 'ServerError' as const
  /** The server's own code; what it means depends on the transport. For Web WeChat: @see docs/protocol.md §13.1 */
  readonly ret: number
  readonly endpoint: string
  /** What the caller can do. */
  readonly advice: string

  constructor(message: string, options: { ret: number; endpoint: string; advice: string }) {
    super(message)
    this.ret = options.ret
    this.endpoint = options.endpoint
    this.advice = options.advice
  }
}

/** A login was refused, or nobody confirmed it. */
export class LoginError extends ItchatError {
  override name = 'LoginError' as const
  readonly reason: LoginFailure
  /** The server's code, when it gave one. */
  readonly ret: number | undefined

  constructor(message: string, options: { reason: LoginFailure; ret?: number }) {
    super(message)
    this.reason = options.reason
    this.ret = options.ret
  }
}

/** The session is over. */
export class LoggedOutError extends ItchatError {
  override name = 'LoggedOutError' as const
  readonly reason: LogoutReason

  constructor(message: string, options: { reason: LogoutReason }) {
    super(message)
    this.reason = options.reason
  }
}

/** A method was called before a login, after the session ended, or after `close()`. No request was made. */
export class StateError extends ItchatError {
  override name = 'StateError' as const
}

/** An argument cannot be meant. */
export class ArgumentError extends ItchatError {
  override name = 'ArgumentError' as const
  /** Name of the argument. */
  readonly argument: string

  constructor(message: string, options: { argument: string }) {
    super(message)
    this.argument = options.argument
  }
}

/** A contact of this kind cannot do what was asked, whatever the arguments. */
export class UnsupportedError extends ItchatError {
  override name = 'UnsupportedError' as const
  readonly kind: 'user' | 'massivePlatform' | 'chatroom' | 'chatroomMember'

  constructor(message: string, options: { kind: UnsupportedError['kind'] }) {
    super(message)
    this.kind = options.kind
  }
}

/** A file cannot be read, written or sent. */
export class FileError extends ItchatError {
  override name = 'FileError' as const
  readonly path: string

  constructor(message: string, options: { path: string; cause?: unknown }) {
    super(message, { cause: options.cause })
    this.path = options.path
  }
}

/** The process ended three times while a message's handler ran, the last time while no other did. The message was set aside; other messages go on. */
export class InterruptedError extends ItchatError {
  override name = 'InterruptedError' as const
}

/** A text that starts like `@fil@…` may not send a file here. Nothing was sent. */
export class DirectiveError extends ItchatError {
  override name = 'DirectiveError' as const
}
