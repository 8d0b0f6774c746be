import { LOGIN_CODE } from '../../transports/web/wire/login.js'
import { RET } from '../../transports/web/wire/ret.js'
import { loginScript, syncCheckScript } from '../encode/script.js'
import { refusalPage } from '../encode/ticket-page.js'
import { ConnectionLost } from '../faults/connection-lost.js'
import type { FaultKind } from '../faults/fault-table.js'
import type { TriggeredFault } from '../faults/faults.js'
import { pause } from '../faults/pause.js'
import { wrongTypes } from '../faults/wrong-types.js'
import { recordBody } from '../inspector/reply-body.js'
import { answer, type Exchange } from './exchange.js'

type Respond = () => Promise<Response>

/** The effect of a kind of fault on a request. `value` is the value of its parameter. */
export type Effect<Target> = (
  exchange: Target,
  respond: Respond,
  options: { value: number; seed: number },
) => Promise<Response>

/** The effects of faults on the requests of one protocol, in addition to those on all requests. */
export type Effects<Target> = Partial<Record<FaultKind, Effect<Target>>>

/** What the effects on all requests need. */
export type AnyExchange = Pick<Exchange, 'core' | 'request' | 'transformReply' | 'result' | 'reason'>

/** Responds to a request, applying its faults with the first one outermost. */
export function respondWithFaults<Target extends AnyExchange>(
  faults: readonly TriggeredFault[],
  exchange: Target,
  effects: Effects<Target>,
  respond: Respond,
): Promise<Response> {
  const outermost = faults.reduceRight<Respond>((inner, { fault, seed }) => {
    const value = fault.checked.value ?? 0
    const effect: Effect<Target> | undefined = effects[fault.kind] ?? COMMON_EFFECTS[fault.kind]
    return effect ? () => effect(exchange, inner, { value, seed }) : inner
  }, respond)
  return outermost()
}

const COMMON_EFFECTS: Effects<AnyExchange> = {
  async drop() {
    throw new ConnectionLost('fault drop')
  },
  async dropReply(_exchange, respond) {
    await respond()
    throw new ConnectionLost('fault dropReply, after the request was processed')
  },
  async cut(_exchange, respond) {
    const response = await respond()
    const { status, headers } = response
    const body = new Uint8Array(await response.arrayBuffer())
    headers.set('Content-Length', String(body.length))
    throw new ConnectionLost('fault cut, in the middle of the reply body', { status, headers, bytes: firstHalf(body) })
  },
  async truncate(_exchange, respond) {
    const response = await respond()
    const { status, headers } = response
    const bytes = firstHalf(new Uint8Array(await response.arrayBuffer()))
    headers.set('Content-Length', String(bytes.length))
    return recordBody(new Response(bytes, { status, headers }), bytes)
  },
  async delay(exchange, respond, { value: ms }) {
    await pause(exchange.core, ms, exchange.request.signal)
    return respond()
  },
  // Already applied while the body was read.
  slow: (_exchange, respond) => respond(),
  async status(_exchange, _respond, { value: status }) {
    return answer(page(`${status}`), 'text/html', new Headers(), status)
  },
  async garbage() {
    return answer(page('Welcome! Please sign in to use this network'), 'text/html')
  },
  wrongTypes(exchange, respond, { seed }) {
    exchange.transformReply = (reply) => wrongTypes(reply, seed)
    return respond()
  },
}

/** The effects on requests of the web protocol. */
export const WEB_EFFECTS: Effects<Exchange> = {
  duplicate(exchange, respond) {
    exchange.redelivers = true
    return respond()
  },
  syncKeyReset(exchange, respond) {
    exchange.emptiesSyncKey = true
    return respond()
  },
  async ret(exchange, respond, { value: ret }) {
    exchange.reason = 'fault ret'
    switch (exchange.endpoint) {
      case 'synccheck':
        return exchange.script(syncCheckScript(ret, 0), `${ret}/0`)
      case 'webwxpushloginurl':
        exchange.result = String(ret)
        return exchange.json({ ret: String(ret), msg: '', uuid: '' })
      case 'webwxnewloginpage':
        // Handled like a normal refusal, so that the phone shows it.
        if (ret === RET.loginRefused) {
          exchange.refusesLogin = true
          return respond()
        }
        exchange.result = String(ret)
        return answer(refusalPage(ret, ''), 'text/plain;charset=utf-8')
      default:
        return exchange.refuse(ret)
    }
  },
  async expireQr(exchange) {
    return exchange.script(loginScript(LOGIN_CODE.expired), String(LOGIN_CODE.expired))
  },
}

function firstHalf(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.subarray(0, Math.floor(bytes.length / 2))
}

function page(title: string): string {
  return `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`
}
