import { NetworkError } from '../../errors.js'
import type { Clock } from '../../util/clock.js'
import { settlesWithin } from '../../util/timeout.js'
import type { SentContent } from './sent-message.js'

/** How long `close()` waits for sends in progress. */
const LAST_SENDS_MS = 10_000

/** A send in progress. */
export interface PendingSend {
  content: SentContent
  /** Whether a request with the message has been sent but not answered. */
  isInFlight: boolean
  /** Aborts with the caller's signal, and when the instance stops waiting. */
  readonly signal: AbortSignal
}

/** Tracks the sends in progress, so that `close()` can wait for them. */
export class PendingSends {
  readonly #clock: Clock
  readonly #open = new Map<PendingSend, { abort: AbortController; ended: Promise<unknown> }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#open.size
  }

  /**
   * Runs a send and tracks it until it ends.
   *
   * @param work must end when its signal aborts
   * @param end called with the result or the error before `run` settles
   * @throws any error from `work`; the signal's reason; NetworkError when the instance stops waiting
   */
  async run<T>(
    content: SentContent,
    signal: AbortSignal | undefined,
    work: (send: PendingSend) => Promise<T>,
    end: (send: PendingSend, result: { value: T } | { error: unknown }) => void,
  ): Promise<T> {
    const abort = new AbortController()
    const send: PendingSend = { content, isInFlight: false, signal: abort.signal }
    const stop = () => abort.abort(signal?.reason)
    if (signal?.aborted) stop()
    // Removed below: a signal that outlives the send must not retain it.
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

  /** Waits up to ten seconds for the pending sends, then rejects those that are still pending. */
  async settled(): Promise<void> {
    const ended = Promise.all([...this.#open.values()].map((open) => open.ended))
    if (await settlesWithin(this.#clock, LAST_SENDS_MS, ended)) return
    for (const [send, { abort }] of this.#open) abort.abort(closedError(send))
    await ended
  }
}

function closedError({ isInFlight }: PendingSend): NetworkError {
  const outcome = isInFlight ? 'The message may have arrived' : 'The message was not sent'
  return new NetworkError(
    `send: the instance was closed and the send did not finish within ${LAST_SENDS_MS / 1000} s. ${outcome}.`,
    { endpoint: 'send', outcome: isInFlight ? 'unknown' : 'notSent' },
  )
}
