import type { Delivery } from '../../transport/batch.js'
import { raceSignal } from '../../util/race-signal.js'

/**
 * Acknowledges a delivery when `take` resolves, and rejects it when `take` rejects. Resolves then, or when the delivery is abandoned:
 * it will be delivered again, and work still running is not awaited.
 *
 * @param onMoved called when the cursor has moved past the delivery
 */
export async function settleDelivery(
  { signal, acknowledge, reject }: Pick<Delivery, 'signal' | 'acknowledge' | 'reject'>,
  take: () => Promise<void>,
  onMoved: () => void,
): Promise<void> {
  const settled = take().then(() => {
    if (acknowledge()) onMoved()
  }, reject)
  await raceSignal(settled, signal).catch(() => {})
}
