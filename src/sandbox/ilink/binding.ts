import { randomHex } from '../random.js'
import type { IlinkEndpoint } from './endpoints.js'
import { Inbox } from './inbox.js'
import { newBotId } from './tokens.js'

/** How long a poll of a replaced token is held at most. @see docs/ilink.md §1 */
const REPLACED_HOLD_MS = 29_000

type TokenState = 'valid' | 'expired' | 'revivable' | 'replaced'

/** What the conformance checks remember about a program. */
class BindingMemory {
  readonly clientIds = new Set<string>()
  /** Number of texts sent since the owner last wrote. */
  parts = 0
  /** Unix times of the latest pushes in milliseconds. */
  readonly pushes: number[] = []
  /** Number of requests that were answered with -14, by endpoint. */
  readonly denied = new Map<IlinkEndpoint, number>()
  /** Whether a poll was ended by the program before its time. */
  hasAbandonedPoll = false
  /** Unix time in milliseconds until which short polls are right, because a gateway has ended a poll. */
  shortPollsUntil = 0
  /** The client ids of messages whose reply was lost: they may be sent again, with the token that they had. */
  readonly lostSends = new Set<string>()
  /** Whether a request that changes the typing indicator may not have been processed because of a fault. */
  hasLostTyping = false
}

/** A bot that the owner is bound to, or was. */
export class Binding {
  readonly botId = newBotId()
  readonly token: string
  /** Unix time in milliseconds. */
  readonly boundAt: number
  readonly inbox = new Inbox()
  readonly memory = new BindingMemory()
  /** Number of start and stop notices. */
  readonly notified = { starts: 0, stops: 0 }
  /** Number of polls that are being held. */
  heldPolls = 0
  isStarted = false
  /** Whether the program has polled since its latest notice. */
  hasPolled = false
  /** Whether the owner has written since the binding. */
  hasConversation = false
  isTyping = false
  typingAt = 0
  typingTicket: string | undefined
  tokenState: TokenState = 'valid'
  /** Unix time in milliseconds until which polls of a replaced token may be held. */
  #heldUntil = 0

  constructor(nowMs: number) {
    this.token = `${this.botId}:${randomHex(40)}`
    this.boundAt = nowMs
  }

  get isOnline(): boolean {
    // Some programs send no notices.
    const isRunning = this.isStarted || (this.hasPolled && this.notified.starts === 0)
    return this.tokenState === 'valid' && isRunning
  }

  /** Whether a poll that is being held may go on. */
  mayHold(nowMs: number): boolean {
    if (this.tokenState === 'valid') return true
    return this.tokenState === 'replaced' && nowMs < this.#heldUntil
  }

  /** Milliseconds until polls that are being held must end because the token was replaced. */
  holdLeftMs(nowMs: number): number {
    return this.tokenState === 'replaced' ? this.#heldUntil - nowMs : Number.POSITIVE_INFINITY
  }

  /** Ends the token. */
  end(state: 'expired' | 'revivable'): void {
    this.tokenState = state
    this.isTyping = false
    this.inbox.notifier.notify()
  }

  /** Ends the token for good, because the owner was bound anew. Polls may be held on, but not those of an ended token. */
  replace(nowMs: number): void {
    if (this.tokenState === 'replaced') return
    this.#heldUntil = this.tokenState === 'valid' ? nowMs + REPLACED_HOLD_MS : nowMs
    this.tokenState = 'replaced'
    this.isTyping = false
    this.inbox.notifier.notify()
  }
}
