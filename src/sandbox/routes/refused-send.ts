import type { EndpointName } from '../../transports/web/wire/endpoints.js'
import { APP_MSG_TYPE, MSG_TYPE } from '../../transports/web/wire/message.js'
import { readAppContent, readAppMessage, readCard, readLocation } from '../read/app-message.js'
import { type Fields, fieldsOf, scalarText } from '../read/fields.js'
import { parseMultipart } from '../read/multipart.js'
import { attribute } from '../read/xml.js'
import { attemptOf, recordRefused } from '../record-send.js'
import type { Attempt } from '../refused-sends.js'
import type { Exchange } from './exchange.js'
import { Refusal } from './refusal.js'
import { findSession } from './session-of.js'

/** What a request tries to send, without its chat. */
type Sent = Omit<Attempt, 'chatId'>

/** The part of a request that names its session and its chat, and what it tries to send. */
interface Parsed {
  base: unknown
  userName: unknown
  sent: Sent
}

const MEDIA_TYPES: Readonly<Record<string, Sent['kind']>> = { pic: 'image', video: 'video' }

/** Requests that send a message or upload its file. */
const READERS: Partial<Record<EndpointName, (exchange: Exchange) => Parsed>> = {
  webwxsendmsg: (exchange) => parsed(exchange, inline),
  webwxsendmsgimg: (exchange) => parsed(exchange, (fields) => stored(exchange, 'image', fields, 'img')),
  webwxsendvideomsg: (exchange) => parsed(exchange, (fields) => stored(exchange, 'video', fields, 'videomsg')),
  webwxsendemoticon: (exchange) => parsed(exchange, (fields) => stored(exchange, 'sticker', fields, 'emoji')),
  webwxsendappmsg: (exchange) => parsed(exchange, app),
  webwxuploadmedia: uploadedFile,
  webwxcheckupload({ body }) {
    return { base: body.BaseRequest, userName: body.ToUserName, sent: { kind: 'file', text: nameOf(body.FileName) } }
  },
}

/** Records what a refused request tried to send. A request that names no known chat is only in the traffic log. */
export function recordRefusedSend(exchange: Exchange): void {
  const { core, entry, endpoint, result = '0' } = exchange
  const read = READERS[endpoint]
  if (!read || result === '0') return
  const request = readUnlessMalformed(read, exchange)
  const session = request && findSession(exchange, request.base)
  if (!session || session === 'unnamed') return
  const chatId = session.names.idOf(scalarText(request.userName))
  if (chatId !== undefined) recordRefused(core, entry, { ...request.sent, chatId }, Number(result))
}

function readUnlessMalformed(read: (exchange: Exchange) => Parsed, exchange: Exchange): Parsed | undefined {
  try {
    return read(exchange)
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

function parsed({ body }: Exchange, sent: (fields: Fields) => Sent): Parsed {
  const fields = fieldsOf(body.Msg)
  return { base: body.BaseRequest, userName: fields.ToUserName, sent: sent(fields) }
}

function inline({ Type, Content: text }: Fields): Sent {
  if (typeof text !== 'string') return { kind: 'text', text: '' }
  if (Type === MSG_TYPE.card) return attemptOf('', readCard(text))
  if (Type === MSG_TYPE.location) return attemptOf('', readLocation(text))
  return Type === MSG_TYPE.text ? { kind: 'text', text } : { kind: 'unknown', text: '' }
}

function stored({ core }: Exchange, kind: Sent['kind'], fields: Fields, element: string): Sent {
  const { MediaId, EMoticonMd5, Content } = fields
  const md5 = EMoticonMd5 ?? (typeof Content === 'string' ? attribute(Content, element, 'md5') : '')
  const medium = core.media.find(scalarText(MediaId)) ?? core.media.findByMd5(scalarText(md5))
  return { kind, text: medium?.name ?? '' }
}

function app({ Type, Content: xml }: Fields): Sent {
  if (typeof xml !== 'string') return { kind: 'unknown', text: '' }
  const message = readAppMessage(xml, Number(scalarText(Type)))
  if (message.type === APP_MSG_TYPE.file) return { kind: 'file', text: message.title }
  return attemptOf('', readAppContent(xml, message))
}

function uploadedFile(exchange: Exchange): Parsed {
  const parts = parseMultipart(exchange.bytes, exchange.request.headers.get('content-type') ?? '')
  const field = (name: string) => parts?.get(name)?.bytes.toString('utf8') ?? ''
  const request = parseFields(field('uploadmediarequest'))
  return {
    base: request.BaseRequest,
    userName: request.ToUserName,
    sent: { kind: MEDIA_TYPES[field('mediatype')] ?? 'file', text: nameOf(field('name')) },
  }
}

function parseFields(text: string): Fields {
  try {
    return fieldsOf(JSON.parse(text))
  } catch {
    return {}
  }
}

/** Returns the name without directories. */
function nameOf(name: unknown): string {
  return typeof name === 'string' ? (name.split(/[/\\]/).at(-1) ?? '') : ''
}
