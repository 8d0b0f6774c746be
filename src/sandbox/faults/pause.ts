import type { Clock } from '../clock.js'
import { ConnectionLost } from './connection-lost.js'

/** Waits on the sandbox's clock; throws `ConnectionLost` when the program hangs up or the sandbox closes. */
export async function pause(
  { clock, closing }: { clock: Clock; closing: AbortSignal },
  ms: number,
  gone: AbortSignal,
): Promise<void> {
  const over = AbortSignal.any([closing, gone])
  try {
    await clock.sleep(ms, over)
  } catch (error) {
    if (over.aborted) throw new ConnectionLost('the program hung up, or the sandbox closed')
    throw error
  }
}
