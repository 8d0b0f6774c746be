import { FileError } from '../../../errors.js'
import type { Message } from '../../../message/message.js'
import type { HttpStream } from '../../http/http-client.js'
import type { Queries } from '../wire/calls.js'
import { COOKIE } from '../wire/constants.js'
import { ENDPOINTS } from '../wire/endpoints.js'
import type { GetMediaQuery } from '../wire/media.js'
import { APP_MSG_TYPE, MSG_TYPE } from '../wire/message.js'
import { protocolError, type Web } from './call.js'

/** Timeout for the start of the reply, and for each pause while it is received. */
const TIMEOUT_MS = 30_000

type MediaEndpoint = 'webwxgetmsgimg' | 'webwxgetvoice' | 'webwxgetvideo' | 'webwxgetmedia'
type MediaRequest = { [Name in MediaEndpoint]: { name: Name; query: Queries[Name]; range?: boolean } }[MediaEndpoint]

/** Returns the request for the media of a message. @see docs/protocol.md §7 */
function mediaRequest(web: Web, message: Message, thumbnail: boolean): MediaRequest {
  const skey = web.session.credentials?.skey ?? ''
  switch (message.MsgType) {
    case MSG_TYPE.voice:
      return { name: 'webwxgetvoice', query: { msgid: message.MsgId, skey } }
    case MSG_TYPE.video:
    case MSG_TYPE.microVideo:
      if (thumbnail) return { name: 'webwxgetmsgimg', query: { MsgID: message.MsgId, skey, type: 'slave' } }
      return { name: 'webwxgetvideo', query: { msgid: message.MsgId, skey }, range: true }
    case MSG_TYPE.image:
      return { name: 'webwxgetmsgimg', query: { MsgID: message.MsgId, skey, ...(thumbnail ? { type: 'slave' } : {}) } }
    case MSG_TYPE.sticker:
      return { name: 'webwxgetmsgimg', query: { MsgID: message.MsgId, skey, type: thumbnail ? 'slave' : 'big' } }
    case MSG_TYPE.app:
      if (message.AppMsgType === APP_MSG_TYPE.gif)
        return { name: 'webwxgetmsgimg', query: { MsgID: message.MsgId, skey } }
      if (message.AppMsgType === APP_MSG_TYPE.file) return { name: 'webwxgetmedia', query: fileQuery(web, message) }
  }
  throw new FileError(`download: a message of type ${message.Type} (MsgType ${message.MsgType}) has no media.`, {
    path: '',
  })
}

function fileQuery({ session, cookies }: Web, message: Message): GetMediaQuery {
  const dataTicket = cookies.value(new URL(ENDPOINTS.webwxgetmedia.path, session.hosts.file), COOKIE.dataTicket)
  return {
    sender: message.FromUserName,
    mediaid: message.MediaId,
    encryfilename: message.EncryFileName,
    fromuser: session.credentials?.uin ?? '',
    pass_ticket: session.credentials?.passTicket ?? '',
    webwx_data_ticket: dataTicket ?? '',
  }
}

/**
 * Opens the media of a message.
 *
 * @throws FileError when the message has no media
 * @throws ProtocolError when the reply is not media
 */
export async function openMedia(
  web: Web,
  message: Message,
  options: { thumbnail: boolean; signal?: AbortSignal | undefined },
): Promise<HttpStream> {
  const { name, query, range } = mediaRequest(web, message, options.thumbnail)
  const endpoint = ENDPOINTS[name]
  const url = new URL(endpoint.path, web.session.hosts[endpoint.host])
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value)
  const reply = await web.http.stream({
    endpoint: name,
    method: endpoint.method,
    url,
    // The real service sends videos only in response to range requests.
    ...(range ? { headers: { range: 'bytes=0-' } } : {}),
    timeoutMs: TIMEOUT_MS,
    signal: options.signal,
  })
  if (reply.status !== 200 && reply.status !== 206) {
    reply.cancel()
    throw protocolError(name, `HTTP ${reply.status} instead of media`)
  }
  const type = String(reply.headers['content-type'] ?? '')
  if (name !== 'webwxgetmedia' && /^(?:application\/json|text\/)/.test(type)) {
    reply.cancel()
    throw protocolError(name, `${type} instead of media`)
  }
  return reply
}
