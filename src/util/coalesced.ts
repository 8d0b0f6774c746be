/**
 * Wraps a job so that it never runs concurrently: calls during a run share one further run afterwards. A call settles
 * with a run that started after the call.
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
    // At most one run is queued, even between two runs.
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
