import type { Action } from '../world/action.js'
import { checkFault } from './check-fault.js'
import { ArmedFault, type Fault } from './fault.js'
import { type FaultEndpoint, type FaultKind, type FaultSpec, faultRow } from './fault-table.js'
import type { FaultView } from './fault-view.js'

/** Injects faults into requests from programs. The page and the control API are not affected. */
export interface Faults {
  /**
   * Adds a fault for requests that arrive from now on. If several faults match a request, all of them apply, and the
   * first one added is the outermost. Faults added after one that replaces the reply are skipped. Throws a
   * `SandboxError` if a field is invalid.
   *
   * ```ts
   * const fault = sandbox.faults.add({ kind: 'status', status: 502, count: 3 })
   * sandbox.faults.add({ kind: 'drop', path: 'webwxsync', probability: 0.1, seed: 42 })
   * ```
   */
  add(spec: FaultSpec): Fault
  /** Removes all faults. */
  clear(): void
  /** The active faults, oldest first. */
  readonly list: readonly Fault[]
}

/** A fault that affects a request. `seed` determines its random choices. */
export interface TriggeredFault {
  fault: ArmedFault
  seed: number
}

/** A fault that is about to be added or removed by a test or on the page. */
type FaultEdit = Extract<Action, { type: 'fault' | 'removeFault' }>

/** The faults of a sandbox. */
export class FaultList implements Faults {
  #faults: ArmedFault[] = []
  #lastId = 0
  #published = true
  readonly #isPossible: (kind: FaultKind) => boolean
  readonly #onChange: (views: FaultView[]) => void
  readonly #onEdit: (edit: FaultEdit) => void

  /** `hasMessages` returns whether there are messages that can be redelivered to the program. */
  constructor(hasMessages: () => boolean, onChange: (views: FaultView[]) => void, onEdit: (edit: FaultEdit) => void) {
    this.#onEdit = onEdit
    this.#isPossible = (kind) => kind !== 'duplicate' || hasMessages()
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

  /** Like `add`, but accepts unvalidated input. */
  addUnchecked(spec: unknown): ArmedFault {
    const fault = new ArmedFault(String(this.#lastId + 1), checkFault(spec), (removed) => {
      if (this.#faults.includes(removed)) this.#onEdit({ type: 'removeFault', id: removed.id })
      this.#drop(removed)
    })
    this.#onEdit({ type: 'fault', id: fault.id, fault: fault.view(), path: fault.checked.path })
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

  /**
   * Returns the faults that affect a new request, outermost first. `target` is the path and query. Faults for which
   * `isPossible` returns false are not drawn.
   */
  trigger(endpoint: FaultEndpoint, target: string, isPossible = this.#isPossible): TriggeredFault[] {
    return this.#draw(endpoint, target, (kind) => {
      const { onDelivery, onEffect } = faultRow(kind)
      return !onEffect && !onDelivery?.includes(endpoint) && isPossible(kind)
    })
  }

  /** Returns the faults that affect a reply with messages. */
  triggerDelivery(endpoint: FaultEndpoint, target: string, isPossible: (kind: FaultKind) => boolean): TriggeredFault[] {
    return this.#draw(
      endpoint,
      target,
      (kind) => faultRow(kind).onDelivery?.includes(endpoint) === true && isPossible(kind),
    )
  }

  /** Returns the faults of a kind that affect a request at this point. */
  triggerEffect(endpoint: FaultEndpoint, target: string, kind: FaultKind): TriggeredFault[] {
    return this.#draw(endpoint, target, (other) => other === kind)
  }

  #draw(endpoint: FaultEndpoint, target: string, isPossible: (kind: FaultKind) => boolean): TriggeredFault[] {
    const triggered: TriggeredFault[] = []
    for (const fault of this.list) {
      if (!fault.matches(endpoint, target) || !isPossible(fault.kind)) continue
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

  /** Publishes all changes made in the same turn of the event loop together. */
  #changed(): void {
    if (!this.#published) return
    this.#published = false
    setImmediate(() => {
      this.#published = true
      this.#onChange(this.views)
    })
  }
}
