import type { FaultView } from '../control/view.js'
import { seededRandom } from '../random.js'
import type { CheckedFault } from './check-fault.js'
import { type FaultEndpoint, type FaultKind, faultEndpoints, faultRow, usualEndpoints } from './fault-table.js'

/** A fault that was added. */
export interface Fault {
  readonly id: string
  readonly kind: FaultKind
  /** How often it struck. */
  readonly hits: number
  /** How many requests it could have struck, hits among them. */
  readonly requests: number
  /** It may strike again: it was neither removed nor has it struck `count` times. */
  readonly active: boolean
  /** Ends it; a request it struck already stays struck. */
  remove(): void
}

/** A fault as the sandbox uses it. */
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
    this.#endpoints = path === undefined ? usualEndpoints(kind, value) : faultEndpoints(kind)
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

  /** It could strike this request. `target` is path and query. */
  fits(endpoint: FaultEndpoint, target: string): boolean {
    const { path } = this.checked
    if (!this.active || !this.#endpoints.includes(endpoint)) return false
    if (path === undefined) return true
    if (path instanceof RegExp) return path.test(target)
    return path.includes('/') ? target.includes(path) : path === endpoint
  }

  /** Counts a request that fits; the seed of this hit when it strikes, `undefined` when chance spares the request. */
  roll(): number | undefined {
    this.requests++
    // Both numbers are drawn every time, so that the next request's do not depend on this one's luck.
    const luck = this.#random()
    const seed = Math.floor(this.#random() * 2 ** 32)
    if (luck >= this.checked.probability) return undefined
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
