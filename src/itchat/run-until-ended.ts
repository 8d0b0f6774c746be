import type { ActiveSession } from '../account/session/active-session.js'
import type { Engine } from './engine.js'

/** Hands messages to their handlers until the session has ended, and those that take its place. @param close called on abort */
export async function runUntilEnded(
  engine: Engine,
  session: ActiveSession,
  close: () => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (signal?.aborted) close()
  signal?.addEventListener('abort', close, { once: true })
  try {
    for (let current: ActiveSession | undefined = session; current; current = await current.successor) {
      if (current === engine.session) engine.dispatcher.start()
      await current.ended
    }
  } finally {
    signal?.removeEventListener('abort', close)
  }
}
