import type { MessageView, RequestView } from './control/view.js'
import { SandboxError } from './errors.js'

/** What the program did during the wait for a message. */
export interface NoMessageDetails {
  /** Id of the chat that received no message. */
  chatId: string
  timeoutMs: number
  /** Messages in that chat since the program's last one, oldest first; `delivered`: the program fetched it. */
  said: readonly MessageView[]
  /** Messages the program sent to other chats meanwhile, oldest first. */
  elsewhere: readonly MessageView[]
  /** Requests of the program refused meanwhile, oldest first. */
  refused: readonly RequestView[]
  /** Lines from the callbacks given to `Sandbox.addDiagnostics`. */
  diagnostics: readonly string[]
}

/** The program sent no message in time; the error message reports its progress. */
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
