import type { Core } from '../core.js'
import { SandboxError } from '../errors.js'
import { json } from './guard.js'
import { ApiRefusal } from './refusal.js'

/** Adds a fault requested by the page. */
export function addFault({ faults }: Core, body: object): Response {
  try {
    return json(faults.addUnchecked(body).view())
  } catch (error) {
    throw error instanceof SandboxError ? new ApiRefusal(400, error.message) : error
  }
}

/** Removes the fault with this id, or all faults if `id` is `undefined`. */
export function removeFaults({ faults }: Core, id: string | undefined): Response {
  if (id === undefined) {
    faults.clear()
  } else {
    const fault = faults.find(id)
    if (!fault) throw new ApiRefusal(404, `Unknown fault id "${id}": it was removed or reached its count.`)
    fault.remove()
  }
  return json(faults.views)
}
