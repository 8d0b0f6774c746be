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

/**
 * Minimum interval between polls, for a server that does not hold them open or announces sync events without sending
 * any.
 */
const MIN_PERIOD_MS = 1_000

/** Maximum number of syncs per drain. Guards against a server that always announces more. */
const MAX_DRAIN = 1_000

/** Maximum number of consecutive replies that announce more but contain nothing new, before the loop backs off. */
const MAX_EMPTY = 2

/**
 * Maximum time between syncs, regardless of what polls report: a poll may be wrong about sync events or about the
 * session.
 */
const MAX_SYNC_INTERVAL_MS = 5 * 60_000

/** The server answers a poll for a dead session at once, but may hold a poll for a live session open. */
const CHECK_TIMEOUT_MS = 5_000

/** Number of batch entries remembered to detect repeats. */
const MAX_SEEN = 5_000

interface RoundsOptions {
  web: Web
  listener: SyncListener
  watchdog: Watchdog
  verdict: SessionVerdict
}

/** The repeated steps of the sync loop: poll, fetch, pause. */
export class Rounds {
  readonly #options: RoundsOptions
  readonly #seen = new RecentSet(MAX_SEEN)
  #sinceSyncMs: () => number
  /** Number of consecutive drains that ended because the server announced more but sent nothing new. */
  #stuckDrains = 0
  /** Signal of the turn that is waiting for a poll or a pause. */
  #waiting: AbortSignal | undefined

  constructor(options: RoundsOptions) {
    this.#options = options
    this.#sinceSyncMs = startTimer(options.web.clock)
  }

  /** Whether the current turn is only waiting and can be interrupted to check the session. */
  get isWaiting(): boolean {
    return this.#waiting !== undefined
  }

  async pause(ms: number, signal: AbortSignal): Promise<void> {
    if (ms > 0) await this.#wait(signal, this.#options.web.clock.sleep(ms, signal))
  }

  /** Fetches sync events until the server has no more; resolves to whether any of them were new. */
  async drain(signal: AbortSignal): Promise<boolean> {
    let hasNew = false
    let empty = 0
    for (let count = 0; count < MAX_DRAIN; count++) {
      const batch = await this.#fetch(signal)
      const isNew = this.#isNew(batch)
      hasNew ||= isNew
      empty = isNew ? 0 : empty + 1
      if (!batch.more) break
      if (empty < MAX_EMPTY) continue
      this.#stuckDrains++
      return hasNew
    }
    this.#stuckDrains = 0
    return hasNew
  }

  /** Waits for sync events and fetches them. */
  async poll(signal: AbortSignal): Promise<void> {
    const { web, watchdog } = this.#options
    const elapsedMs = startTimer(web.clock)
    const selector = await this.#wait(signal, this.#check(signal))
    watchdog.touch()
    const isDue =
      selector !== SYNC_SELECTOR.nothing || this.#stuckDrains > 0 || this.#sinceSyncMs() >= MAX_SYNC_INTERVAL_MS
    const hasNew = isDue && (await this.drain(signal))
    if (this.#stuckDrains > 0)
      await this.pause(Math.max(MIN_PERIOD_MS, backoffMs(this.#stuckDrains, web.clock)), signal)
    else if (!hasNew) await this.pause(MIN_PERIOD_MS - elapsedMs(), signal)
  }

  /** Checks the session with a short poll. A poll that the server holds open is inconclusive. */
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
    await listener.deliver(batch, signal, () => session.advance(from, batch))
    watchdog.touch()
    return batch
  }

  /** Whether any entry has not been received before. */
  #isNew({ messages, contacts, removed, members }: SyncBatch): boolean {
    let isNew = false
    const see = (key: string) => {
      if (this.#seen.has(key)) return
      this.#seen.add(key)
      isNew = true
    }
    for (const message of messages) see(messageKey(message))
    for (const contact of contacts) see(text(dict(contact).UserName))
    for (const member of members) see(text(dict(member).UserName))
    for (const userName of removed) see(userName)
    return isNew
  }

  async #wait<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
    this.#waiting = signal
    try {
      return await work
    } finally {
      // An abandoned turn may end late.
      if (this.#waiting === signal) this.#waiting = undefined
    }
  }
}

function messageKey(sent: unknown): string {
  const { MsgId, NewMsgId } = dict(sent)
  return text(MsgId) || text(NewMsgId) || (JSON.stringify(sent) ?? '').slice(0, 500)
}
