import type { FaultKind } from '../../faults/fault-table.js'
import type { Effect } from '../../routes/fault-effects.js'
import type { IlinkExchange } from '../http/exchange.js'

/**
 * The effects of faults on requests to the iLink service, in addition to those on all requests and those that the handlers
 * draw themselves.
 */
export const ILINK_EFFECTS: Partial<Record<FaultKind, Effect<IlinkExchange>>> = {
  slow(exchange, respond, { value }) {
    exchange.bytesPerSecond = value
    return respond()
  },
  async ret(exchange, _respond, { value: ret }) {
    exchange.reason = 'fault ret'
    return exchange.refuse(ret, '')
  },
  async expireQr(exchange) {
    return exchange.json({ ret: 0, status: 'expired' })
  },
}
