import type { ActiveSession } from '../account/session/active-session.js'
import type { Engine } from './engine.js'

/**
 * Hands messages to their handlers until the session has ended, and those that take its place.
 *
 * @param close called, and waited for, when the signal aborts
 */
export async function runUntilEnded(
  engine: Engine,
  session: ActiveSession,
  close: () => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let closed: Promise<void> | undefined
  const abort = () => {
    closed = close()
  }
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort, { once: true })
  try {
    for (let current: ActiveSession | undefined = session; current; current = await current.successor) {
      if (current === engine.session) engine.dispatcher.start()
      await current.ended
    }
    await closed
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}
