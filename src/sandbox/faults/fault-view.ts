import type { FaultSpec } from './fault-table.js'

/** A fault to add. `path` is the name of an endpoint, or a path fragment that contains a `/`. */
export type AddFaultRequest = FaultSpec<string>

/** An active fault. `count` is the configured number of hits, or `null` for no limit. */
export type FaultView = AddFaultRequest & {
  id: string
  count: number | null
  probability: number
  seed: number
  /** Number of requests that the fault has affected. */
  hits: number
  /** Number of requests that have matched, including the hits. */
  requests: number
}
