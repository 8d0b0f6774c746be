import type { Clock } from '../clock.js'
import { ConnectionLost } from './connection-lost.js'

/** Waits on the sandbox's clock; throws `ConnectionLost` when the program disconnects or the sandbox closes. */
export async function pause(
  { clock, closing }: { clock: Clock; closing: AbortSignal },
  ms: number,
  disconnected: AbortSignal,
): Promise<void> {
  const signal = AbortSignal.any([closing, disconnected])
  try {
    await clock.sleep(ms, signal)
  } catch (error) {
    if (signal.aborted) throw new ConnectionLost('the program disconnected or the sandbox closed')
    throw error
  }
}
