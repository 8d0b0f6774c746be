interface Store<State, Change> {
  get(): State
  change(change: Change): void
  /** Calls back after every change that made a new state; returns what ends it. */
  watch(listener: () => void): () => void
}

/** One state, changed only by `reduce`, watched by the page. */
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
