import { answerApi } from './control/api.js'
import { failure, json, refusalReason } from './control/guard.js'
import { answerPage } from './control/page.js'
import type { Core } from './core.js'
import { ConnectionLost } from './faults/connection-lost.js'
import { answer } from './routes/exchange.js'
import { answerWire, endpointOf } from './routes/wire.js'

/**
 * Everything the sandbox answers: the wire under any host name, the page and the control API under its own alone. Throws
 * `ConnectionLost` where there is to be no whole answer.
 */
export function makeApp(core: Core): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      return await route(core, request)
    } catch (error) {
      if (error instanceof ConnectionLost) throw error
      // What was cut off by closing is no defect.
      if (!core.closing.aborted) core.lastError = error
      return answer('the sandbox failed; this is a defect of the sandbox\n', 'text/plain', new Headers(), 500)
    }
  }
}

async function route(core: Core, request: Request): Promise<Response> {
  const path = new URL(request.url).pathname
  const endpoint = endpointOf(path)
  if (endpoint) return answerWire(core, endpoint, request)
  const reason = refusalReason(request, Number(new URL(core.url).port))
  if (reason !== undefined) return failure(403, reason)
  if (path.startsWith('/api/')) return answerApi(core, request)
  if (request.method !== 'GET' && request.method !== 'HEAD') return json({ error: 'use GET' }, 405)
  return answerPage(path)
}
