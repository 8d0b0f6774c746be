import type { Notifier } from '../notifier.js'
import type { PollKind } from '../traffic.js'
import type { Exchange } from './exchange.js'

/**
 * Holds a poll open until `find` returns a result, `ms` have passed, the program disconnects or the sandbox is closed.
 * Returns `undefined` if there is no result.
 */
export async function hold<T>(
  exchange: Pick<Exchange, 'core' | 'request'>,
  kind: PollKind,
  notifier: Notifier,
  ms: number,
  find: () => T | undefined,
): Promise<T | undefined> {
  const { clock, closing, traffic } = exchange.core
  const { signal } = exchange.request
  const deadline = clock.now() + ms
  let release: (() => void) | undefined
  try {
    for (;;) {
      const found = find()
      const leftMs = deadline - clock.now()
      if (found !== undefined || leftMs <= 0 || signal.aborted || closing.aborted) return found
      const change = notifier.waitFor(leftMs, clock, signal, closing)
      release ??= traffic.hold(kind)
      await change
    }
  } finally {
    release?.()
  }
}
