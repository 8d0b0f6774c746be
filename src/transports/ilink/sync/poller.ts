import { NetworkError } from '../../../errors.js'
import { startTimer } from '../../../util/clock.js'
import { int } from '../../../util/read.js'
import { TimeoutReason } from '../../../util/timeout.js'
import { type CallReply, call, type Ilink } from '../api/call.js'
import { DEFAULT_HOLD_MS } from '../wire/constants.js'

/** How much longer than the server's hold a poll may take. Without it, every idle poll would be lost in the race. */
const MARGIN_MS = 8_000

const MAX_HOLD_MS = 120_000

/** Statuses of a gateway that ends held requests before the server does. */
const CUT_STATUSES = [504, 524]

/** A gateway that replies sooner than this has not held the request: the server behind it has failed. */
const MIN_CUT_MS = 5_000

/** After this many polls cut by a gateway, this client ends some polls itself, before the gateway does. */
const MAX_CUTS = 2
const SHORT_POLL_MS = 10_000

/** Number of short polls between two long ones, which show whether the server can still be reached. */
const SHORT_POLLS = 6

/** A poll without a reply is normal; several long ones in a row mean that the connection is broken. */
const MAX_TIMEOUTS = 2

type UpdatesReply = CallReply<'getupdates'>['body']

/** Polls for messages. @see docs/ilink.md §4 */
export class Poller {
  readonly #ilink: Ilink
  #holdMs = DEFAULT_HOLD_MS
  #cuts = 0
  #timeouts = 0
  /** Number of short polls before the next long one. */
  #shortPolls = 0

  constructor(ilink: Ilink) {
    this.#ilink = ilink
  }

  /**
   * Polls once.
   *
   * @returns `undefined` when the poll ended without a reply, which means that there are no messages
   * @throws NetworkError, ProtocolError, ServerError; the signal's reason
   */
  async poll(signal: AbortSignal): Promise<UpdatesReply | undefined> {
    const { clock, session } = this.#ilink
    const isShort = this.#shortPolls > 0
    if (isShort) this.#shortPolls--
    const timeoutMs = isShort ? SHORT_POLL_MS : this.#holdMs + MARGIN_MS
    const body = { get_updates_buf: session.unaccepted?.cursor ?? session.cursor }
    const elapsedMs = startTimer(clock)
    try {
      const reply = await call(this.#ilink, 'getupdates', { body, timeoutMs, accepts: CUT_STATUSES, signal })
      this.#timeouts = 0
      if (CUT_STATUSES.includes(reply.status)) return this.#cut(reply.status, elapsedMs())
      if (!isShort) this.#cuts = 0
      const holdMs = int(reply.body.longpolling_timeout_ms, 0)
      if (holdMs > 0) this.#holdMs = Math.min(holdMs, MAX_HOLD_MS)
      return reply.body
    } catch (error) {
      if (!isTimeout(error) || (!isShort && ++this.#timeouts > MAX_TIMEOUTS)) throw error
      return undefined
    }
  }

  #cut(status: number, lastedMs: number): undefined {
    if (lastedMs < MIN_CUT_MS) {
      throw new NetworkError(`getupdates: the server failed (HTTP ${status}). Try again later.`, {
        endpoint: 'getupdates',
        outcome: 'unknown',
      })
    }
    if (++this.#cuts >= MAX_CUTS) this.#shortPolls = SHORT_POLLS
    return undefined
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof NetworkError && error.cause instanceof TimeoutReason
}
