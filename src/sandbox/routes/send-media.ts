import { MSG_TYPE } from '../../transports/web/wire/message.js'
import { RET } from '../../transports/web/wire/ret.js'
import { PICTURE_FORMATS, STICKER_FORMAT } from '../../transports/web/wire/upload.js'
import { checkForward, checkSendMedia, checkSendSticker } from '../conformance/send-media.js'
import { attribute } from '../read/xml.js'
import type { Medium } from '../world/medium.js'
import type { Exchange } from './exchange.js'
import { Refusal } from './refusal.js'
import { acceptSending, deliver, type Sending, uploaded } from './sending.js'

/** The formats accepted as images. A GIF can be sent as an image or as a sticker. @see docs/protocol.md §6.5, §6.7 */
const ACCEPTED_FORMATS: readonly string[] = [...Object.keys(PICTURE_FORMATS), STICKER_FORMAT]

/** Sends a picture by its MediaId, or forwards one by its XML. @see docs/protocol.md §6.3 */
export function webwxsendmsgimg(exchange: Exchange): Response {
  const sending = acceptSending(exchange)
  checkSendMedia(exchange, sending.fields, MSG_TYPE.image, 'async')
  const media = mediumOf(exchange, sending, 'img')
  if (!media.mime.startsWith('image/')) exchange.warn('6.3', 'the bytes sent as an image are not an image')
  else if (sending.fields.MediaId && !ACCEPTED_FORMATS.includes(media.mime)) {
    exchange.warn('6.3', `${media.mime} is sent as an image; only bmp, png, jpeg and gif are supported`)
  }
  return deliver(exchange, sending, { kind: 'image', media })
}

/** Sends a video by its MediaId, or forwards one by its XML. @see docs/protocol.md §6.4 */
export function webwxsendvideomsg(exchange: Exchange): Response {
  const sending = acceptSending(exchange)
  const micro = sending.fields.Type === MSG_TYPE.microVideo
  checkSendMedia(exchange, sending.fields, micro ? MSG_TYPE.microVideo : MSG_TYPE.video, 'async')
  const media = mediumOf(exchange, sending, 'videomsg')
  if (!media.mime.startsWith('video/')) exchange.warn('6.4', 'the bytes sent as a video are not a video')
  return deliver(exchange, sending, { kind: 'video', media })
}

/** Sends a sticker by its MediaId, or a known one by its MD5. @see docs/protocol.md §6.5 */
export function webwxsendemoticon(exchange: Exchange): Response {
  const sending = acceptSending(exchange)
  const { fields } = sending
  checkSendMedia(exchange, fields, MSG_TYPE.sticker, 'sys')
  checkSendSticker(exchange, fields)
  const { EMoticonMd5 } = fields
  const known = typeof EMoticonMd5 === 'string' ? exchange.core.media.findByMd5(EMoticonMd5) : undefined
  const media = known ?? uploaded(exchange, sending, fields.MediaId)
  return deliver(exchange, sending, { kind: 'sticker', media, fromStore: false })
}

/** Finds the medium by MediaId or, if the message is forwarded, by the MD5 in its XML. */
function mediumOf(exchange: Exchange, sending: Sending, element: string): Medium {
  const { MediaId, Content } = sending.fields
  if (typeof MediaId === 'string' && MediaId !== '') return uploaded(exchange, sending, MediaId)
  if (typeof Content !== 'string' || Content === '') throw new Refusal(RET.badParameter, 'MediaId is missing')
  const medium = exchange.core.media.findByMd5(attribute(Content, element, 'md5') ?? '')
  if (!medium) throw new Refusal(RET.badParameter, 'Content is not the XML of a message on this server')
  checkForward(exchange, exchange.body.Scene)
  return medium
}
