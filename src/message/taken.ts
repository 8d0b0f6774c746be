/**
 * A message that its handler has taken. It stays unfinished until one of these methods is called, even if the handler
 * throws. With hot reload, it is delivered again if the process ends before that. Only the first call has an effect.
 */
export interface TakenMessage {
  /**
   * Marks the message as handled. Once this resolves, it is never delivered again.
   *
   * @throws StateError with hot reload, if the saved login was released by `close()` or lost; the message will be
   * delivered again
   */
  done(): Promise<void>
  /** Delivers the message again, after the pending messages in its conversation, once its handler has ended. */
  giveBack(): void
}
