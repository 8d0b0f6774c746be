import type { Clock } from '../clock.js'
import { ConnectionLost } from './connection-lost.js'

/** Waits on the sandbox's clock. Throws `ConnectionLost` if the program disconnects or the sandbox is closed. */
export async function pause(
  { clock, closing }: { clock: Clock; closing: AbortSignal },
  ms: number,
  disconnected: AbortSignal,
): Promise<void> {
  const signal = AbortSignal.any([closing, disconnected])
  try {
    await clock.sleep(ms, signal)
  } catch (error) {
    if (signal.aborted) throw new ConnectionLost('the program disconnected or the sandbox was closed')
    throw error
  }
}
