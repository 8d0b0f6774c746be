import type { SearchContactReply } from '../../transports/web/wire/contact.js'
import { scalarText } from '../read/fields.js'
import { answer, baseResponse, type Exchange } from './exchange.js'
import { sessionOfBody, sessionOfQuery } from './session-of.js'

/** Discards usage reports. @see docs/protocol.md §8 */
export function webwxstatreport(exchange: Exchange): Response {
  sessionOfBody(exchange)
  return exchange.ok()
}

/** Redirects to the URL of a link. Only http and https are allowed. @see docs/protocol.md §8 */
export function webwxcheckurl(exchange: Exchange): Response {
  sessionOfQuery(exchange)
  const url = exchange.query('requrl')
  const target = URL.canParse(url) ? new URL(url) : undefined
  if (target?.protocol !== 'http:' && target?.protocol !== 'https:') {
    return answer('Invalid requrl: expected an http or https URL.\n', 'text/plain', new Headers(), 400)
  }
  return answer('', 'text/plain', new Headers({ Location: target.href }), 302)
}

/** Finds people by their exact name or WeChat ID. @see docs/protocol.md §8 */
export function webwxsearchcontact(exchange: Exchange): Response {
  const session = sessionOfBody(exchange)
  const { world } = exchange.core
  const keyword = scalarText(exchange.body.KeyWord).trim()
  const found = [...world.people.values()].filter(
    (person) => person !== world.owner && keyword !== '' && [person.id, person.alias, person.name].includes(keyword),
  )
  const reply: SearchContactReply = {
    BaseResponse: baseResponse(),
    List: found.map((person) => ({ EncryUserName: session.names.of(person.id) })),
  }
  return exchange.json(reply)
}

/** Discards feedback. @see docs/protocol.md §8 */
export function webwxsendfeedback(exchange: Exchange): Response {
  sessionOfBody(exchange)
  return exchange.ok()
}
