import type { Web } from '../api/call.js'
import { init } from '../api/init.js'

/**
 * Starts the session afresh when the server refuses its position, and takes the new one.
 *
 * @see docs/protocol.md §12.3
 */
export async function restartSession(web: Web, signal?: AbortSignal): Promise<void> {
  web.session.start(await init(web, signal))
}
