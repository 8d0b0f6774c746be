import { ENDPOINTS } from '../../../transports/ilink/wire/endpoints.js'
import type { Core } from '../../core.js'
import { fieldsOf } from '../../read/fields.js'
import { plain, readBody, serve } from '../../routes/serve.js'
import type { Binding } from '../binding.js'
import { checkBaseInfo, checkHeaders } from '../conformance/request.js'
import { checkTyping } from '../conformance/updates.js'
import { type IlinkEndpoint, ilinkEndpointOf, isCdn } from '../endpoints.js'
import { HttpRefusal, IlinkExchange, IlinkRefusal } from '../http/exchange.js'
import { keyOf, textOf } from '../text.js'
import { cdnDownload, cdnUpload } from './cdn.js'
import { ILINK_EFFECTS } from './effects.js'
import { get_bot_qrcode, get_qrcode_status } from './login.js'
import { recordRefusedSend, sendmessage } from './send.js'
import { getconfig, sendtyping } from './typing.js'
import { getupdates, notifystart, notifystop } from './updates.js'
import { getuploadurl } from './upload.js'

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

const MAX_LOST_SENDS = 1000

/** Handles one request from a program that uses the iLink protocol. */
export async function answerIlink(core: Core, path: string, request: Request): Promise<Response> {
  if (isCrossSite(request)) return plain(403, 'Cross-site requests are not allowed.')
  const endpoint = ilinkEndpointOf(path)
  if (!endpoint) return plain(404, 'Unknown path.')
  return serve<IlinkExchange>(core, endpoint, request, {
    effects: ILINK_EFFECTS,
    async read() {
      if (endpoint !== 'cdnUpload') return readBody(request)
      return { sizeBytes: Number(request.headers.get('content-length') ?? 0) }
    },
    open: (bytes, entry) => new IlinkExchange(core, endpoint, request, bytes, entry),
    respond,
    recordRefusedSend,
    finish(exchange) {
      if (exchange) recordReceipt(exchange)
    },
  })
}

/** Whether a web page sent the request, which must not act as a program. Programs send neither of these headers. */
function isCrossSite({ headers, url }: Request): boolean {
  const origin = headers.get('origin')
  if (origin !== null && origin !== new URL(url).origin) return true
  return !['same-origin', 'none', null].includes(headers.get('sec-fetch-site'))
}

/** Records what the program knows after the reply. */
function recordReceipt(exchange: IlinkExchange): void {
  const { endpoint, entry, owner } = exchange
  if (exchange.isReceived) exchange.onReceived?.()
  else if (endpoint === 'getupdates' && entry.faults) owner?.inbox.distorted()
  // Without the reply, the program cannot know whether its request was processed.
  if (endpoint === 'sendtyping' && owner) owner.memory.hasLostTyping = !exchange.isReceived
  if (endpoint === 'sendmessage' && owner && !exchange.isReceived) recordLostSend(exchange, owner)
}

function recordLostSend({ bytes }: IlinkExchange, { memory }: Binding): void {
  const { lostSends } = memory
  lostSends.add(clientKeyOf(bytes))
  const [oldest] = lostSends
  if (lostSends.size > MAX_LOST_SENDS && oldest !== undefined) lostSends.delete(oldest)
}

function clientKeyOf(bytes: Buffer): string {
  try {
    const body: unknown = JSON.parse(bytes.toString('utf8'))
    return keyOf(textOf(fieldsOf(fieldsOf(body).msg).client_id))
  } catch {
    // A fault has replied before the body was read; it may be anything.
    return ''
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
