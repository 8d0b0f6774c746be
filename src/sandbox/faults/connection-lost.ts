import { SandboxError } from '../errors.js'

/** What of a reply got through before the connection broke. */
export interface PartialReply {
  status: number
  headers: Headers
  /** Less than `Content-Length` announces. */
  bytes: Uint8Array
}

/** A request whose connection broke: by a fault, or because the program hung up. */
export class ConnectionLost extends SandboxError {
  override name = 'ConnectionLost'
  /** Absent when nothing got through. */
  readonly reply: PartialReply | undefined

  constructor(why: string, reply?: PartialReply) {
    super(`the connection was reset: ${why}`)
    this.reply = reply
  }
}
