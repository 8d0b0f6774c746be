import type { FaultView } from '../control/view.js'
import { checkFault } from './check-fault.js'
import { ArmedFault, type Fault } from './fault.js'
import { type FaultEndpoint, type FaultSpec, faultRow } from './fault-table.js'

/** Trouble that a sandbox makes for programs on purpose; the page and the control API are spared. */
export interface Faults {
  /**
   * Adds a fault: it strikes requests that arrive from now on. When several fit a request all of them strike, the one
   * added first is the outermost, and those behind one that takes the answer's place are spared.
   * Throws a `SandboxError` that names the field that is wrong.
   *
   * ```ts
   * const fault = sandbox.faults.add({ kind: 'status', status: 502, count: 3 })
   * sandbox.faults.add({ kind: 'drop', path: 'webwxsync', probability: 0.1, seed: 42 })
   * ```
   */
  add(spec: FaultSpec): Fault
  /** Removes all of them. */
  clear(): void
  /** Those that may strike again, oldest first. */
  readonly list: readonly Fault[]
}

/** A fault that struck a request; `seed` decides what chance is left to it. */
export interface Strike {
  fault: ArmedFault
  seed: number
}

/** The faults of one sandbox. */
export class FaultList implements Faults {
  #faults: ArmedFault[] = []
  #lastId = 0
  #told = true
  readonly #hasMessages: () => boolean
  readonly #onChange: (views: FaultView[]) => void

  /** `hasMessages` tells whether the program has messages that can be delivered again. */
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

  /** The same for what came from outside. */
  addUnchecked(spec: unknown): ArmedFault {
    const fault = new ArmedFault(String(this.#lastId + 1), checkFault(spec), (gone) => this.#drop(gone))
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

  /** The faults that strike a request that has just arrived, outermost first. `target` is path and query. */
  strike(endpoint: FaultEndpoint, target: string): Strike[] {
    const strikes: Strike[] = []
    for (const fault of this.list) {
      if (!fault.fits(endpoint, target) || (fault.kind === 'duplicate' && !this.#hasMessages())) continue
      const seed = fault.roll()
      this.#changed()
      if (seed === undefined) continue
      strikes.push({ fault, seed })
      if (!fault.active) this.#drop(fault)
      if (faultRow(fault.kind).instead) break
    }
    return strikes
  }

  #drop(gone: ArmedFault): void {
    this.#faults = this.#faults.filter((fault) => fault !== gone)
    this.#changed()
  }

  /** Tells once for everything that happens in one turn of the event loop. */
  #changed(): void {
    if (!this.#told) return
    this.#told = false
    setImmediate(() => {
      this.#told = true
      this.#onChange(this.views)
    })
  }
}
