import type { Delivery } from '../../transport/batch.js'
import { raceSignal } from '../../util/race-signal.js'

/**
 * Acknowledges a delivery when `take` resolves, and rejects it when `take` rejects. Resolves once either has happened,
 * or when the delivery is abandoned. An abandoned delivery is repeated later, so work that is still running is not
 * awaited.
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
