import { seededRandom } from '../random.js'
import type { CheckedFault } from './check-fault.js'
import { defaultEndpoints, type FaultEndpoint, type FaultKind, faultEndpoints, faultRow } from './fault-table.js'
import type { FaultView } from './fault-view.js'

/** A fault that has been added to the sandbox. */
export interface Fault {
  readonly id: string
  readonly kind: FaultKind
  /** Number of requests that the fault has affected. */
  readonly hits: number
  /** Number of requests that have matched, including the hits. */
  readonly requests: number
  /** Whether the fault can still affect requests: it has not been removed and has fewer than `count` hits. */
  readonly active: boolean
  /** Removes the fault. Requests that it already affects remain affected. */
  remove(): void
}

/** The sandbox's implementation of a fault. */
export class ArmedFault implements Fault {
  readonly id: string
  readonly checked: CheckedFault
  hits = 0
  requests = 0
  readonly #random: () => number
  readonly #endpoints: readonly FaultEndpoint[]
  readonly #onRemove: (fault: ArmedFault) => void
  #removed = false

  constructor(id: string, checked: CheckedFault, onRemove: (fault: ArmedFault) => void) {
    this.id = id
    this.checked = checked
    this.#random = seededRandom(checked.seed)
    const { kind, path, value } = checked
    this.#endpoints = path === undefined ? defaultEndpoints(kind, value) : faultEndpoints(kind)
    this.#onRemove = onRemove
  }

  get kind(): FaultKind {
    return this.checked.kind
  }

  get active(): boolean {
    return !this.#removed && this.hits < this.checked.count
  }

  remove(): void {
    if (this.#removed) return
    this.#removed = true
    this.#onRemove(this)
  }

  /** Whether the fault matches this request. `target` is the path and query. */
  matches(endpoint: FaultEndpoint, target: string): boolean {
    const { path } = this.checked
    if (!this.active || !this.#endpoints.includes(endpoint)) return false
    if (path === undefined) return true
    if (path instanceof RegExp) return path.test(target)
    return path.includes('/') ? target.includes(path) : path === endpoint
  }

  /** Counts a matching request. Returns the seed for a hit, or `undefined` if `probability` excludes the request. */
  roll(): number | undefined {
    this.requests++
    // Both numbers are drawn every time, so that a miss does not shift the sequence.
    const chance = this.#random()
    const seed = Math.floor(this.#random() * 2 ** 32)
    if (chance >= this.checked.probability) return undefined
    this.hits++
    return seed
  }

  view(): FaultView {
    const { kind, path, count, probability, seed, value } = this.checked
    const { parameter } = faultRow(kind)
    return {
      id: this.id,
      kind,
      ...(parameter ? { [parameter.name]: value } : {}),
      ...(path === undefined ? {} : { path: String(path) }),
      count: count === Number.POSITIVE_INFINITY ? null : count,
      probability,
      seed,
      hits: this.hits,
      requests: this.requests,
    } as FaultView
  }
}
