import { type ItchatError, NetworkError, ProtocolError, ServerError } from '../../../errors.js'
import type { Delivery, TransportEvent } from '../../../transport/batch.js'
import { backoffMs } from '../../../util/backoff.js'
import { callAfter, startTimer } from '../../../util/clock.js'
import { raceSignal } from '../../../util/race-signal.js'
import type { Dict } from '../../../util/read.js'
import { callJson, type Ilink, isSessionOver } from '../api/call.js'
import { keepReply, unacceptedBatch } from './batch.js'
import { Poller } from './poller.js'

/** Polls that a server answers at once, without messages, are not repeated sooner than this. */
const MIN_PERIOD_MS = 1_000

/**
 * A server that no longer knows the token says so at once: a poll held for longer than this, or than twice the time of the
 * previous reply, shows that it does.
 */
const VERDICT_MS = 1_000

const START_TIMEOUT_MS = 10_000
/** Closing must not take long when the network is down. */
const STOP_TIMEOUT_MS = 3_000

/** How long a reply that is arriving, or its delivery, is waited for after receiving has been stopped. */
const LAST_DELIVERY_MS = 3_000

const MAX_RESUME_TRIES = 5

interface OpenPoll {
  token: string
  /** Resolves when the reply has been kept; whether it contained messages. */
  reply: Promise<boolean>
  cancel: AbortController
  /** Whether a part of the reply has arrived. The server does not send its messages again. */
  hasReplyStarted: boolean
}

/** Receives the messages of one account. @see docs/ilink.md §4 */
export class Receiver {
  readonly #ilink: Ilink
  readonly #poller: Poller
  /** Called when the session has changed and should be saved. */
  readonly #onChanged: () => void
  #poll: OpenPoll | undefined
  /** The token for which the phone shows that this program is receiving; `''` if there is none. */
  #announcedToken = ''

  constructor(ilink: Ilink, onChanged: () => void) {
    this.#ilink = ilink
    this.#onChanged = onChanged
    this.#poller = new Poller(ilink)
  }

  /**
   * Starts polling with a restored session. The poll is continued by `receive`.
   *
   * @param onRetry called when no reply arrives; the request is repeated
   * @returns `undefined` when the server no longer knows the token
   * @throws NetworkError, ProtocolError after five attempts
   */
  async resume(
    onRetry: (error: Error, retryInMs: number) => void,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Delivery | undefined> {
    const { clock } = this.#ilink
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#resumeOnce(signal)
      } catch (error) {
        this.#cancelPoll()
        if (signal.aborted) throw signal.reason
        if (isSessionOver(error)) return undefined
        if (!isTransient(error) || attempt >= MAX_RESUME_TRIES) throw error
        const retryInMs = backoffMs(attempt, clock)
        onRetry(error, retryInMs)
        await clock.sleep(retryInMs, signal)
      }
    }
  }

  /** @throws ServerError when the server no longer knows the token, even after another notice of the start */
  async #resumeOnce(signal: AbortSignal): Promise<Delivery> {
    const repliedInMs = await this.#announce(signal)
    try {
      await this.#checkToken(repliedInMs, signal)
    } catch (error) {
      if (!isSessionOver(error)) throw error
      this.#cancelPoll()
      await this.#checkToken(await this.#announce(signal), signal)
    }
    return this.#delivery(new AbortController().signal).delivery
  }

  /**
   * Polls until the reply, or until the server must know the token.
   *
   * @param repliedInMs how long the server took for its previous reply; `undefined` if there was none, so that the poll
   * itself has to show that the server can be reached
   * @throws ServerError when the server does not know the token
   */
  async #checkToken(repliedInMs: number | undefined, signal: AbortSignal): Promise<void> {
    const { clock } = this.#ilink
    const { reply } = this.#current()
    const isHeld = new Promise<'held'>((resolve) => {
      if (repliedInMs === undefined) return
      const cancel = callAfter(clock, Math.max(VERDICT_MS, 2 * repliedInMs), () => resolve('held'))
      const end = () => cancel()
      reply.then(end, end)
    })
    await raceSignal(Promise.race([reply, isHeld]), signal)
  }

  /** @see Transport.receive */
  async *receive(
    signal: AbortSignal,
    room: (signal: AbortSignal) => Promise<void>,
  ): AsyncGenerator<TransportEvent, undefined> {
    const { clock } = this.#ilink
    const deliveries = new AbortController()
    let cancelAbort = () => {}
    const stop = () => {
      this.#stopPolling()
      cancelAbort = callAfter(clock, LAST_DELIVERY_MS, () => deliveries.abort(signal.reason))
    }
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    try {
      return yield* this.#events(signal, deliveries.signal, room)
    } finally {
      signal.removeEventListener('abort', stop)
      cancelAbort()
    }
  }

  /** @param deliveries aborts when the account is no longer waited for */
  async *#events(
    signal: AbortSignal,
    deliveries: AbortSignal,
    room: (signal: AbortSignal) => Promise<void>,
  ): AsyncGenerator<TransportEvent, undefined> {
    const { clock, session } = this.#ilink
    let failures = 0
    let refusals = 0
    let rejections = 0
    while (true) {
      if (session.unaccepted) {
        const { delivery, settled } = this.#delivery(deliveries)
        yield delivery
        const isAccepted = await settled
        if (signal.aborted) return undefined
        rejections = isAccepted ? 0 : rejections + 1
        if (!isAccepted) await clock.sleep(backoffMs(rejections, clock), signal).catch(() => {})
        continue
      }
      if (signal.aborted) return undefined
      const elapsedMs = startTimer(clock)
      let hasMessages: boolean
      try {
        await room(signal)
        if (this.#announcedToken !== session.credentials?.token) await this.#announce(signal)
        hasMessages = await this.#current().reply
      } catch (error) {
        this.#cancelPoll()
        if (signal.aborted) return undefined
        if (isSessionOver(error)) {
          if (refusals++ > 0) {
            yield { kind: 'ended', reason: 'expired' }
            return undefined
          }
          this.#announcedToken = ''
          continue
        }
        if (!isTransient(error)) throw error
        const retryInMs = backoffMs(++failures, clock)
        yield { kind: 'offline', error, retryInMs }
        await clock.sleep(retryInMs, signal).catch(() => {})
        continue
      }
      refusals = 0
      if (failures > 0) {
        failures = 0
        yield { kind: 'online' }
      }
      const pauseMs = MIN_PERIOD_MS - elapsedMs()
      if (!hasMessages && pauseMs > 0) await clock.sleep(pauseMs, signal).catch(() => {})
    }
  }

  /** Called when a part of the reply to a poll has arrived. */
  replyStarted(): void {
    if (this.#poll) this.#poll.hasReplyStarted = true
  }

  /** Shows on the phone that this program has stopped receiving. Does not end the session. @see docs/ilink.md §7 */
  async stop(): Promise<void> {
    const { session } = this.#ilink
    this.#cancelPoll()
    const isAnnounced = session.isOpen && this.#announcedToken === session.credentials?.token
    this.#announcedToken = ''
    if (isAnnounced) await callJson(this.#ilink, 'notifystop', { timeoutMs: STOP_TIMEOUT_MS }).catch(() => {})
  }

  /**
   * Shows on the phone that this program is receiving. A failure has no effect on receiving.
   *
   * @returns how long the reply took, in ms; `undefined` without a reply
   * @see docs/ilink.md §7
   */
  async #announce(signal: AbortSignal): Promise<number | undefined> {
    const { clock, session } = this.#ilink
    const token = session.credentials?.token ?? ''
    const elapsedMs = startTimer(clock)
    try {
      await callJson(this.#ilink, 'notifystart', { timeoutMs: START_TIMEOUT_MS, signal })
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof ServerError)) return undefined
    }
    this.#announcedToken = token
    return elapsedMs()
  }

  /** The open poll of this session; a new one if there is none. */
  #current(): OpenPoll {
    const token = this.#ilink.session.credentials?.token ?? ''
    if (this.#poll?.token === token) return this.#poll
    this.#cancelPoll()
    const cancel = new AbortController()
    // The reply is kept as soon as it arrives, whether or not it is awaited.
    const reply = this.#poller.poll(cancel.signal).then((received) => {
      if (this.#poll === poll) this.#poll = undefined
      return received !== undefined && this.#keep(received, token)
    })
    // Awaited later, possibly after it has failed.
    reply.catch(() => {})
    const poll = { token, reply, cancel, hasReplyStarted: false }
    this.#poll = poll
    return poll
  }

  #keep(reply: Dict, token: string): boolean {
    if (token !== this.#ilink.session.credentials?.token) return false
    const hasMessages = keepReply(this.#ilink, reply)
    if (hasMessages) this.#onChanged()
    return hasMessages
  }

  #cancelPoll(): void {
    this.#poll?.cancel.abort(new Error('Receiving has stopped.'))
    this.#poll = undefined
  }

  /** Ends the open poll. A reply that is arriving is waited for, because its messages would be lost. */
  #stopPolling(): void {
    const poll = this.#poll
    if (!poll?.hasReplyStarted) {
      this.#cancelPoll()
      return
    }
    const cancel = callAfter(this.#ilink.clock, LAST_DELIVERY_MS, () => poll.cancel.abort(new Error('No more data.')))
    poll.reply.then(cancel, cancel)
  }

  /** @returns also whether the account has accepted the batch, once it has decided */
  #delivery(signal: AbortSignal): { delivery: Delivery; settled: Promise<boolean> } {
    const { session } = this.#ilink
    const { credentials, unaccepted } = session
    const batch = unacceptedBatch(session)
    let settle: (isAccepted: boolean) => void = () => {}
    const settled = new Promise<boolean>((resolve) => {
      const abandon = () => resolve(false)
      signal.addEventListener('abort', abandon, { once: true })
      settle = (isAccepted) => {
        // The signal outlives the delivery.
        signal.removeEventListener('abort', abandon)
        resolve(isAccepted)
      }
    })
    const acknowledge = () => {
      const isCurrent = session.credentials === credentials
      if (isCurrent) {
        session.cursor = batch.cursor
        if (session.unaccepted === unaccepted) session.unaccepted = undefined
      }
      settle(true)
      return isCurrent
    }
    return { delivery: { kind: 'batch', batch, signal, acknowledge, reject: () => settle(false) }, settled }
  }
}

function isTransient(error: unknown): error is ItchatError {
  return error instanceof NetworkError || error instanceof ProtocolError || error instanceof ServerError
}
