import { LOGIN_STATUS } from '../../../transports/ilink/wire/login.js'
import { answer } from '../../routes/exchange.js'
import { hold } from '../../routes/hold.js'
import { checkQrRequest, checkStatusPoll, recordStatusReply } from '../conformance/login.js'
import type { IlinkExchange } from '../http/exchange.js'
import type { QrCode } from '../qr-code.js'
import { textOf } from '../text.js'
import { qrLink } from '../urls.js'
import { GATEWAY_HOLD_MS } from './updates.js'

const MAX_LOCAL_TOKENS = 10

/** Issues a QR code. Accepts GET, as from older clients. @see docs/ilink.md §3 */
export function get_bot_qrcode(exchange: IlinkExchange): Response {
  const tokens = exchange.method === 'POST' && exchange.bytes.length > 0 ? exchange.body.local_token_list : undefined
  checkQrRequest(exchange, tokens)
  const { core, service } = exchange
  const listed: unknown[] = Array.isArray(tokens) ? tokens.slice(0, MAX_LOCAL_TOKENS) : []
  const isKnown = (token: string) => core.shared.cores.some(({ ilink }) => ilink.findToken(token) !== undefined)
  const localTokens = listed.map(textOf).filter(isKnown)
  const qr = core.shared.qrCodes.start(service.settings.qrLifeMs, localTokens)
  return exchange.ok({ qrcode: qr.id, qrcode_img_content: qrLink(exchange.url.origin, qr) })
}

/** Holds the poll open until the status changes. @see docs/ilink.md §3 */
export async function get_qrcode_status(exchange: IlinkExchange): Promise<Response> {
  const { core } = exchange
  const { qrCodes } = core.shared
  const { settings } = exchange.service
  const qr = qrCodes.find(exchange.query('qrcode'))
  if (!qr) return exchange.ok({ status: LOGIN_STATUS.expired })
  const code = exchange.query('verify_code')
  const isRepeated = qr.unresolvedCode === code
  checkStatusPoll(exchange, qr, code)
  if (qr.state === 'verifyCode' && code !== '') {
    qr.enterCode(code, isRepeated)
    qrCodes.changed(qr)
  } else {
    const isNew = () => qr.status !== qr.reported || qr.redirectHost !== undefined || !qr.isOpen || undefined
    const wait = (ms: number) => hold(exchange, 'get_qrcode_status', qr.notifier, ms, isNew)
    const deadline = exchange.nowMs + settings.holdMs
    const { signal } = exchange.request
    const isOver = (await wait(Math.min(settings.holdMs, GATEWAY_HOLD_MS))) || exchange.nowMs >= deadline
    if (!isOver && !signal.aborted && !core.closing.aborted) {
      if (exchange.draws('gateway524')) return answer('', 'text/plain', new Headers(), 524)
      await wait(deadline - exchange.nowMs)
    }
  }
  recordStatusReply(exchange, qr)
  if (exchange.request.signal.aborted) return exchange.ok({ status: LOGIN_STATUS.waiting })
  // The poll may have begun before the scan, when the account was unknown.
  const account = core.shared.cores.find(({ number }) => number === qr.account) ?? core
  const reply = statusReply(exchange, qr, account.ilink.userId)
  if (qr.state === 'scanned' && account.settings.autoLogin && qr === account.ilink.qrCodes.latest) {
    queueMicrotask(() => qr.state === 'scanned' && account.ilink.confirm())
  }
  return reply
}

function statusReply(exchange: IlinkExchange, qr: QrCode, userId: string): Response {
  const { redirectHost } = qr
  const binding = qr.bindingAt(exchange.nowMs)
  // The token is not repeated for ever.
  const status = qr.state === 'confirmed' && !binding ? LOGIN_STATUS.expired : qr.status
  const reply = (fields: { status: string }) => {
    exchange.result = fields.status
    return exchange.ok(fields)
  }
  if (redirectHost !== undefined) {
    qr.redirectHost = undefined
    return reply({ status: LOGIN_STATUS.redirected, ...{ redirect_host: redirectHost } })
  }
  if (exchange.isReceived) qr.reported = status
  if (!binding) return reply({ status })
  return reply({
    status,
    ...{
      bot_token: binding.token,
      ilink_bot_id: binding.botId,
      ilink_user_id: userId,
      baseurl: exchange.url.origin,
    },
  })
}
