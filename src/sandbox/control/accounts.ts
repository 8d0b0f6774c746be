import type { Core } from '../core.js'
import { json } from './guard.js'

/** Adds an account to the sandbox, by default with a name of its own. */
export function addAccount({ shared }: Core, body: { name?: string | undefined }): Response {
  const { number } = shared.add(body)
  return json(shared.views[number - 1])
}
