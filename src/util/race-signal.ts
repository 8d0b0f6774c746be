/**
 * Resolves to the result of the work; rejects with the signal's reason if it aborts first.
 *
 * @param discard receives a result that arrives after the abort
 */
export async function raceSignal<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  discard?: (late: T) => unknown,
): Promise<T> {
  if (!signal) return work
  let abort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
  })
  if (signal.aborted) abort()
  // Removed below: a signal that outlives the work must not retain it.
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work, aborted])
  } catch (error) {
    if (discard && signal.aborted) work.then(discard).catch(() => {})
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
