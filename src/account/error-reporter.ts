import { InterruptedError } from '../errors.js'
import type { Message } from '../message/message.js'
import type { Emitter } from '../util/emitter.js'
import type { Logger } from '../util/logger.js'
import { describeError } from './describe-error.js'
import type { ItchatEvents } from './events.js'

interface ErrorReporterOptions {
  emitter: Emitter<ItchatEvents>
  logger: Logger
  /** Receives each error before listeners do. */
  onError(error: unknown): void
  /** Runs what happens because of a message. */
  runInContext(message: Message, work: () => void): void
}

/** Turns errors into events, or into lines of the log where no listener is registered. */
export class ErrorReporter {
  readonly #options: ErrorReporterOptions

  constructor(options: ErrorReporterOptions) {
    this.#options = options
  }

  /** Emits an `error` event; without a listener, logs it. */
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

  /** Reports the error of a listener. */
  reportListener(error: unknown, event: keyof ItchatEvents): void {
    // A broken error listener has only the log left.
    if (event === 'error') this.#log(error)
    else this.report({ error })
  }

  /**
   * Reports a message whose handler ended the process too often.
   *
   * @param keptAs where it is now; `undefined` when there was no room for it
   */
  reportInterrupted(message: Message, attempts: number, keptAs: string | undefined): void {
    const where =
      keptAs === undefined ? 'dropped, as there is no room for more messages set aside' : `set aside in ${keptAs}`
    const error = new InterruptedError(
      `The process died ${attempts} times while handling this message of type ${message.Type}; the last time, no other handler was running. The message is not tried again and was ${where}.`,
    )
    this.report({ error, message })
  }

  /** Runs a step; reports what it throws. */
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
