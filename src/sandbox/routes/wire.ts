import { API_PATH } from '../../transports/web/wire/constants.js'
import { ENDPOINTS } from '../../transports/web/wire/endpoints.js'
import { recordSync } from '../conformance/sync.js'
import type { Core } from '../core.js'
import type { WebEndpoint } from '../faults/fault-table.js'
import type { TriggeredFault } from '../faults/faults.js'
import { pause } from '../faults/pause.js'
import { webwxcreatechatroom, webwxupdatechatroom } from './chatroom.js'
import { avatar, webwxbatchgetcontact, webwxgetcontact } from './contact.js'
import { Exchange } from './exchange.js'
import { WEB_EFFECTS } from './fault-effects.js'
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
import { plain, readBody, serve } from './serve.js'
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

/** Handles one request from a program that uses the web protocol. */
export async function answerWire(core: Core, endpoint: WebEndpoint, request: Request): Promise<Response> {
  // A web page must not act as a program. Programs do not send Sec-Fetch-Site.
  if (!['same-origin', 'none', null].includes(request.headers.get('sec-fetch-site')))
    return plain(403, 'Cross-site requests are not allowed.')
  return serve<Exchange>(core, endpoint, request, {
    effects: WEB_EFFECTS,
    read: (faults) => readSlowly(core, request, faults),
    open: (bytes, entry) => new Exchange(core, endpoint, request, bytes, entry),
    respond: (exchange) => respond(exchange, ROUTES[endpoint]),
    recordRefusedSend,
    finish(_exchange, faults) {
      if (endpoint === 'webwxsync' && core.sessions.live) recordSync(core.sessions.live, faults.length > 0)
    },
  })
}

/** Reads the body, throttled if a `slow` fault applies. */
function readSlowly(core: Core, request: Request, faults: readonly TriggeredFault[]): Promise<Buffer | undefined> {
  const bytesPerSecond = faults.find(({ fault }) => fault.kind === 'slow')?.fault.checked.value
  if (!bytesPerSecond) return readBody(request)
  return readBody(request, (sizeBytes) => pause(core, Math.ceil((sizeBytes / bytesPerSecond) * 1000), request.signal))
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
