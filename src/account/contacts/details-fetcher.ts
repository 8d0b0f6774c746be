import type { DetailsFailure } from '../../transport/contacts.js'
import { type Clock, chance, startTimer } from '../../util/clock.js'
import { RecentMap } from '../../util/recent-map.js'

/** Names that were asked for and are still unknown. */
const MAX_PENDING = 10_000

/** Members of one group that its details did not contain. */
const MAX_MEMBERS = 50

/** Names that wait for a request. */
const MAX_WANTED = 20_000

/** Unknown members of one group that are requested before the pause of the group is over. */
const MAX_OTHERS = 5

/** Requests at once; after a failure one. */
const MAX_REQUESTS = 3

/** Names of one request: fewer each time a request with this name was refused for no known reason. @see docs/protocol.md §4.2 */
const PAGE_SIZES = [50, 10, 5, 1] as const

/** A name that the server does not know is asked for again after this, then after twice the time, and so on. */
const FIRST_RETRY_MS = 60_000
const MAX_RETRY_MS = 3_600_000

/** So often of its own accord; then only when a message needs it. */
const MAX_TRIES = 6

/** How often it looks for names to ask for again. */
const CHECK_INTERVAL_MS = 60_000

/** Pauses of all requests after a failure, doubling. */
const PAUSES = {
  /** The server answered that it does not want to: too many requests, as a rule. */
  refused: { firstMs: 30_000, longestMs: 1_800_000 },
  /** No reply, or not a reply of the protocol. */
  failed: { firstMs: 1_000, longestMs: 300_000 },
} as const

interface Asked {
  /** Replies without the name. */
  tries: number
  /** Not again before, epoch ms. */
  dueAtMs: number
  /** Members that the group's details did not contain. */
  members: Set<string>
}

interface Wanted {
  sinceMs: number
  /** Index into `PAGE_SIZES`. */
  suspicion: number
  members: Set<string>
}

interface DetailsFetcherOptions<T> {
  clock: Clock
  /** How long an answer is waited for at most. */
  patienceMs: number
  /** Requests details, in the order of the names. */
  fetch(names: readonly string[], signal: AbortSignal): Promise<readonly T[]>
  apply(details: readonly T[]): void
  /** What a request that failed means for the next one. */
  failureOf(error: unknown): DetailsFailure
  /** Whether the name, and this member of it, is known now. */
  isKnown(name: string, member?: string): boolean
  /** Waiting for these ends: they were answered, or will not be soon. */
  onSettled(names: readonly string[]): void
  onError(error: unknown): void
}

/**
 * Fetches details of unknown conversations in the background. A request that fails slows all of them down, a name that the
 * server does not know slows itself down; neither is ever given up for good.
 */
export class DetailsFetcher<T> {
  readonly #options: DetailsFetcherOptions<T>
  /** Not the time of day: that may be set during a pause. */
  readonly #elapsedMs: () => number
  /** Requested and still unknown. */
  readonly #asked = new RecentMap<Asked>(MAX_PENDING)
  /** To be asked for, in order; those of a request that is under way among them. */
  readonly #wanted = new Map<string, Wanted>()
  readonly #inFlight = new Set<string>()
  #requests = 0
  #failures = 0
  #pausedUntilMs = 0
  /** Counts the failures and what undoes them: requests of one moment that fail together are one failure. */
  #round = 0
  #isScheduled = false
  #isLooking = false
  #stop = new AbortController()

  constructor(options: DetailsFetcherOptions<T>) {
    this.#options = options
    this.#elapsedMs = startTimer(options.clock)
  }

  /**
   * Requests a name, or a member of a group, unless the server did not know it lately.
   *
   * @returns whether it is worth waiting for the answer
   */
  want(name: string, member?: string): boolean {
    const now = this.#elapsedMs()
    const wanted = this.#wanted.get(name) ?? this.#enqueue(name, member, now)
    if (!wanted) return false
    if (member !== undefined && wanted.members.size < MAX_MEMBERS) wanted.members.add(member)
    return this.#isWorthWaiting(wanted)
  }

  /** The name changed by other means: the next `want` requests it at once. */
  forget(name: string): void {
    this.#asked.delete(name)
  }

  /** A request for details failed elsewhere. */
  slowDown(error: unknown): void {
    this.#pause(error)
  }

  /** Forgets everything; requests under way are given up. The next `want` starts anew. */
  reset(): void {
    this.#stop.abort(new Error('The session is over.'))
    this.#stop = new AbortController()
    this.#asked.clear()
    this.#wanted.clear()
    this.#inFlight.clear()
    this.#requests = 0
    this.#failures = 0
    this.#pausedUntilMs = 0
    this.#isScheduled = false
    this.#isLooking = false
  }

  #isWorthWaiting({ sinceMs }: Wanted): boolean {
    const untilMs = sinceMs + this.#options.patienceMs
    return this.#elapsedMs() < untilMs && this.#pausedUntilMs < untilMs
  }

  #enqueue(name: string, member: string | undefined, now: number): Wanted | undefined {
    const asked = this.#asked.get(name)
    const isOther = member !== undefined && asked !== undefined && !asked.members.has(member)
    if (asked && now < asked.dueAtMs && !(isOther && asked.members.size < MAX_OTHERS)) return undefined
    // The next message of it asks again.
    if (this.#wanted.size >= MAX_WANTED) return undefined
    const wanted = { sinceMs: now, suspicion: 0, members: new Set<string>() }
    this.#wanted.set(name, wanted)
    this.#schedule()
    return wanted
  }

  /** All names of one moment go into as few requests as possible. */
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
      void this.#request(page)
    }
  }

  #nextPage(): string[] {
    const page: string[] = []
    let suspicion: number | undefined
    for (const [name, wanted] of this.#wanted) {
      if (this.#inFlight.has(name)) continue
      suspicion ??= wanted.suspicion
      if (wanted.suspicion !== suspicion) continue
      if (page.push(name) === PAGE_SIZES[suspicion]) break
    }
    return page
  }

  async #request(page: readonly string[]): Promise<void> {
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

  /** These were answered, whatever the answer. */
  #finish(page: readonly string[]): void {
    const { isKnown, onSettled } = this.#options
    for (const name of page) {
      const members = [...(this.#wanted.get(name)?.members ?? [])]
      this.#wanted.delete(name)
      this.#inFlight.delete(name)
      const missing = members.filter((member) => !isKnown(name, member))
      if (missing.length === 0 && isKnown(name)) {
        this.#asked.delete(name)
        continue
      }
      const { tries = 0, members: before = [] } = this.#asked.get(name) ?? {}
      const pauseMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** tries)
      const all = new Set([...missing, ...before].slice(0, MAX_MEMBERS))
      this.#asked.set(name, { tries: tries + 1, dueAtMs: this.#elapsedMs() + pauseMs, members: all })
      if (tries + 1 < MAX_TRIES) void this.#look()
    }
    onSettled(page)
  }

  #failed(page: readonly string[], error: unknown, round: number): void {
    const { onError, onSettled, failureOf } = this.#options
    const [only] = page
    if (failureOf(error).isAboutNames) {
      // One that the server refuses even when it is alone is one it does not know.
      if (page.length === 1 && only !== undefined && this.#wanted.get(only)?.suspicion === PAGE_SIZES.length - 1) {
        this.#finish(page)
      }
      for (const name of page) this.#suspect(name)
    }
    for (const name of page) {
      const wanted = this.#wanted.get(name)
      this.#inFlight.delete(name)
      if (!wanted) continue
      // Behind those that were not asked for yet.
      this.#wanted.delete(name)
      this.#wanted.set(name, wanted)
    }
    if (round !== this.#round) return
    this.#pause(error)
    onError(error)
    onSettled([...this.#wanted].flatMap(([name, wanted]) => (this.#isWorthWaiting(wanted) ? [] : name)))
  }

  #suspect(name: string): void {
    const wanted = this.#wanted.get(name)
    if (wanted) wanted.suspicion = Math.min(wanted.suspicion + 1, PAGE_SIZES.length - 1)
  }

  #pause(error: unknown): void {
    const { firstMs, longestMs } = PAUSES[this.#options.failureOf(error).pause]
    const pauseMs = Math.min(longestMs, firstMs * 2 ** this.#failures)
    // Never shorter than the pause before it, and not at the same moment for all accounts.
    const jitter = 0.75 + chance(this.#options.clock) / 2
    this.#failures++
    this.#round++
    this.#pausedUntilMs = this.#elapsedMs() + Math.round(pauseMs * jitter)
  }

  /** Requests unknown names again when they are due, as long as there are any. */
  async #look(): Promise<void> {
    if (this.#isLooking) return
    this.#isLooking = true
    const { signal } = this.#stop
    const { clock, isKnown } = this.#options
    let isOpen = true
    while (isOpen) {
      await clock.sleep(CHECK_INTERVAL_MS, signal).catch(() => {})
      if (signal.aborted) return
      isOpen = false
      for (const [name, { tries, dueAtMs, members }] of [...this.#asked.entries()]) {
        if (tries >= MAX_TRIES) continue
        const missing = [...members].filter((member) => !isKnown(name, member))
        if (missing.length === 0 && isKnown(name)) {
          this.#asked.delete(name)
          continue
        }
        isOpen = true
        if (dueAtMs > this.#elapsedMs()) continue
        this.want(name)
        for (const member of missing) this.want(name, member)
      }
      if (this.#wanted.size > 0) isOpen = true
    }
    this.#isLooking = false
  }
}
