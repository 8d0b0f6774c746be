import { InterruptedError } from '../errors.js'
import type { Message } from '../message/message.js'
import type { Emitter } from '../util/emitter.js'
import type { Logger } from '../util/logger.js'
import { describeError } from './describe-error.js'
import type { ItchatEvents } from './events.js'

interface ErrorReporterOptions {
  emitter: Emitter<ItchatEvents>
  logger: Logger
  /** Called with each error before any listener. */
  onError(error: unknown): void
  /** Runs work caused by a message in the context of that message. */
  runInContext(message: Message, work: () => void): void
}

/** Emits errors as `error` events, or logs them when no listener is registered. */
export class ErrorReporter {
  readonly #options: ErrorReporterOptions

  constructor(options: ErrorReporterOptions) {
    this.#options = options
  }

  report(failure: ItchatEvents['error']): void {
    const { emitter, onError, runInContext } = this.#options
    const { error, message } = failure
    onError(error)
    const emit = () => {
      if (emitter.has('error')) emitter.emit('error', failure)
      else this.#log(error)
    }
    if (message) runInContext(message, emit)
    else emit()
  }

  /** Reports an error that a listener threw. */
  reportListener(error: unknown, event: keyof ItchatEvents): void {
    // An error listener that throws must not be called again: log only.
    if (event === 'error') this.#log(error)
    else this.report({ error })
  }

  /**
   * Reports a message that will not be retried because the process died too often while handling it.
   *
   * @param storedAs path of the dead-letter file; `undefined` if it was full
   */
  reportInterrupted(message: Message, attempts: number, storedAs: string | undefined): void {
    const where = storedAs === undefined ? 'dropped because the dead-letter file is full' : `written to ${storedAs}`
    const error = new InterruptedError(
      `The process died ${attempts} times while handling this message of type ${message.Type}; the last time, no other handler was running. The message will not be retried and was ${where}.`,
    )
    this.report({ error, message })
  }

  /** Runs a step and reports any error it throws. */
  async attempt(step: () => Promise<unknown>): Promise<void> {
    try {
      await step()
    } catch (error) {
      this.report({ error })
    }
  }

  /** A logger that throws must not end a session. */
  #log(error: unknown): void {
    try {
      this.#options.logger.error(describeError(error))
    } catch {}
  }
}
