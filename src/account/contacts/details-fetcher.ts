import type { DetailsFailure } from '../../transport/contacts.js'
import { type Clock, chance, startTimer } from '../../util/clock.js'
import { RecentMap } from '../../util/recent-map.js'

/** Maximum number of names remembered as unknown. */
const MAX_UNKNOWN = 10_000

/** Maximum number of missing members remembered per group. */
const MAX_MEMBERS = 50

/** Maximum number of names waiting to be requested. */
const MAX_QUEUED = 20_000

/** While fewer members of a group than this are missing, another missing member is requested without delay. */
const MAX_OTHERS = 5

/** Maximum number of concurrent requests; after a failure, only one. */
const MAX_REQUESTS = 3

/**
 * Names per request. Each time a request fails and one of its names may be the cause, all of its names are next
 * requested in smaller batches.
 *
 * @see docs/protocol.md §4.2
 */
const PAGE_SIZES = [50, 10, 5, 1] as const

/** Delay before an unknown name is requested again; doubles each time. */
const FIRST_RETRY_MS = 60_000
const MAX_RETRY_MS = 3_600_000

/** Number of automatic attempts. After that, a name is requested only when a message needs it. */
const MAX_TRIES = 6

/** Interval at which unknown names are checked for due retries. */
const CHECK_INTERVAL_MS = 60_000

/** Pause before the next request after a failure; doubles each time. */
const PAUSES = {
  /** The server refused the request, usually because there were too many. */
  refused: { firstMs: 30_000, longestMs: 1_800_000 },
  /** The reply was missing or invalid. */
  failed: { firstMs: 1_000, longestMs: 300_000 },
} as const

interface UnknownName {
  /** Number of replies that did not contain the name. */
  tries: number
  /** Earliest time of the next request, in elapsed ms. */
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
  /** Maximum time that a message waits for a reply. */
  maxWaitMs: number
  /** Requests details and resolves to them in the order of the names. */
  fetch(names: readonly string[], signal: AbortSignal): Promise<readonly T[]>
  apply(details: readonly T[]): void
  /** Determines how a failed request affects later ones. */
  failureOf(error: unknown): DetailsFailure
  /** Whether the name is known; with `member`, whether this member of the group is known. */
  isKnown(name: string, member?: string): boolean
  /** Called when messages no longer need to wait for these names: a reply has arrived, or will not arrive soon. */
  onSettled(names: readonly string[]): void
  onError(error: unknown): void
}

/**
 * Fetches details of unknown conversations in the background. A failed request delays all later requests; a name that
 * the server does not know delays only its own retry. No name is ever given up permanently.
 */
export class DetailsFetcher<T> {
  readonly #options: DetailsFetcherOptions<T>
  /** Monotonic: the system clock may change during a pause. */
  readonly #elapsedMs: () => number
  /** Names that were requested and are still unknown. */
  readonly #unknown = new RecentMap<UnknownName>(MAX_UNKNOWN)
  /** Names to request, in order, including names in requests in flight. */
  readonly #queue = new Map<string, QueuedName>()
  readonly #inFlight = new Set<string>()
  #requests = 0
  #failures = 0
  #pausedUntilMs = 0
  /** Incremented by each failure, so that concurrent requests that fail together count as one failure. */
  #round = 0
  #isScheduled = false
  #isRetrying = false
  #stop = new AbortController()

  constructor(options: DetailsFetcherOptions<T>) {
    this.#options = options
    this.#elapsedMs = startTimer(options.clock)
  }

  /**
   * Requests a name, or a member of a group, unless the server has recently replied without it.
   *
   * @returns whether a message should wait for the reply
   */
  request(name: string, member?: string): boolean {
    const now = this.#elapsedMs()
    const queued = this.#queue.get(name) ?? this.#enqueue(name, member, now)
    if (!queued) return false
    if (member !== undefined && queued.members.size < MAX_MEMBERS) queued.members.add(member)
    return this.#isWorthWaiting(queued)
  }

  /** Called when the name has been updated from another source, so that the next `request` is sent immediately. */
  forget(name: string): void {
    this.#unknown.delete(name)
  }

  /** Delays the next request, because a request for details failed elsewhere. */
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
    // The next message that needs this name requests it again.
    if (this.#queue.size >= MAX_QUEUED) return undefined
    const queued = { sinceMs: now, suspicion: 0, members: new Set<string>() }
    this.#queue.set(name, queued)
    this.#schedule()
    return queued
  }

  /** Combines the names requested in one turn of the event loop into as few requests as possible. */
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

  /** Records that the server has answered for these names, whether or not it knows them. */
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
      // A name that is refused even on its own is treated as unknown to the server.
      if (page.length === 1 && only !== undefined && this.#queue.get(only)?.suspicion === PAGE_SIZES.length - 1) {
        this.#finish(page)
      }
      for (const name of page) this.#suspect(name)
    }
    for (const name of page) {
      const queued = this.#queue.get(name)
      this.#inFlight.delete(name)
      if (!queued) continue
      // Move the name behind those that have not been requested yet.
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
    // A pause is never shorter than the previous one. Jitter spreads out the requests from several accounts.
    const jitter = 0.75 + chance(this.#options.clock) / 2
    this.#failures++
    this.#round++
    this.#pausedUntilMs = this.#elapsedMs() + Math.round(pauseMs * jitter)
  }

  /** Requests unknown names again when they are due, until no retries remain. */
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
