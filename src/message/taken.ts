/**
 * A message that its handler has taken. It is unfinished until one of these methods is called, even when the handler throws: with
 * hot reload, it is delivered again if the process ends before. Only the first call has an effect.
 */
export interface TakenMessage {
  /**
   * Marks the message as handled. Once this resolves, it is never delivered again.
   *
   * @throws StateError with hot reload, when the saved login was released by `close()` or lost: the message is delivered again
   */
  done(): Promise<void>
  /** Delivers the message again, behind the pending messages of its conversation, once its handler has ended. */
  giveBack(): void
}
