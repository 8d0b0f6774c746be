import type { Notifier } from '../notifier.js'
import type { PollKind } from '../traffic.js'
import type { Exchange } from './exchange.js'

/**
 * Holds a poll until `look` finds something, `ms` are over, the program hangs up or the sandbox closes; `undefined` but
 * in the first case.
 */
export async function hold<T>(
  exchange: Exchange,
  kind: PollKind,
  notifier: Notifier,
  ms: number,
  look: () => T | undefined,
): Promise<T | undefined> {
  const { clock, closing, traffic } = exchange.core
  const { signal } = exchange.request
  const until = clock.now() + ms
  let release: (() => void) | undefined
  try {
    for (;;) {
      const found = look()
      const leftMs = until - clock.now()
      if (found !== undefined || leftMs <= 0 || signal.aborted || closing.aborted) return found
      const news = notifier.waitFor(leftMs, clock, signal, closing)
      release ??= traffic.hold(kind)
      await news
    }
  } finally {
    release?.()
  }
}
