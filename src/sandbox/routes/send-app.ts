import { APP_MSG_TYPE } from '../../transports/web/wire/message.js'
import { RET } from '../../transports/web/wire/ret.js'
import { checkAppMessage, checkSendFile } from '../conformance/send-media.js'
import { readAppContent, readAppMessage } from '../read/app-message.js'
import type { Exchange } from './exchange.js'
import { Refusal } from './refusal.js'
import { acceptSending, deliver, uploaded } from './sending.js'

/** Sends a file or another app message. @see docs/protocol.md §6.6 */
export function webwxsendappmsg(exchange: Exchange): Response {
  const sending = acceptSending(exchange)
  const { Content: xml, Type, Signature } = sending.fields
  if (typeof xml !== 'string' || !xml.includes('<appmsg')) {
    throw new Refusal(RET.badParameter, 'Content does not contain <appmsg>')
  }
  const app = readAppMessage(xml, sending.type)
  checkAppMessage(exchange, xml, Type, app)
  if (app.type !== APP_MSG_TYPE.file) return deliver(exchange, sending, readAppContent(xml, app))
  const medium = uploaded(exchange, sending, app.attachId)
  checkSendFile(exchange, app, medium, Signature !== undefined && Signature !== '')
  return deliver(exchange, sending, { kind: 'file', media: { ...medium, name: app.title || medium.name } })
}
