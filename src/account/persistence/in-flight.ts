/** Numbers of messages whose handlers have begun and are not noted as done. */
export class InFlight extends Set<number> {
  #idled: (() => void)[] = []

  override delete(n: number): boolean {
    const hadIt = super.delete(n)
    if (this.size === 0) for (const wake of this.#idled.splice(0)) wake()
    return hadIt
  }

  /** Resolves when there are none. */
  async idle(): Promise<void> {
    while (this.size > 0) await new Promise<void>((resolve) => this.#idled.push(resolve))
  }
}
