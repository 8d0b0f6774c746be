import { ENDPOINTS } from '../../transports/ilink/wire/endpoints.js'
import type { Core } from '../core.js'
import { ConnectionLost } from '../faults/connection-lost.js'
import { respondWithFaults } from '../faults/effects.js'
import { readBytes } from '../read/bytes.js'
import { answer } from '../routes/exchange.js'
import { checkBaseInfo, checkHeaders } from './conformance/request.js'
import { checkTyping } from './conformance/updates.js'
import { ILINK_EFFECTS } from './effects.js'
import { type IlinkEndpoint, ilinkEndpointOf, isCdn } from './endpoints.js'
import { HttpRefusal, IlinkExchange, IlinkRefusal } from './exchange.js'
import { cdnDownload, cdnUpload } from './routes/cdn.js'
import { get_bot_qrcode, get_qrcode_status } from './routes/login.js'
import { sendmessage } from './routes/send.js'
import { getconfig, sendtyping } from './routes/typing.js'
import { getupdates, notifystart, notifystop } from './routes/updates.js'
import { getuploadurl } from './routes/upload.js'

type Route = (exchange: IlinkExchange) => Response | Promise<Response>

const ROUTES: Record<IlinkEndpoint, Route> = {
  get_bot_qrcode,
  get_qrcode_status,
  notifystart,
  notifystop,
  getupdates,
  sendmessage,
  getconfig,
  sendtyping,
  getuploadurl,
  cdnUpload,
  cdnDownload,
}

const BODY_LIMIT_BYTES = 8 * 1024 * 1024

/** Handles one request from an iLink program and records it in the traffic log. */
export async function answerIlink(core: Core, path: string, request: Request): Promise<Response> {
  // A web page must not act as a program. Programs do not send Sec-Fetch-Site.
  if (!['same-origin', 'none', null].includes(request.headers.get('sec-fetch-site')))
    return plain(403, 'Cross-site requests are not allowed.')
  const endpoint = ilinkEndpointOf(path)
  if (!endpoint) return plain(404, 'Unknown path.')
  const { pathname, search } = new URL(request.url)
  const isPollHeld = (core.ilink.binding?.heldPolls ?? 0) > 0
  const faults = core.faults.trigger(endpoint, pathname + search, (kind) => kind !== 'pollLock' || isPollHeld)
  const entry = core.traffic.begin(
    endpoint,
    faults.map(({ fault }) => fault.kind),
  )
  let exchange: IlinkExchange | undefined
  try {
    const bytes = endpoint === 'cdnUpload' ? Buffer.alloc(0) : await readBody(request)
    if (bytes === undefined) {
      core.traffic.end(entry, 413)
      return plain(413, 'The body is larger than 8 MiB.')
    }
    const current = new IlinkExchange(core, endpoint, request, bytes, entry)
    exchange = current
    const response = await respondWithFaults(faults, current, ILINK_EFFECTS, () => respond(current))
    core.traffic.end(entry, response.status, exchange)
    return response
  } catch (error) {
    if (error instanceof ConnectionLost) core.traffic.end(entry, error.reply?.status ?? 0, exchange)
    throw error
  }
}

async function readBody(request: Request): Promise<Buffer | undefined> {
  try {
    return await readBytes(request, BODY_LIMIT_BYTES)
  } catch (error) {
    if (request.signal.aborted) throw new ConnectionLost('the program disconnected while sending the request')
    throw error
  }
}

async function respond(exchange: IlinkExchange): Promise<Response> {
  try {
    check(exchange)
    return await ROUTES[exchange.endpoint](exchange)
  } catch (error) {
    if (error instanceof IlinkRefusal) {
      exchange.reason = error.message
      return exchange.refuse(error.ret, error.errmsg)
    }
    if (!(error instanceof HttpRefusal)) throw error
    exchange.reason = error.message
    return plain(error.status, error.message, error.headers)
  }
}

/** Checks what all endpoints of the API have in common. */
function check(exchange: IlinkExchange): void {
  const { endpoint } = exchange
  if (isCdn(endpoint)) return
  const { method, isAuthorized } = ENDPOINTS[endpoint]
  if (exchange.method !== method && !(endpoint === 'get_bot_qrcode' && exchange.method === 'GET')) {
    throw new HttpRefusal(404, `the method is not ${method}`)
  }
  checkHeaders(exchange, isAuthorized)
  if (!isAuthorized) return
  checkBaseInfo(exchange)
  const { owner } = exchange
  if (owner) checkTyping(exchange, owner)
}

function plain(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Response {
  return answer(`${text}\n`, 'text/plain', new Headers(headers), status)
}
