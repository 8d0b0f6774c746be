import { SandboxError } from './errors.js'
import type { RequestView } from './inspector/request-view.js'
import type { MessageView } from './views/view.js'

/** What the program did while the test waited for a message. */
export interface NoMessageDetails {
  /** Id of the chat that received no message. */
  chatId: string
  timeoutMs: number
  /**
   * Messages in that chat since the program's last one, oldest first. `delivered` means that the program has fetched
   * the message.
   */
  said: readonly MessageView[]
  /** Messages that the program sent to other chats in the meantime, oldest first. */
  elsewhere: readonly MessageView[]
  /** Requests from the program that were refused in the meantime, oldest first. */
  refused: readonly RequestView[]
  /** Lines returned by the callbacks passed to `Sandbox.addDiagnostics`. */
  diagnostics: readonly string[]
}

/** Thrown when the program sent no message in time. The error message reports what the program did instead. */
export class NoMessageError extends SandboxError implements NoMessageDetails {
  override name = 'NoMessageError'
  readonly chatId: string
  readonly timeoutMs: number
  readonly said: readonly MessageView[]
  readonly elsewhere: readonly MessageView[]
  readonly refused: readonly RequestView[]
  readonly diagnostics: readonly string[]

  constructor(details: NoMessageDetails, lines: readonly string[]) {
    super(lines.join('\n  '))
    this.chatId = details.chatId
    this.timeoutMs = details.timeoutMs
    this.said = details.said
    this.elsewhere = details.elsewhere
    this.refused = details.refused
    this.diagnostics = details.diagnostics
  }
}
