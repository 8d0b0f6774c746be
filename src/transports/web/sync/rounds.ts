import { NetworkError } from '../../../errors.js'
import { backoffMs } from '../../../util/backoff.js'
import { startTimer } from '../../../util/clock.js'
import { dict, text } from '../../../util/read.js'
import { RecentSet } from '../../../util/recent-set.js'
import type { Web } from '../api/call.js'
import { type SyncBatch, sync, syncCheck } from '../api/sync.js'
import { SYNC_RETCODE, SYNC_SELECTOR } from '../wire/sync.js'
import { refusedPoll } from './refusal.js'
import type { SessionVerdict } from './session-verdict.js'
import type { SyncListener } from './sync-listener.js'
import type { Watchdog } from './watchdog.js'

/** A server that does not hold its polls, or reports news it does not give, is asked at most this often. */
const MIN_PERIOD_MS = 1_000

/** Replies to one selector; against a server that always says there is more. */
const MAX_DRAIN = 1_000

/** Replies in a row that announce more and bring nothing new, before the server gets a rest. */
const MAX_EMPTY = 2

/** However quiet the polls are, a sync is made this often: a poll may be wrong about news, or about the session. */
const MAX_SYNC_INTERVAL_MS = 5 * 60_000

/** A dead session answers at once; a live one may hold the poll. */
const CHECK_TIMEOUT_MS = 5_000

/** Entries of batches that are known when they come again. */
const MAX_SEEN = 5_000

interface RoundsOptions {
  web: Web
  listener: SyncListener
  watchdog: Watchdog
  verdict: SessionVerdict
}

/** What the loop does, again and again. */
export class Rounds {
  readonly #options: RoundsOptions
  readonly #seen = new RecentSet(MAX_SEEN)
  #sinceSyncMs: () => number
  /** Drains in a row that ended because the server announced more and gave nothing new. */
  #stuck = 0
  /** Of the turn that waits for a poll, or for time to pass. */
  #waiting: AbortSignal | undefined

  constructor(options: RoundsOptions) {
    this.#options = options
    this.#sinceSyncMs = startTimer(options.web.clock)
  }

  /** Nothing is under way that a question to the server would disturb. */
  get isWaiting(): boolean {
    return this.#waiting !== undefined
  }

  async pause(ms: number, signal: AbortSignal): Promise<void> {
    if (ms > 0) await this.#wait(signal, this.#options.web.clock.sleep(ms, signal))
  }

  /** Fetches until nothing is left; resolves to whether anything new came. */
  async drain(signal: AbortSignal): Promise<boolean> {
    let gotNews = false
    let empty = 0
    for (let count = 0; count < MAX_DRAIN; count++) {
      const batch = await this.#fetch(signal)
      const isNew = this.#isNew(batch)
      gotNews ||= isNew
      empty = isNew ? 0 : empty + 1
      if (!batch.more) break
      if (empty < MAX_EMPTY) continue
      this.#stuck++
      return gotNews
    }
    this.#stuck = 0
    return gotNews
  }

  /** Waits for news and fetches it. */
  async poll(signal: AbortSignal): Promise<void> {
    const { web, watchdog } = this.#options
    const elapsedMs = startTimer(web.clock)
    const selector = await this.#wait(signal, this.#check(signal))
    watchdog.touch()
    const isDue = selector !== SYNC_SELECTOR.nothing || this.#stuck > 0 || this.#sinceSyncMs() >= MAX_SYNC_INTERVAL_MS
    const gotNews = isDue && (await this.drain(signal))
    if (this.#stuck > 0) await this.pause(Math.max(MIN_PERIOD_MS, backoffMs(this.#stuck, web.clock)), signal)
    else if (!gotNews) await this.pause(MIN_PERIOD_MS - elapsedMs(), signal)
  }

  /** Asks what a poll says of the session; a poll that is held says nothing. */
  async check(signal: AbortSignal): Promise<void> {
    try {
      await this.#check(signal, CHECK_TIMEOUT_MS)
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof NetworkError)) throw error
    }
  }

  /** @returns the selector @throws ServerError, ProtocolError when the poll is refused */
  async #check(signal: AbortSignal, timeoutMs?: number): Promise<number> {
    const { retcode, selector } = await syncCheck(this.#options.web, signal, timeoutMs)
    if (retcode !== SYNC_RETCODE.alive) throw refusedPoll(retcode)
    this.#options.verdict.accepted('synccheck')
    return selector
  }

  async #fetch(signal: AbortSignal): Promise<SyncBatch> {
    const { web, listener, watchdog, verdict } = this.#options
    const { clock, session } = web
    watchdog.isPaused = true
    await listener.room(signal).finally(() => {
      watchdog.isPaused = false
      watchdog.touch()
    })
    const from = session.syncKey
    const batch = await sync(web, signal)
    verdict.accepted('webwxsync')
    watchdog.touch()
    this.#sinceSyncMs = startTimer(clock)
    await listener.deliver(batch, signal, () => session.move(from, batch))
    watchdog.touch()
    return batch
  }

  /** Anything in it has not come before. */
  #isNew({ messages, contacts, removed, members }: SyncBatch): boolean {
    const keys = [
      ...messages.map((sent) => messageKey(sent)),
      ...[...contacts, ...members].map((sent) => text(dict(sent).UserName)),
      ...removed,
    ]
    const fresh = keys.filter((key) => !this.#seen.has(key))
    for (const key of fresh) this.#seen.add(key)
    return fresh.length > 0
  }

  async #wait<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
    this.#waiting = signal
    try {
      return await work
    } finally {
      // A turn that was given up may end late.
      if (this.#waiting === signal) this.#waiting = undefined
    }
  }
}

function messageKey(sent: unknown): string {
  const { MsgId, NewMsgId } = dict(sent)
  return text(MsgId) || text(NewMsgId) || (JSON.stringify(sent) ?? '').slice(0, 500)
}
