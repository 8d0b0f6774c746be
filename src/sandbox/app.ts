import { answerApi } from './control/api.js'
import { failure, json, refusalReason, secured } from './control/guard.js'
import { answerPage } from './control/page.js'
import type { Pairing } from './control/pairing.js'
import type { Core } from './core.js'
import { ConnectionLost } from './faults/connection-lost.js'
import { isIlinkPath } from './ilink/endpoints.js'
import { answerIlink } from './ilink/routes/wire.js'
import { answer } from './routes/exchange.js'
import { answerWire, endpointOf } from './routes/wire.js'

type App = (request: Request) => Promise<Response>

/**
 * Handles all requests on the loopback address. The wire protocol is served under any host name; the page and the
 * control API are served only under the host names of the sandbox. Throws `ConnectionLost` if the connection must be
 * reset before a complete response has been sent.
 */
export function makeApp(core: Core): App {
  return withErrors(core, (request) => route(core, request))
}

/** Handles requests from other devices, which reach only the page and the control API, and only after pairing. */
export function makeHostApp(core: Core, host: string, pairing: Pairing): App {
  return withErrors(core, async (request) => {
    const reason = refusalReason(request, [host])
    if (reason !== undefined) return failure(403, reason)
    return pairing.admit(request) ?? answerBrowser(core, request)
  })
}

function withErrors(core: Core, handle: App): App {
  return async (request) => {
    try {
      return await handle(request)
    } catch (error) {
      if (error instanceof ConnectionLost) throw error
      // A request interrupted by closing the sandbox is not an internal error.
      if (!core.closing.aborted) core.lastError = error
      return answer('Internal error in the sandbox. See sandbox.lastError.\n', 'text/plain', new Headers(), 500)
    }
  }
}

/** Whether the address was opened from outside the page. Links on the page lead to the chosen phone. */
function isOpened(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site')
  return new URL(request.url).search === '' && (site === null || site === 'none')
}

function redirectToClawbot(): Response {
  return secured(new Response(null, { status: 302, headers: { Location: '/?phone=clawbot' } }))
}

async function route(core: Core, request: Request): Promise<Response> {
  const path = new URL(request.url).pathname
  const endpoint = endpointOf(path)
  if (endpoint) return answerWire(core, endpoint, request)
  if (isIlinkPath(path)) return answerIlink(core, path, request)
  const { host } = new URL(core.url)
  const hosts = [host, ...['localhost', '[::1]'].map((name) => host.replace('127.0.0.1', name))]
  const reason = refusalReason(request, hosts)
  if (reason !== undefined) return failure(403, reason)
  return answerBrowser(core, request)
}

/** Serves the page and the control API. */
async function answerBrowser(core: Core, request: Request): Promise<Response> {
  const path = new URL(request.url).pathname
  if (path.startsWith('/api/')) return answerApi(core, request)
  if (request.method !== 'GET' && request.method !== 'HEAD') return json({ error: 'Method not allowed. Use GET.' }, 405)
  if (path === '/' && core.settings.opensClawbot && isOpened(request)) return redirectToClawbot()
  return answerPage(path, { language: core.world.language, programUrl: core.url })
}
