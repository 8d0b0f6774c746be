import { API_PATH } from '../../transports/web/wire/constants.js'
import { ENDPOINTS } from '../../transports/web/wire/endpoints.js'
import { recordSync } from '../conformance/sync.js'
import type { Core } from '../core.js'
import { ConnectionLost } from '../faults/connection-lost.js'
import type { WebEndpoint } from '../faults/fault-table.js'
import type { TriggeredFault } from '../faults/faults.js'
import { pause } from '../faults/pause.js'
import { readBytes } from '../read/bytes.js'
import { webwxcreatechatroom, webwxupdatechatroom } from './chatroom.js'
import { avatar, webwxbatchgetcontact, webwxgetcontact } from './contact.js'
import { answer, Exchange } from './exchange.js'
import { respondWithFaults, WEB_EFFECTS } from './fault-effects.js'
import { webwxinit, webwxstatusnotify } from './init.js'
import { jslogin, login, qrcode, webwxlogout, webwxnewloginpage, webwxpushloginurl } from './login.js'
import { webwxgetmedia, webwxgetmsgimg, webwxgetvideo, webwxgetvoice, webwxpreview } from './media.js'
import { webwxrevokemsg, webwxsendmsg } from './message.js'
import { webwxcheckurl, webwxsearchcontact, webwxsendfeedback, webwxstatreport } from './misc.js'
import { webwxoplog } from './oplog.js'
import { Refusal } from './refusal.js'
import { recordRefusedSend } from './refused-send.js'
import { webwxsendappmsg } from './send-app.js'
import { webwxsendemoticon, webwxsendmsgimg, webwxsendvideomsg } from './send-media.js'
import { synccheck, webwxsync } from './sync.js'
import { webwxcheckupload, webwxuploadmedia } from './upload.js'
import { webwxverifyuser } from './verify.js'

type Route = (exchange: Exchange) => Response | Promise<Response>

/** The handler for each endpoint. The link in the QR code is not included, because it leads to the page. */
const ROUTES: Record<WebEndpoint, Route> = {
  jslogin,
  qrcode,
  login,
  webwxnewloginpage,
  webwxpushloginurl,
  webwxinit,
  webwxstatusnotify,
  webwxlogout,
  webwxgetcontact,
  webwxbatchgetcontact,
  webwxgeticon: avatar,
  webwxgetheadimg: avatar,
  webwxverifyuser,
  webwxoplog,
  webwxcreatechatroom,
  webwxupdatechatroom,
  synccheck,
  webwxsync,
  webwxsendmsg,
  webwxrevokemsg,
  webwxsendmsgimg,
  webwxsendvideomsg,
  webwxsendemoticon,
  webwxsendappmsg,
  webwxuploadmedia,
  webwxcheckupload,
  webwxgetmsgimg,
  webwxgetvoice,
  webwxgetvideo,
  webwxgetmedia,
  webwxpreview,
  webwxstatreport,
  webwxcheckurl,
  webwxsearchcontact,
  webwxsendfeedback,
}

const BODY_LIMIT_BYTES = 8 * 1024 * 1024

/** Returns the endpoint for a path, or `undefined` if the path belongs to the page or the control API. */
export function endpointOf(path: string): WebEndpoint | undefined {
  if (path === ENDPOINTS.jslogin.path) return 'jslogin'
  if (path.startsWith(ENDPOINTS.qrcode.path)) return 'qrcode'
  if (!path.startsWith(API_PATH)) return undefined
  const name = path.slice(API_PATH.length)
  return isEndpoint(name) ? name : undefined
}

function isEndpoint(name: string): name is WebEndpoint {
  return Object.hasOwn(ROUTES, name)
}

/** Handles one request from a program and records it in the traffic log. */
export async function answerWire(core: Core, endpoint: WebEndpoint, request: Request): Promise<Response> {
  // A web page must not act as a program. Programs do not send Sec-Fetch-Site.
  if (!['same-origin', 'none', null].includes(request.headers.get('sec-fetch-site')))
    return refused(403, 'Cross-site requests are not allowed.')
  const { pathname, search } = new URL(request.url)
  const faults = core.faults.trigger(endpoint, pathname + search)
  const entry = core.traffic.begin(
    endpoint,
    request,
    faults.map(({ fault }) => fault.kind),
  )
  let exchange: Exchange | undefined
  try {
    const bytes = await readBody(core, request, faults)
    if (bytes === undefined) {
      const response = refused(413, 'The body is larger than 8 MiB.')
      core.traffic.end(entry, response)
      return response
    }
    core.traffic.receive(entry, bytes)
    const current = new Exchange(core, endpoint, request, bytes, entry)
    exchange = current
    const response = await respondWithFaults(faults, current, WEB_EFFECTS, () => respond(current, ROUTES[endpoint]))
    recordRefusedSend(exchange)
    core.traffic.end(entry, response, exchange)
    return response
  } catch (error) {
    if (exchange) recordRefusedSend(exchange)
    if (error instanceof ConnectionLost) core.traffic.lose(entry, error, exchange)
    throw error
  } finally {
    if (endpoint === 'webwxsync' && core.sessions.live) recordSync(core.sessions.live, faults.length > 0)
  }
}

/** Reads the body, throttled if a `slow` fault applies. */
async function readBody(core: Core, request: Request, faults: readonly TriggeredFault[]): Promise<Buffer | undefined> {
  const slow = faults.find(({ fault }) => fault.kind === 'slow')
  const bytesPerSecond = slow?.fault.checked.value
  const pace =
    bytesPerSecond &&
    ((sizeBytes: number) => pause(core, Math.ceil((sizeBytes / bytesPerSecond) * 1000), request.signal))
  try {
    return await readBytes(request, BODY_LIMIT_BYTES, pace || undefined)
  } catch (error) {
    if (request.signal.aborted) throw new ConnectionLost('the program disconnected while sending the request')
    throw error
  }
}

async function respond(exchange: Exchange, route: Route): Promise<Response> {
  try {
    return await route(exchange)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    exchange.reason = error.message
    return exchange.refuse(error.ret)
  }
}

function refused(status: number, text: string): Response {
  return answer(`${text}\n`, 'text/plain', new Headers(), status)
}
