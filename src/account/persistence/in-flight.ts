/** Numbers of the messages whose handlers have started but which are not recorded as done. */
export class InFlight extends Set<number> {
  #idleWaiters: (() => void)[] = []

  override delete(n: number): boolean {
    const wasInFlight = super.delete(n)
    if (this.size === 0) for (const wake of this.#idleWaiters.splice(0)) wake()
    return wasInFlight
  }

  /** Resolves when the set is empty. */
  async idle(): Promise<void> {
    while (this.size > 0) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve))
  }
}
