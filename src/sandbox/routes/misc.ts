import { answer, type Exchange } from './exchange.js'
import { sessionOfBody } from './session-of.js'

/** Usage reports are thrown away. @see docs/protocol.md §8 */
export function webwxstatreport(exchange: Exchange): Response {
  sessionOfBody(exchange)
  return exchange.ok()
}

/** What this sandbox does not do, said in so many words. */
export function notSupported(exchange: Exchange): Response {
  return answer(`${exchange.endpoint} is not supported by this sandbox yet\n`, 'text/plain', new Headers(), 501)
}
