import { NetworkError } from '../../errors.js'
import type { Clock } from '../../util/clock.js'
import { settlesWithin } from '../../util/timeout.js'
import type { SentContent } from './sent-message.js'

/** How long `close()` waits for sends in progress. */
const LAST_SENDS_MS = 10_000

/** A send that has not ended. */
export interface PendingSend {
  content: SentContent
  /** A request with the message was made and not answered. */
  isOnItsWay: boolean
  /** Aborts when the caller's does, and when the instance waits no longer. */
  readonly signal: AbortSignal
}

/** The sends that have not ended, to wait for them. */
export class PendingSends {
  readonly #clock: Clock
  readonly #open = new Map<PendingSend, { abort: AbortController; ended: Promise<unknown> }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Runs a send to its end.
   *
   * @param work has to end when its signal aborts
   * @param end called with what it resolved to, or rejected with, before that is passed on
   * @throws what `work` throws; the signal's reason; NetworkError when the instance waits no longer
   */
  async run<T>(
    content: SentContent,
    signal: AbortSignal | undefined,
    work: (send: PendingSend) => Promise<T>,
    end: (send: PendingSend, result: { value: T } | { error: unknown }) => void,
  ): Promise<T> {
    const abort = new AbortController()
    const send: PendingSend = { content, isOnItsWay: false, signal: abort.signal }
    const stop = () => abort.abort(signal?.reason)
    if (signal?.aborted) stop()
    // Taken off again below: a signal that outlives the send must not keep it.
    signal?.addEventListener('abort', stop, { once: true })
    const begun = async () => {
      abort.signal.throwIfAborted()
      return work(send)
    }
    const finished = begun().then(
      (value) => {
        end(send, { value })
        return value
      },
      (error: unknown) => {
        end(send, { error })
        throw error
      },
    )
    this.#open.set(send, { abort, ended: finished.catch(() => {}) })
    try {
      return await finished
    } finally {
      signal?.removeEventListener('abort', stop)
      this.#open.delete(send)
    }
  }

  /** Waits for the open sends for ten seconds at most; those that have not ended then reject. */
  async settled(): Promise<void> {
    const ended = Promise.all([...this.#open.values()].map((open) => open.ended))
    if (await settlesWithin(this.#clock, LAST_SENDS_MS, ended)) return
    for (const [send, { abort }] of this.#open) abort.abort(notAwaited(send))
    await ended
  }
}

function notAwaited({ isOnItsWay }: PendingSend): NetworkError {
  const what = isOnItsWay ? 'the message may have arrived' : 'the message was not sent'
  return new NetworkError(
    `send: the instance was closed, and the send did not end within ${LAST_SENDS_MS / 1000} s; ${what}.`,
    { endpoint: 'send', outcome: isOnItsWay ? 'unknown' : 'notSent' },
  )
}
