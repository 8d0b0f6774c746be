import { Hono } from 'hono'
import { answerApi } from './control/api.js'
import { failure, json, refusalReason } from './control/guard.js'
import { answerPage } from './control/page.js'
import type { Core } from './core.js'
import { answer } from './routes/exchange.js'
import { answerWire, endpointOf } from './routes/wire.js'

/** Everything the sandbox answers: the wire under any host name, the page and the control API under its own alone. */
export function makeApp(core: Core): Hono {
  const app = new Hono()
  const guard = (request: Request) => {
    const reason = refusalReason(request, Number(new URL(core.url).port))
    return reason === undefined ? undefined : failure(403, reason)
  }
  app.all('/api/*', async ({ req }) => guard(req.raw) ?? (await answerApi(core, req.raw)))
  app.all('*', async ({ req }) => {
    const endpoint = endpointOf(req.path)
    if (endpoint) return answerWire(core, endpoint, req.raw)
    const refused = guard(req.raw)
    if (refused) return refused
    if (req.method !== 'GET' && req.method !== 'HEAD') return json({ error: 'use GET' }, 405)
    return answerPage(req.path)
  })
  app.onError((error) => {
    // What was cut off by closing is no defect.
    if (!core.closing.aborted) core.lastError = error
    return answer('the sandbox failed; this is a defect of the sandbox\n', 'text/plain', new Headers(), 500)
  })
  return app
}
