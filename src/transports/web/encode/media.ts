import type { UploadedMedia } from '../../../transport/content.js'
import { escapeXml } from '../../../util/xml.js'
import { ATTACHMENT_APP_ID } from '../wire/constants.js'
import { MSG_TYPE } from '../wire/message.js'
import type { Encoded } from './encoded.js'

/** `Type` of a file to send; received messages do not use it. @see docs/protocol.md §6.6 */
const FILE_TYPE = 6

/** @see docs/protocol.md §6.3 – §6.6 */
export function encodeMedia(media: UploadedMedia): Encoded {
  const { mediaId: MediaId } = media
  switch (media.as) {
    case 'sticker':
      return { endpoint: 'webwxsendemoticon', message: { Type: MSG_TYPE.sticker, EmojiFlag: 2, MediaId } }
    case 'image':
      return { endpoint: 'webwxsendmsgimg', message: { Type: MSG_TYPE.image, MediaId } }
    case 'video':
      return { endpoint: 'webwxsendvideomsg', message: { Type: MSG_TYPE.video, MediaId } }
    case 'file': {
      const signature = media.signature ? { Signature: media.signature } : {}
      return { endpoint: 'webwxsendappmsg', message: { Type: FILE_TYPE, Content: appmsg(media), ...signature } }
    }
  }
}

function appmsg({ name, sizeBytes, mediaId }: UploadedMedia): string {
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 ? name.slice(dot + 1) : ''
  return `<appmsg appid='${ATTACHMENT_APP_ID}' sdkver=''><title>${escapeXml(name)}</title><des></des><action></action><type>6</type><content></content><url></url><lowurl></lowurl><appattach><totallen>${sizeBytes}</totallen><attachid>${escapeXml(mediaId)}</attachid><fileext>${escapeXml(extension)}</fileext></appattach><extinfo></extinfo></appmsg>`
}
