import { redactCause } from './util/redact.js'
import { TimeoutReason } from './util/timeout.js'

/** Why a login did not come about. */
export type LoginFailure =
  /** The server refuses web login for this account (`ret` 1203 and kin). */
  | 'refused'
  /** No phone confirmed within the QR rounds or the time allowed. */
  | 'expired'

/** Why a session ended. */
export type LogoutReason =
  /** This program called `logout()`. */
  | 'self'
  /** The phone logged the web client out (1100). */
  | 'phone'
  /** The account logged in somewhere else (1101). */
  | 'elsewhere'
  /** The server no longer accepts the session: 1102, or any other code for ten minutes. */
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
  /** `BaseResponse.Ret`. @see docs/protocol.md §13.1 */
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

/** Why a message was not taken. */
export type RefusalReason =
  /** The recipient has to write first. */
  | 'needsMessage'
  /** The recipient wrote too long ago. */
  | 'windowClosed'
  /** No more messages may go to this recipient until it writes again. */
  | 'quota'
  /** Too many operations in a short time. */
  | 'throttled'

/** The server wants fewer or other messages. `name` is that of `ServerError`, which this is for every program that reads names. */
export class RefusedError extends ServerError {
  readonly reason: RefusalReason
  /** Epoch ms from which on it may be tried again, when that is known. */
  declare readonly retryAtMs?: number

  constructor(
    message: string,
    options: { ret: number; endpoint: string; advice: string; reason: RefusalReason; retryAtMs?: number },
  ) {
    super(message, options)
    this.reason = options.reason
    if (options.retryAtMs !== undefined) this.retryAtMs = options.retryAtMs
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

/** A contact of this kind, or this transport, cannot do what was called, whatever the arguments. No request was made. */
export class UnsupportedError extends ItchatError {
  override name = 'UnsupportedError' as const
  /** The kind of contact; absent when the transport is the reason. */
  readonly kind?: 'user' | 'massivePlatform' | 'chatroom' | 'chatroomMember'
  /** What the transport cannot do; absent when the kind of contact is the reason. */
  readonly feature?: string
  /** Name of the transport, with `feature`. */
  readonly transport?: string
  /** What the caller can do instead. */
  readonly advice: string

  constructor(
    message: string,
    options: {
      kind?: 'user' | 'massivePlatform' | 'chatroom' | 'chatroomMember'
      feature?: string
      transport?: string
      advice: string
    },
  ) {
    super(message)
    this.advice = options.advice
    if (options.kind !== undefined) this.kind = options.kind
    if (options.feature !== undefined) this.feature = options.feature
    if (options.transport !== undefined) this.transport = options.transport
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
