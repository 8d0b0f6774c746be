import type { Clock } from './clock.js'
import type { RequestView } from './control/view.js'
import type { FaultKind } from './faults/fault-table.js'
import { Notifier } from './notifier.js'

const LIMIT = 2000

/** The kinds of long polls. */
export type PollKind = 'login' | 'synccheck' | 'get_qrcode_status' | 'getupdates'

/** The outcome of a request in addition to its status. */
interface Outcome {
  result?: string | undefined
  reason?: string | undefined
}

/** Keeps the latest 2,000 requests from the program and counts its open long polls. */
export class Traffic {
  readonly #clock: Clock
  readonly #onChange: (request: RequestView) => void
  readonly #requests: RequestView[] = []
  readonly #held = new Map<PollKind, number>()
  readonly #notifier = new Notifier()
  #lastId = 0

  constructor(clock: Clock, onChange: (request: RequestView) => void) {
    this.#clock = clock
    this.#onChange = onChange
  }

  /** The recorded requests, oldest first. */
  get requests(): readonly RequestView[] {
    return this.#requests
  }

  begin(endpoint: string, faults: FaultKind[] = []): RequestView {
    const request: RequestView = { id: ++this.#lastId, endpoint, at: this.#clock.now() }
    if (faults.length > 0) request.faults = faults
    this.#requests.push(request)
    if (this.#requests.length > LIMIT) this.#requests.shift()
    this.#onChange({ ...request })
    return request
  }

  end(request: RequestView, status: number, { result, reason }: Outcome = {}): void {
    request.status = status
    if (result !== undefined) request.result = result
    if (reason !== undefined) request.reason = reason
    request.durationMs = Math.max(0, this.#clock.now() - request.at)
    this.#onChange({ ...request })
  }

  /** Counts a poll as held until the returned function is called. */
  hold(kind: PollKind): () => void {
    this.#held.set(kind, (this.#held.get(kind) ?? 0) + 1)
    this.#notifier.notify()
    return () => {
      this.#held.set(kind, (this.#held.get(kind) ?? 1) - 1)
    }
  }

  /** Resolves once a poll of this kind is being held open. */
  async held(kind: PollKind, signal?: AbortSignal): Promise<void> {
    await this.#notifier.until(() => ((this.#held.get(kind) ?? 0) > 0 ? true : undefined), signal)
  }
}
