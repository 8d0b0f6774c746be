import { redactCause } from './util/redact.js'
import { TimeoutReason } from './util/timeout.js'

/** Why a login failed. */
export type LoginFailure =
  /** The server does not allow programs to log in to this account. */
  | 'refused'
  /**
   * The login was not confirmed on a phone before the time limit or the maximum number of QR codes was reached, or with
   * `resumeOnly`, the saved login is missing or no longer accepted.
   */
  | 'expired'
  /** The phone shows a code that this program does not ask for. @see LoginOptions.verifyCodeCallback */
  | 'verifyCode'

/** Why a session ended. */
export type LogoutReason =
  /** This program called `logout()`. */
  | 'self'
  /** The phone logged this client out. */
  | 'phone'
  /** The account logged in elsewhere. */
  | 'elsewhere'
  /** The server no longer accepts the session. */
  | 'expired'

/** Base class for the errors of this library. The message says what was expected, what was found and what to do. */
export class ItchatError extends Error {
  override name = 'ItchatError'
  /**
   * The server's replies to the parts that were sent, in order; set only if some parts of a long text message
   * could not be sent.
   */
  declare readonly parts?: readonly { readonly MsgID: string }[]
}

/** Error options with the cause redacted: replies, headers and URLs may contain secrets. */
function redacted(cause: unknown): ErrorOptions {
  const safe = cause instanceof ItchatError || cause instanceof TimeoutReason ? cause : redactCause(cause)
  return safe ? { cause: safe } : {}
}

/** The server could not be reached, or the connection broke. */
export class NetworkError extends ItchatError {
  override name = 'NetworkError' as const
  /** Name of the endpoint that was called. */
  readonly endpoint: string
  /** `unknown`: the request may have been executed, but its reply was lost. `notSent`: it was not executed. */
  readonly outcome: 'unknown' | 'notSent'

  constructor(message: string, options: { endpoint: string; outcome: 'unknown' | 'notSent'; cause?: unknown }) {
    super(message, redacted(options.cause))
    this.endpoint = options.endpoint
    this.outcome = options.outcome
  }
}

/** The reply does not follow the protocol: the server may be of a different kind or run a newer version. */
export class ProtocolError extends ItchatError {
  override name = 'ProtocolError' as const
  readonly endpoint: string
  /** The request may have been executed. */
  readonly outcome = 'unknown' as const

  constructor(message: string, options: { endpoint: string; cause?: unknown }) {
    super(message, redacted(options.cause))
    this.endpoint = options.endpoint
  }
}

/** The server rejected the request. */
export class ServerError extends ItchatError {
  override name = 'ServerError' as const
  /** The server's own code; its meaning depends on the transport. For Web WeChat: @see docs/protocol.md §13.1 */
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

/** Why a message was refused. */
export type RefusalReason =
  /** The recipient has to write first. */
  | 'needsMessage'
  /** The recipient wrote too long ago. */
  | 'windowClosed'
  /** No more messages are allowed until this recipient writes again. */
  | 'quota'
  /** Too many operations within a short time. */
  | 'throttled'

/**
 * The server refuses this message, or messages at this rate. The `name` of this error is `'ServerError'`, for programs
 * that check names.
 */
export class RefusedError extends ServerError {
  readonly reason: RefusalReason
  /** Epoch ms of the earliest retry, if known. */
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

/** A login was refused, or not confirmed in time. */
export class LoginError extends ItchatError {
  override name = 'LoginError' as const
  readonly reason: LoginFailure
  /** The server's code, if it sent one. */
  readonly ret: number | undefined

  constructor(message: string, options: { reason: LoginFailure; ret?: number }) {
    super(message)
    this.reason = options.reason
    this.ret = options.ret
  }
}

/** The session has ended. */
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

/** An argument is invalid. */
export class ArgumentError extends ItchatError {
  override name = 'ArgumentError' as const
  /** Name of the argument. */
  readonly argument: string

  constructor(message: string, options: { argument: string }) {
    super(message)
    this.argument = options.argument
  }
}

/** A saved login belongs to a server other than the one that this program connects to. */
export class OtherServerError extends ArgumentError {
  /** Origin of the server that the login belongs to. */
  readonly server: string
  /** Origin of the server that this program connects to. */
  readonly configured: string

  constructor({ server, configured }: { server: string; configured: string }) {
    super(
      `The saved login is for the server ${server}, and this program connects to ${configured}. Set ITCHAT_BASE_URL, or use another file.`,
      { argument: 'baseUrl' },
    )
    this.server = server
    this.configured = configured
  }
}

const FOREIGN = {
  folder: 'a folder',
  device: 'not a regular file',
  python: "a file of Python's itchat",
  file: 'not a saved login of this library',
} as const

/** The file named for the saved login was not written by this library, and was left unchanged. */
export class ForeignFileError extends ArgumentError {
  readonly path: string
  /** `python`: the saved login of Python's itchat. `device`: a pipe, socket or device. */
  readonly found: keyof typeof FOREIGN

  constructor(argument: string, { path, found }: { path: string; found: keyof typeof FOREIGN }) {
    super(
      `Invalid ${argument}: ${path} is ${FOREIGN[found]}. It was left unchanged. Choose another file for the saved login, or move this one elsewhere.`,
      { argument },
    )
    this.path = path
    this.found = found
  }
}

/** This kind of contact or this transport does not support the call, regardless of its arguments. No request was made. */
export class UnsupportedError extends ItchatError {
  override name = 'UnsupportedError' as const
  /** The kind of contact; absent if the transport is the reason. */
  readonly kind?: 'user' | 'massivePlatform' | 'chatroom' | 'chatroomMember'
  /** The feature that the transport does not support; absent if the kind of contact is the reason. */
  readonly feature?: string
  /** Name of the transport; set together with `feature`. */
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

/**
 * The process ended three times while the handler for a message was running, the last time while no other handler was
 * running. The message became a dead letter; other messages are still delivered.
 */
export class InterruptedError extends ItchatError {
  override name = 'InterruptedError' as const
}

/** Text such as `@fil@…` may not be used to send this file in this context. Nothing was sent. */
export class DirectiveError extends ItchatError {
  override name = 'DirectiveError' as const
}
