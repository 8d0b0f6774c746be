import type { Readable } from 'node:stream'
import type { ContactOperations } from './operations.js'

/** What the server said to a send; its other fields are there at run time. */
export interface SendResult {
  ok: true
  /** The server's id of the message, decimal digits; wanted for recalling it. */
  MsgID: string
  LocalID: string
  /** A long text goes out in parts: the result of each, in order; this result is the last one's. */
  parts?: SendResult[]
  /** The server answered without an id: it may not arrive. */
  unconfirmed?: true
  /** It is kept, and goes out later. */
  queued?: true
}

/** Something to send: a path, a `file:` URL, bytes, a Blob, or a readable stream. */
export type FileSource = string | URL | Uint8Array | Blob | Readable | ReadableStream<Uint8Array>

export interface SendOptions {
  /** Ends the wait; a message that is on its way may still arrive. */
  signal?: AbortSignal
}

export interface SendFileOptions extends SendOptions {
  /** Name the recipient sees. Default: the file's own, `file` for bytes. */
  name?: string
  /** Called after each chunk of 512 KiB. */
  onProgress?: (progress: { sentBytes: number; totalBytes: number }) => unknown
}

/** What was uploaded before, to be sent without the file. */
export interface MediaReference {
  /** From `uploadFile`. */
  mediaId: string
  /** Files only: name and size go with the message. */
  name?: string
  sizeBytes?: number
}

/** How contacts are written to. */
export interface SendActions {
  send(msg: string, toUserName: string, options?: SendOptions): Promise<SendResult>
  sendMsg(msg: string, toUserName: string, options?: SendOptions): Promise<SendResult>
  sendRawMsg(msgType: number, content: string, toUserName: string, options?: SendOptions): Promise<SendResult>
  sendFile(source: FileSource | MediaReference, toUserName: string, options?: SendFileOptions): Promise<SendResult>
  sendImage(source: FileSource | MediaReference, toUserName: string, options?: SendFileOptions): Promise<SendResult>
  sendVideo(source: FileSource | MediaReference, toUserName: string, options?: SendFileOptions): Promise<SendResult>
}

/** What contacts can do, supplied by the account they belong to. */
export interface ContactActions {
  readonly sending: SendActions
  readonly operations: ContactOperations
}
