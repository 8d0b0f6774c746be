import type { Delivery } from '../../transport/batch.js'
import { raceSignal } from '../../util/race-signal.js'

/**
 * Acknowledges a delivery when `take` resolves, and rejects it when that rejects. Resolves then, or when the delivery is given up: it
 * comes again, and what goes on is not waited for.
 *
 * @param onMoved the position is behind the delivery now
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
