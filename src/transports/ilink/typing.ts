import { backoffMs } from '../../util/backoff.js'
import { text } from '../../util/read.js'
import { callJson, type Ilink } from './api/call.js'
import { TYPING } from './wire/message.js'

/** The phone hides the indicator after about this time. @see docs/ilink.md §5 */
const REPEAT_MS = 5_000

/** How long a ticket is used. */
const TICKET_LIFE_MS = 10 * 60_000

const TIMEOUT_MS = 10_000

/** Closing waits for it. */
const SEND_TIMEOUT_MS = 3_000

/** Attempts to hide the indicator. */
const OFF_TRIES = 3

/** Shows on the phone that a reply is being made. A failure is ignored: it must not delay the reply. */
export class Typing {
  readonly #ilink: Ilink
  /** Number of handlers that are running. */
  #running = 0
  #loop: Promise<void> = Promise.resolve()
  #stop = new AbortController()
  #ticket: { value: string; token: string; untilMs: number } | undefined
  #failures = 0
  #isClosed = false
  #retryAtMs = 0

  constructor(ilink: Ilink) {
    this.#ilink = ilink
  }

  /** Shows the indicator. @returns a function that hides it, once every such function has been called */
  start(): () => void {
    if (this.#running++ === 0) {
      this.#stop = new AbortController()
      const { signal } = this.#stop
      this.#loop = this.#loop.then(() => this.#show(signal))
    }
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      if (--this.#running === 0) this.#stop.abort(new Error('No handler is running.'))
    }
  }

  /** Hides the indicator. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#stop.abort(new Error('The transport is closed.'))
    await this.#loop
  }

  async #show(signal: AbortSignal): Promise<void> {
    const { clock } = this.#ilink
    let isShown = false
    try {
      while (!signal.aborted) {
        const ticket = await this.#ticketNow(signal)
        if (ticket !== undefined) {
          isShown = true
          // Not aborted: the server might process it after the request that hides the indicator.
          await this.#send(ticket, TYPING.on).catch(() => {})
        }
        await clock.sleep(REPEAT_MS, signal)
      }
    } catch {
      // The handler has ended.
    }
    // Otherwise the phone may show it for good.
    const tries = this.#isClosed ? 1 : OFF_TRIES
    if (isShown && this.#ticket) await this.#send(this.#ticket.value, TYPING.off, tries).catch(() => {})
  }

  /**
   * @returns `undefined` when there is no ticket now
   * @throws the signal's reason
   */
  async #ticketNow(signal: AbortSignal): Promise<string | undefined> {
    const { clock, session } = this.#ilink
    const now = clock.now()
    const { token = '', userId = '' } = session.credentials ?? {}
    if (this.#ticket?.token === token && now < this.#ticket.untilMs) return this.#ticket.value
    if (now < this.#retryAtMs) return undefined
    try {
      const context = session.contextToken === '' ? {} : { context_token: session.contextToken }
      const body = { ilink_user_id: userId, ...context }
      const value = text(
        (await callJson(this.#ilink, 'getconfig', { body, timeoutMs: TIMEOUT_MS, signal })).typing_ticket,
      )
      if (value === '') throw new Error('The reply contains no ticket.')
      this.#ticket = { value, token, untilMs: now + TICKET_LIFE_MS }
      this.#failures = 0
      return value
    } catch {
      signal.throwIfAborted()
      this.#retryAtMs = now + backoffMs(++this.#failures, clock)
      return undefined
    }
  }

  async #send(ticket: string, status: number, tries = 1): Promise<void> {
    const { userId = '' } = this.#ilink.session.credentials ?? {}
    const body = { ilink_user_id: userId, typing_ticket: ticket, status }
    await callJson(this.#ilink, 'sendtyping', { body, timeoutMs: SEND_TIMEOUT_MS, tries })
  }
}
