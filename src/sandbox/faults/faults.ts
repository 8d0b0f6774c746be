import type { FaultView } from '../control/view.js'
import { checkFault } from './check-fault.js'
import { ArmedFault, type Fault } from './fault.js'
import { type FaultEndpoint, type FaultSpec, faultRow } from './fault-table.js'

/** Fault injection for requests of programs; the page and the control API are not affected. */
export interface Faults {
  /**
   * Adds a fault for requests that arrive from now on. When several match a request, all of them apply, the one added
   * first outermost; those after one that replaces the reply are skipped.
   * Throws a `SandboxError` that names the invalid field.
   *
   * ```ts
   * const fault = sandbox.faults.add({ kind: 'status', status: 502, count: 3 })
   * sandbox.faults.add({ kind: 'drop', path: 'webwxsync', probability: 0.1, seed: 42 })
   * ```
   */
  add(spec: FaultSpec): Fault
  /** Removes all faults. */
  clear(): void
  /** Active faults, oldest first. */
  readonly list: readonly Fault[]
}

/** A fault that affects one request; `seed` drives its random choices. */
export interface TriggeredFault {
  fault: ArmedFault
  seed: number
}

/** The faults of one sandbox. */
export class FaultList implements Faults {
  #faults: ArmedFault[] = []
  #lastId = 0
  #published = true
  readonly #hasMessages: () => boolean
  readonly #onChange: (views: FaultView[]) => void

  /** `hasMessages` returns whether the program has messages that can be redelivered. */
  constructor(hasMessages: () => boolean, onChange: (views: FaultView[]) => void) {
    this.#hasMessages = hasMessages
    this.#onChange = onChange
  }

  get list(): readonly ArmedFault[] {
    return [...this.#faults]
  }

  get views(): FaultView[] {
    return this.#faults.map((fault) => fault.view())
  }

  add(spec: FaultSpec): ArmedFault {
    return this.addUnchecked(spec)
  }

  /** Like `add`, for unvalidated input. */
  addUnchecked(spec: unknown): ArmedFault {
    const fault = new ArmedFault(String(this.#lastId + 1), checkFault(spec), (removed) => this.#drop(removed))
    this.#lastId++
    this.#faults.push(fault)
    this.#changed()
    return fault
  }

  find(id: string): ArmedFault | undefined {
    return this.#faults.find((fault) => fault.id === id)
  }

  clear(): void {
    for (const fault of this.list) fault.remove()
  }

  /** The faults that affect a new request, outermost first. `target` is path and query. */
  trigger(endpoint: FaultEndpoint, target: string): TriggeredFault[] {
    const triggered: TriggeredFault[] = []
    for (const fault of this.list) {
      if (!fault.matches(endpoint, target) || (fault.kind === 'duplicate' && !this.#hasMessages())) continue
      const seed = fault.roll()
      this.#changed()
      if (seed === undefined) continue
      triggered.push({ fault, seed })
      if (!fault.active) this.#drop(fault)
      if (faultRow(fault.kind).replacesReply) break
    }
    return triggered
  }

  #drop(removed: ArmedFault): void {
    this.#faults = this.#faults.filter((fault) => fault !== removed)
    this.#changed()
  }

  /** Publishes the changes of one turn of the event loop together. */
  #changed(): void {
    if (!this.#published) return
    this.#published = false
    setImmediate(() => {
      this.#published = true
      this.#onChange(this.views)
    })
  }
}
