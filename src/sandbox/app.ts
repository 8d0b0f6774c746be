import type { Accounts } from './accounts.js'
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
import { accountOfIlink, accountOfWeb } from './routing.js'

type App = (request: Request) => Promise<Response>

/**
 * Handles all requests on the loopback address. The wire protocol is served under any host name; the page and the
 * control API are served only under the host names of the sandbox. Throws `ConnectionLost` if the connection must be
 * reset before a complete response has been sent.
 */
export function makeApp(accounts: Accounts): App {
  return withErrors(accounts, (request) => route(accounts, request))
}

/** Handles requests from other devices, which reach only the page and the control API, and only after pairing. */
export function makeHostApp(accounts: Accounts, host: string, pairing: Pairing): App {
  return withErrors(accounts, async (request) => {
    const reason = refusalReason(request, [host])
    if (reason !== undefined) return failure(403, reason)
    return pairing.admit(request) ?? answerBrowser(accounts, request)
  })
}

function withErrors(accounts: Accounts, handle: App): App {
  return async (request) => {
    try {
      return await handle(request)
    } catch (error) {
      if (error instanceof ConnectionLost) throw error
      // A request interrupted by closing the sandbox is not an internal error.
      if (!accounts.closing.aborted) accounts.lastError = error
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

async function route(accounts: Accounts, request: Request): Promise<Response> {
  const path = new URL(request.url).pathname
  const endpoint = endpointOf(path)
  if (endpoint) return answerWire(await accountOfWeb(accounts, endpoint, request), endpoint, request)
  if (isIlinkPath(path)) return answerIlink(accountOfIlink(accounts, request), path, request)
  const { host } = new URL(accounts.url)
  const hosts = [host, ...['localhost', '[::1]'].map((name) => host.replace('127.0.0.1', name))]
  const reason = refusalReason(request, hosts)
  if (reason !== undefined) return failure(403, reason)
  return answerBrowser(accounts, request)
}

/** Serves the page and the control API. */
async function answerBrowser(accounts: Accounts, request: Request): Promise<Response> {
  const path = new URL(request.url).pathname
  if (path.startsWith('/api/')) {
    const core = accountOfBrowser(accounts, request)
    return core instanceof Response ? core : answerApi(core, request)
  }
  const core = accounts.first
  if (request.method !== 'GET' && request.method !== 'HEAD') return json({ error: 'Method not allowed. Use GET.' }, 405)
  if (path === '/' && core.settings.opensClawbot && isOpened(request)) return redirectToClawbot()
  return answerPage(request, { language: core.world.language, programUrl: core.url })
}

/** Returns the account in the parameter `account`, by default the first one. */
function accountOfBrowser(accounts: Accounts, request: Request): Core | Response {
  const given = new URL(request.url).searchParams.get('account')
  if (given === null) return accounts.first
  const core = /^[1-9]\d{0,3}$/.test(given) ? accounts.find(Number(given)) : undefined
  const { length } = accounts.cores
  return core ?? failure(404, `Unknown account ${JSON.stringify(given)}: expected a number from 1 to ${length}.`)
}
