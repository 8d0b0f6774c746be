import { RET } from '../../../transports/ilink/wire/codes.js'
import { LOGIN_STATUS } from '../../../transports/ilink/wire/login.js'
import { answer } from '../../routes/exchange.js'
import { hold } from '../../routes/hold.js'
import { checkQrRequest, checkStatusPoll, recordStatusReply } from '../conformance/login.js'
import type { IlinkExchange } from '../exchange.js'
import type { QrCode } from '../qr-code.js'
import { qrLink } from '../urls.js'
import { GATEWAY_HOLD_MS } from './updates.js'

const MAX_LOCAL_TOKENS = 10

/** Issues a QR code. Accepts GET, as from older clients. @see docs/ilink.md §3 */
export function get_bot_qrcode(exchange: IlinkExchange): Response {
  const tokens = exchange.method === 'POST' && exchange.bytes.length > 0 ? exchange.body.local_token_list : undefined
  checkQrRequest(exchange, tokens)
  const localTokens = Array.isArray(tokens) ? tokens.slice(0, MAX_LOCAL_TOKENS).map(String) : []
  const { service } = exchange
  const qr = service.qrCodes.start(service.settings.qrLifeMs, localTokens)
  return exchange.ok({ qrcode: qr.id, qrcode_img_content: qrLink(exchange.url.origin, qr) })
}

/** Holds the poll open until the status changes. @see docs/ilink.md §3 */
export async function get_qrcode_status(exchange: IlinkExchange): Promise<Response> {
  const { core, service } = exchange
  const { qrCodes, settings } = service
  const qr = qrCodes.find(exchange.query('qrcode'))
  if (!qr) return exchange.ok({ status: LOGIN_STATUS.expired })
  const code = exchange.query('verify_code')
  checkStatusPoll(exchange, qr, code)
  if (qr.state === 'verifyCode' && code !== '') {
    qr.enterCode(code)
    qrCodes.changed(qr)
  } else {
    const cutOffMs = exchange.quirks.has('gateway524') ? GATEWAY_HOLD_MS : Number.POSITIVE_INFINITY
    const isNew = () => qr.status !== qr.reported || qr.redirectHost !== undefined || !qr.isOpen || undefined
    const changed = await hold(
      exchange,
      'get_qrcode_status',
      qrCodes.notifier,
      Math.min(settings.holdMs, cutOffMs),
      isNew,
    )
    if (!changed && cutOffMs < settings.holdMs) return answer('', 'text/plain', new Headers(), 524)
  }
  recordStatusReply(exchange, qr)
  if (exchange.request.signal.aborted) return exchange.ok({ status: LOGIN_STATUS.waiting })
  const reply = statusReply(exchange, qr)
  if (qr.state === 'scanned' && core.settings.autoLogin && qr === qrCodes.latest) {
    queueMicrotask(() => qr.state === 'scanned' && service.confirm())
  }
  return reply
}

function statusReply(exchange: IlinkExchange, qr: QrCode): Response {
  const { redirectHost, binding, status } = qr
  const reply = (fields: { status: string }) => {
    exchange.result = fields.status
    return exchange.json({ ...(exchange.quirks.has('missingRet') ? {} : { ret: RET.ok }), ...fields })
  }
  if (redirectHost !== undefined) {
    qr.redirectHost = undefined
    return reply({ status: LOGIN_STATUS.redirected, ...{ redirect_host: redirectHost } })
  }
  if (!exchange.hasFaults) qr.reported = status
  if (!binding) return reply({ status })
  return reply({
    status,
    ...{
      bot_token: binding.token,
      ilink_bot_id: binding.botId,
      ilink_user_id: exchange.service.userId,
      baseurl: exchange.url.origin,
    },
  })
}
