import { SandboxError } from '../errors.js'

/** The part of a reply sent before the connection was reset. */
export interface PartialReply {
  status: number
  headers: Headers
  /** Fewer than `Content-Length`. */
  bytes: Uint8Array
}

/** The connection of a request was reset by a fault or closed by the program. */
export class ConnectionLost extends SandboxError {
  override name = 'ConnectionLost'
  /** Absent when nothing was sent. */
  readonly reply: PartialReply | undefined

  constructor(reason: string, reply?: PartialReply) {
    super(`Connection reset: ${reason}.`)
    this.reply = reply
  }
}
