import type { MaybePromise } from '../../util/maybe-promise.js'

/** The delivery of one message, and how its outcome is recorded in the journal. */
export interface MessageDelivery {
  /** The conversation of the message. */
  chat: string
  /** How many times the process has crashed while the handler was running. */
  attempts: number
  /**
   * Called before the handler starts. Returns whether it may start: false if the message has been delivered again.
   *
   * @param isAlone whether no other handler is running
   */
  started(isAlone: boolean): MaybePromise<boolean>
  /** Records the message as handled. Returns false if this can no longer be recorded. */
  done(): MaybePromise<boolean>
  /** Records that the handler has ended while the program still holds the message. */
  held(): MaybePromise<void>
  /** Requests that a held message be delivered again. */
  giveBack(): Promise<void>
}
