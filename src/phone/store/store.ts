interface Store<State, Change> {
  get(): State
  change(change: Change): void
  /** Calls `listener` after every change to the state; returns a function that unsubscribes. */
  watch(listener: () => void): () => void
}

/** An observable state that changes only through `reduce`. */
export function createStore<State, Change>(
  initial: State,
  reduce: (state: State, change: Change) => State,
): Store<State, Change> {
  let state = initial
  const listeners = new Set<() => void>()
  return {
    get: () => state,
    change(change) {
      const next = reduce(state, change)
      if (next === state) return
      state = next
      for (const listener of [...listeners]) listener()
    },
    watch(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}
