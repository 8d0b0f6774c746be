import { SandboxError } from '../errors.js'

/** The part of a reply sent before the connection was reset. */
export interface PartialReply {
  status: number
  headers: Headers
  /** The sent bytes, fewer than `Content-Length`. */
  bytes: Uint8Array
}

/** Thrown when a fault resets the connection, the program disconnects or the sandbox is closed during a request. */
export class ConnectionLost extends SandboxError {
  override name = 'ConnectionLost'
  /** The part of the reply that was sent, if any. */
  readonly reply: PartialReply | undefined

  constructor(reason: string, reply?: PartialReply) {
    super(`Connection reset: ${reason}.`)
    this.reply = reply
  }
}
