import { SandboxError } from '../errors.js'

/** The part of a reply sent before the connection was reset. */
export interface PartialReply {
  status: number
  headers: Headers
  /** The sent bytes, fewer than `Content-Length`. */
  bytes: Uint8Array
}

/** Thrown when the connection was reset by a fault or closed by the program during a request. */
export class ConnectionLost extends SandboxError {
  override name = 'ConnectionLost'
  /** The part of the reply that was sent, if any. */
  readonly reply: PartialReply | undefined

  constructor(reason: string, reply?: PartialReply) {
    super(`Connection reset: ${reason}.`)
    this.reply = reply
  }
}
