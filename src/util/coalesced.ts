/**
 * A job that runs one at a time, however often it is asked for: a call while it runs makes it run once more afterwards.
 * A call resolves, or rejects, with a run that began after it.
 */
export function coalesced(job: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const start = (): Promise<void> => {
    running = job().finally(() => {
      running = undefined
    })
    return running
  }
  return () => {
    // Beside one that is about to run there is no room for another, also between two runs.
    if (next) return next
    if (!running) return start()
    next = running
      .catch(() => {})
      .then(() => {
        next = undefined
        return start()
      })
    return next
  }
}
