import type { SearchContactReply } from '../../transports/web/wire/contact.js'
import { answer, baseResponse, type Exchange } from './exchange.js'
import { sessionOfBody, sessionOfQuery } from './session-of.js'

/** Usage reports are thrown away. @see docs/protocol.md §8 */
export function webwxstatreport(exchange: Exchange): Response {
  sessionOfBody(exchange)
  return exchange.ok()
}

/** Leads to the address a link names; only http and https lead anywhere. @see docs/protocol.md §8 */
export function webwxcheckurl(exchange: Exchange): Response {
  sessionOfQuery(exchange)
  const url = exchange.query('requrl')
  const target = URL.canParse(url) ? new URL(url) : undefined
  if (target?.protocol !== 'http:' && target?.protocol !== 'https:') {
    return answer('only http and https addresses are opened\n', 'text/plain', new Headers(), 400)
  }
  return answer('', 'text/plain', new Headers({ Location: target.href }), 302)
}

/** Looks for people by their exact name or WeChat id. @see docs/protocol.md §8 */
export function webwxsearchcontact(exchange: Exchange): Response {
  const session = sessionOfBody(exchange)
  const { world } = exchange.core
  const word = String(exchange.body.KeyWord ?? '').trim()
  const found = [...world.people.values()].filter(
    (person) => person !== world.owner && word !== '' && [person.id, person.alias, person.name].includes(word),
  )
  const reply: SearchContactReply = {
    BaseResponse: baseResponse(),
    List: found.map((person) => ({ EncryUserName: session.names.of(person.id) })),
  }
  return exchange.json(reply)
}

/** Feedback is thrown away. @see docs/protocol.md §8 */
export function webwxsendfeedback(exchange: Exchange): Response {
  sessionOfBody(exchange)
  return exchange.ok()
}
