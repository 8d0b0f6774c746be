import type { DetailsFailure } from '../../transport/contacts.js'
import { type Clock, chance, startTimer } from '../../util/clock.js'
import { RecentMap } from '../../util/recent-map.js'

/** Requested names that are still unknown. */
const MAX_UNKNOWN = 10_000

/** Members of one group that are missing from its details. */
const MAX_MEMBERS = 50

/** Names that wait for a request. */
const MAX_QUEUED = 20_000

/** Unknown members of one group that are requested during the pause of the group. */
const MAX_OTHERS = 5

/** Concurrent requests; one after a failure. */
const MAX_REQUESTS = 3

/** Names per request: fewer each time a request with this name was refused for an unknown reason. @see docs/protocol.md §4.2 */
const PAGE_SIZES = [50, 10, 5, 1] as const

/** Delay before an unknown name is requested again; doubles each time. */
const FIRST_RETRY_MS = 60_000
const MAX_RETRY_MS = 3_600_000

/** Automatic tries; after that, a name is requested only when a message needs it. */
const MAX_TRIES = 6

/** How often unknown names are checked for a due retry. */
const CHECK_INTERVAL_MS = 60_000

/** The pause of all requests after a failure; doubles each time. */
const PAUSES = {
  /** The server refused: usually too many requests. */
  refused: { firstMs: 30_000, longestMs: 1_800_000 },
  /** No reply, or an invalid one. */
  failed: { firstMs: 1_000, longestMs: 300_000 },
} as const

interface UnknownName {
  /** Replies without the name. */
  tries: number
  /** Earliest next request, in elapsed ms. */
  dueAtMs: number
  /** Members that are missing from the group's details. */
  members: Set<string>
}

interface QueuedName {
  sinceMs: number
  /** Index into `PAGE_SIZES`. */
  suspicion: number
  members: Set<string>
}

interface DetailsFetcherOptions<T> {
  clock: Clock
  /** Longest wait for a reply. */
  maxWaitMs: number
  /** Requests details, in the order of the names. */
  fetch(names: readonly string[], signal: AbortSignal): Promise<readonly T[]>
  apply(details: readonly T[]): void
  /** What a failed request means for the next one. */
  failureOf(error: unknown): DetailsFailure
  /** Whether the name is known, or with `member`, this member of the group. */
  isKnown(name: string, member?: string): boolean
  /** Waiting for these names ends: they were answered, or will not be soon. */
  onSettled(names: readonly string[]): void
  onError(error: unknown): void
}

/**
 * Fetches details of unknown conversations in the background. A failed request delays all requests, a name that is unknown to the
 * server only its own. Neither is ever given up permanently.
 */
export class DetailsFetcher<T> {
  readonly #options: DetailsFetcherOptions<T>
  /** Monotonic: the time of day may be set during a pause. */
  readonly #elapsedMs: () => number
  /** Requested and still unknown. */
  readonly #unknown = new RecentMap<UnknownName>(MAX_UNKNOWN)
  /** Names to request, in order, including those of requests in flight. */
  readonly #queue = new Map<string, QueuedName>()
  readonly #inFlight = new Set<string>()
  #requests = 0
  #failures = 0
  #pausedUntilMs = 0
  /** Incremented by each failure: concurrent requests that fail together count as one. */
  #round = 0
  #isScheduled = false
  #isRetrying = false
  #stop = new AbortController()

  constructor(options: DetailsFetcherOptions<T>) {
    this.#options = options
    this.#elapsedMs = startTimer(options.clock)
  }

  /**
   * Requests a name, or a member of a group, unless it was recently unknown to the server.
   *
   * @returns whether the reply is worth waiting for
   */
  request(name: string, member?: string): boolean {
    const now = this.#elapsedMs()
    const queued = this.#queue.get(name) ?? this.#enqueue(name, member, now)
    if (!queued) return false
    if (member !== undefined && queued.members.size < MAX_MEMBERS) queued.members.add(member)
    return this.#isWorthWaiting(queued)
  }

  /** The name was updated from another source: the next `request` is made at once. */
  forget(name: string): void {
    this.#unknown.delete(name)
  }

  /** A request for details failed elsewhere. */
  slowDown(error: unknown): void {
    this.#pause(error)
  }

  /** Forgets everything and abandons requests in flight. The next `request` starts over. */
  reset(): void {
    this.#stop.abort(new Error('The session has ended.'))
    this.#stop = new AbortController()
    this.#unknown.clear()
    this.#queue.clear()
    this.#inFlight.clear()
    this.#requests = 0
    this.#failures = 0
    this.#pausedUntilMs = 0
    this.#isScheduled = false
    this.#isRetrying = false
  }

  #isWorthWaiting({ sinceMs }: QueuedName): boolean {
    const untilMs = sinceMs + this.#options.maxWaitMs
    return this.#elapsedMs() < untilMs && this.#pausedUntilMs < untilMs
  }

  #enqueue(name: string, member: string | undefined, now: number): QueuedName | undefined {
    const unknown = this.#unknown.get(name)
    const isOther = member !== undefined && unknown !== undefined && !unknown.members.has(member)
    if (unknown && now < unknown.dueAtMs && !(isOther && unknown.members.size < MAX_OTHERS)) return undefined
    // The next message with this name requests it again.
    if (this.#queue.size >= MAX_QUEUED) return undefined
    const queued = { sinceMs: now, suspicion: 0, members: new Set<string>() }
    this.#queue.set(name, queued)
    this.#schedule()
    return queued
  }

  /** Collects the names of one turn into as few requests as possible. */
  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    const { signal } = this.#stop
    const begin = () => {
      if (signal.aborted) return
      this.#isScheduled = false
      this.#begin()
    }
    const waitMs = this.#pausedUntilMs - this.#elapsedMs()
    if (waitMs > 0) this.#options.clock.sleep(waitMs, signal).then(begin, () => {})
    else setImmediate(begin)
  }

  #begin(): void {
    if (this.#pausedUntilMs > this.#elapsedMs()) {
      this.#schedule()
      return
    }
    while (this.#requests < (this.#failures > 0 ? 1 : MAX_REQUESTS)) {
      const page = this.#nextPage()
      if (page.length === 0) return
      void this.#fetchPage(page)
    }
  }

  #nextPage(): string[] {
    const page: string[] = []
    let suspicion: number | undefined
    for (const [name, queued] of this.#queue) {
      if (this.#inFlight.has(name)) continue
      suspicion ??= queued.suspicion
      if (queued.suspicion !== suspicion) continue
      if (page.push(name) === PAGE_SIZES[suspicion]) break
    }
    return page
  }

  async #fetchPage(page: readonly string[]): Promise<void> {
    const { fetch, apply } = this.#options
    const { signal } = this.#stop
    const round = this.#round
    this.#requests++
    for (const name of page) this.#inFlight.add(name)
    try {
      const details = await fetch(page, signal)
      if (signal.aborted) return
      apply(details)
      if (round === this.#round) this.#failures = 0
      this.#finish(page)
    } catch (error) {
      if (signal.aborted) return
      this.#failed(page, error, round)
    }
    this.#requests--
    this.#schedule()
  }

  /** Records that these names were answered, found or not. */
  #finish(page: readonly string[]): void {
    const { isKnown, onSettled } = this.#options
    for (const name of page) {
      const members = [...(this.#queue.get(name)?.members ?? [])]
      this.#queue.delete(name)
      this.#inFlight.delete(name)
      const missing = members.filter((member) => !isKnown(name, member))
      if (missing.length === 0 && isKnown(name)) {
        this.#unknown.delete(name)
        continue
      }
      const { tries = 0, members: before = [] } = this.#unknown.get(name) ?? {}
      const pauseMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** tries)
      const all = new Set([...missing, ...before].slice(0, MAX_MEMBERS))
      this.#unknown.set(name, { tries: tries + 1, dueAtMs: this.#elapsedMs() + pauseMs, members: all })
      if (tries + 1 < MAX_TRIES) void this.#retryUnknown()
    }
    onSettled(page)
  }

  #failed(page: readonly string[], error: unknown, round: number): void {
    const { onError, onSettled, failureOf } = this.#options
    const [only] = page
    if (failureOf(error).isAboutNames) {
      // A name that is refused even on its own is unknown to the server.
      if (page.length === 1 && only !== undefined && this.#queue.get(only)?.suspicion === PAGE_SIZES.length - 1) {
        this.#finish(page)
      }
      for (const name of page) this.#suspect(name)
    }
    for (const name of page) {
      const queued = this.#queue.get(name)
      this.#inFlight.delete(name)
      if (!queued) continue
      // Moved behind the names that were not requested yet.
      this.#queue.delete(name)
      this.#queue.set(name, queued)
    }
    if (round !== this.#round) return
    this.#pause(error)
    onError(error)
    onSettled([...this.#queue].flatMap(([name, queued]) => (this.#isWorthWaiting(queued) ? [] : name)))
  }

  #suspect(name: string): void {
    const queued = this.#queue.get(name)
    if (queued) queued.suspicion = Math.min(queued.suspicion + 1, PAGE_SIZES.length - 1)
  }

  #pause(error: unknown): void {
    const { firstMs, longestMs } = PAUSES[this.#options.failureOf(error).pause]
    const pauseMs = Math.min(longestMs, firstMs * 2 ** this.#failures)
    // Never shorter than the pause before it. Jitter spreads the requests of several accounts.
    const jitter = 0.75 + chance(this.#options.clock) / 2
    this.#failures++
    this.#round++
    this.#pausedUntilMs = this.#elapsedMs() + Math.round(pauseMs * jitter)
  }

  /** Requests unknown names again when they are due, while there are any. */
  async #retryUnknown(): Promise<void> {
    if (this.#isRetrying) return
    this.#isRetrying = true
    const { signal } = this.#stop
    const { clock, isKnown } = this.#options
    let hasRetries = true
    while (hasRetries) {
      await clock.sleep(CHECK_INTERVAL_MS, signal).catch(() => {})
      if (signal.aborted) return
      hasRetries = false
      for (const [name, { tries, dueAtMs, members }] of [...this.#unknown.entries()]) {
        if (tries >= MAX_TRIES) continue
        const missing = [...members].filter((member) => !isKnown(name, member))
        if (missing.length === 0 && isKnown(name)) {
          this.#unknown.delete(name)
          continue
        }
        hasRetries = true
        if (dueAtMs > this.#elapsedMs()) continue
        this.request(name)
        for (const member of missing) this.request(name, member)
      }
      if (this.#queue.size > 0) hasRetries = true
    }
    this.#isRetrying = false
  }
}
