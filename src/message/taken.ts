/**
 * A message that its handler has taken. It is unfinished until one of these is called, also when the handler throws: with hot reload
 * a process that ends before delivers it again. The first call decides; later ones do nothing.
 */
export interface TakenMessage {
  /**
   * It is handled, and never comes again once this resolves.
   *
   * @throws StateError with hot reload, when the login state was given back by `close()` or lost: the message comes again
   */
  done(): Promise<void>
  /** It goes to the handlers again, behind what waits in its conversation; not before its handler is over. */
  giveBack(): void
}
