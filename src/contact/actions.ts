import type { Readable } from 'node:stream'
import type { ContactOperations } from './operations.js'

/** The server's reply to a sent message; further fields are present at run time. */
export interface SendResult {
  ok: true
  /** The server's id for the message, in decimal digits; required to revoke it. */
  MsgID: string
  /** The id that this client gave to the message; the `sent` event repeats it as `localId`. */
  LocalID: string
  /** The results for all parts, in order, if long text was split. The other fields are those of the last part. */
  parts?: SendResult[]
  /** The server replied without an id, so the message may not arrive. */
  unconfirmed?: true
  /** The message waits and will be sent later; `LocalID` identifies it in the `sent` event. */
  queued?: true
}

/** A file to send: a path, a `file:` URL, bytes, a Blob, or a readable stream. */
export type FileSource = string | URL | Uint8Array | Blob | Readable | ReadableStream<Uint8Array>

/** Options of a send. */
export interface SendOptions {
  /** Ends the wait; a message that is already in flight may still arrive. */
  signal?: AbortSignal
  /**
   * Whether a message that is refused for now (`RefusedError`) waits until the next message in its conversation is
   * received, instead of failing; likewise a message sent while earlier ones wait. The call then resolves to a result
   * with `queued: true`. When the message is sent later, a `sent` event has its `LocalID` and the outcome; if it is
   * refused again, it keeps waiting. With hot reload, waiting messages survive the end of the process; otherwise they
   * are only in memory. Only for text and for files given by path or `file:` URL; a file is read when it is sent.
   * At most 1,000 messages wait. Default false.
   */
  queue?: boolean
}

/** Options of sending a file. */
export interface SendFileOptions extends SendOptions {
  /** Name shown to the recipient. Default: the name of the file, or `file` for bytes. */
  name?: string
  /** Called after each chunk of 512 KiB. */
  onProgress?: (progress: { sentBytes: number; totalBytes: number }) => unknown
}

/** An uploaded file, to be sent without uploading it again. */
export interface MediaReference {
  /** `MediaId` from the result of `uploadFile`. */
  mediaId: string
  /** For files only; name and size are part of the message. */
  name?: string
  sizeBytes?: number
}

/** The methods that send messages to contacts. */
export interface SendActions {
  send(msg: string, toUserName: string, options?: SendOptions): Promise<SendResult>
  sendMsg(msg: string, toUserName: string, options?: SendOptions): Promise<SendResult>
  sendRawMsg(msgType: number, content: string, toUserName: string, options?: SendOptions): Promise<SendResult>
  sendFile(source: FileSource | MediaReference, toUserName: string, options?: SendFileOptions): Promise<SendResult>
  sendImage(source: FileSource | MediaReference, toUserName: string, options?: SendFileOptions): Promise<SendResult>
  sendVideo(source: FileSource | MediaReference, toUserName: string, options?: SendFileOptions): Promise<SendResult>
}

/** The operations that contact methods call, provided by their account. */
export interface ContactActions {
  readonly sending: SendActions
  readonly operations: ContactOperations
}
