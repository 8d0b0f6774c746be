import type { MessageView, RequestView } from './control/view.js'
import { SandboxError } from './errors.js'

/** What the program did while a message of it was waited for. */
export interface NoMessageDetails {
  /** Id of the chat in which nothing came. */
  chatId: string
  timeoutMs: number
  /** What was said there since the program's last message, oldest first; `delivered`: the program fetched it. */
  said: readonly MessageView[]
  /** What the program sent to other chats meanwhile, oldest first. */
  elsewhere: readonly MessageView[]
  /** Requests of the program that were refused meanwhile, oldest first. */
  refused: readonly RequestView[]
  /** Lines of the sources given to `Sandbox.addDiagnostics`. */
  diagnostics: readonly string[]
}

/** The program sent no message in time; the error's text says how far it came. */
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
