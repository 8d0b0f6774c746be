import type { FaultKind } from '../faults/fault-table.js'

/** A deviation from the protocol that the real service might reject. */
export interface WarningView {
  endpoint: string
  /** What the program did and what it should do instead. */
  text: string
  /** Section of `document`. */
  section: string
  /** Default: docs/protocol.md. */
  document?: 'docs/ilink.md'
}

/** A request from a program, with its result. */
export interface RequestView {
  /** Starts at 1. */
  id: number
  /** Endpoint name, such as `webwxsync`. */
  endpoint: string
  /** Unix time in milliseconds at which the request arrived. */
  at: number
  /** HTTP status; absent while the request is pending, 0 if the connection was reset before the reply. */
  status?: number
  /** The `Ret`, `window.code` or `retcode/selector` of the reply, if it contains one. */
  result?: string
  /** Why the sandbox refused the request. The reply does not contain this. */
  reason?: string
  /** Absent while the request is pending. */
  durationMs?: number
  /** The faults that affected the request, outermost first; absent if there were none. */
  faults?: FaultKind[]
  /** The request's deviations from the protocol; absent if there are none. */
  warnings?: WarningView[]
  /**
   * Ids of the messages that the request announced, delivered, sent, recalled or carried a medium of. A message that was
   * refused has the id of its `RefusedView`.
   */
  messages?: string[]
  /** Id of the chat to which the request sent a message, or tried to. */
  chatId?: string
  /** Size of the reply's body in bytes, if known. */
  replyBytes?: number
}

/** A body of a request or reply. */
export type BodyView =
  | { kind: 'none' }
  /** `text` is shortened to 64 KiB if `isCut` is set, and for `json` is then not valid. */
  | { kind: 'json' | 'text'; text: string; sizeBytes: number; isCut?: true }
  /** Fields of `application/x-www-form-urlencoded` or `multipart/form-data`. */
  | { kind: 'form'; parts: PartView[]; sizeBytes: number }
  /** `md5` is absent for more than 64 KiB and for streamed bytes, unless they are a medium whose digest is known. */
  | { kind: 'binary'; type: string; sizeBytes: number; md5?: string }
  /** The body was dropped to make room for newer ones. */
  | { kind: 'dropped'; sizeBytes: number }

/** A field of a form: its text, or the digest of a file of up to 64 KiB. */
export interface PartView {
  name: string
  sizeBytes: number
  text?: string
  fileName?: string
  md5?: string
}
