import type { Effect } from '../faults/effects.js'
import type { FaultKind } from '../faults/fault-table.js'
import type { IlinkExchange } from './exchange.js'

/** Applied by the handler of the endpoint. */
const byHandler =
  (kind: FaultKind): Effect<IlinkExchange> =>
  (exchange, respond, { seed }) => {
    exchange.quirks.set(kind, seed)
    return respond()
  }

/** The effects of faults on requests to the iLink service, in addition to those on all requests. */
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
  ...Object.fromEntries(
    (
      [
        'gateway524',
        'raceTimeout',
        'pollLock',
        'idAsString',
        'emptyErrmsg',
        'errcodeOnly',
        'missingRet',
        'noHeader',
        'sendEmpty',
        'acceptedNotShown',
        'lateBatch',
      ] as const
    ).map((kind) => [kind, byHandler(kind)]),
  ),
}
