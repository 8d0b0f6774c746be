import { FileError } from '../../../errors.js'
import type { Message } from '../../../message/message.js'
import type { Forwarding } from '../../../transport/content.js'
import { at, parseXml } from '../../../util/xml.js'
import { splitGroupPrefix } from '../decode/group.js'
import { decodeText } from '../decode/text.js'
import { MSG_TYPE } from '../wire/message.js'
import { type Encoded, ForwardedMessage } from './encoded.js'

/** Marks a message as forwarded. @see docs/protocol.md §6.9 */
const SCENE = 2

/**
 * How to forward the content of a received message: pictures, videos, stickers and app messages by reference to the
 * server's copy, a voice message as a file, and a notice as text.
 *
 * @throws FileError for a message that cannot be forwarded
 * @see docs/protocol.md §6.9
 */
export function forwardingOf(message: Message): Forwarding {
  if (message.type === 'Friends' || message.type === 'System') {
    throw new FileError(
      `forward: a message of type ${message.type} concerns only this account and cannot be forwarded.`,
      { path: '' },
    )
  }
  if (message.type === 'Note') return textOf(message.text)
  const { Content } = message
  switch (message.MsgType) {
    case MSG_TYPE.image:
      return forwarded('webwxsendmsgimg', { Type: MSG_TYPE.image, MediaId: '', Content })
    case MSG_TYPE.video:
    case MSG_TYPE.microVideo:
      return forwarded('webwxsendvideomsg', { Type: MSG_TYPE.video, MediaId: '', Content })
    case MSG_TYPE.sticker: {
      const sticker = { Type: MSG_TYPE.sticker, EmojiFlag: 2, EMoticonMd5: stickerMd5(message) }
      return forwarded('webwxsendemoticon', sticker, 0)
    }
    case MSG_TYPE.app:
      return forwarded('webwxsendappmsg', { Type: message.AppMsgType, Content: appElement(message) })
    case MSG_TYPE.card:
      return { kind: 'raw', type: MSG_TYPE.card, content: Content }
    case MSG_TYPE.voice:
      return { kind: 'file', name: message.FileName }
  }
  if (message.type === 'Map' && message.OriContent) {
    return forwarded('webwxsendmsg', { Type: MSG_TYPE.location, Content: message.OriContent })
  }
  return textOf(typeof message.text === 'string' ? message.text : Content)
}

function textOf(text: string): Forwarding {
  return { kind: 'text', text: text || '…' }
}

function forwarded(endpoint: Encoded['endpoint'], message: Encoded['message'], scene: 0 | 2 = SCENE): Forwarding {
  return { kind: 'forwarded', content: new ForwardedMessage({ endpoint, message, scene }) }
}

function stickerMd5(message: Message): string {
  const md5 = at(parseXml(message.Content), 'emoji')?.attributes.md5 ?? ''
  if (/^[0-9a-fA-F]{32}$/.test(md5)) return md5
  throw new FileError('forward: the message has no sticker md5. Stickers from the store cannot be forwarded.', {
    path: '',
  })
}

/** Returns the `<appmsg>` element with the attachment id of this session. */
function appElement(message: Message): string {
  const xml = decodeText(splitGroupPrefix(message.raw.Content).content)
  const start = xml.indexOf('<appmsg')
  const end = xml.lastIndexOf('</appmsg>')
  if (start < 0 || end < start)
    throw new FileError('forward: the message is damaged. It contains no <appmsg>.', { path: '' })
  const element = xml.slice(start, end + '</appmsg>'.length)
  if (!message.MediaId) return element
  return element.replace(/<attachid>[^<]*<\/attachid>/, () => `<attachid>${message.MediaId}</attachid>`)
}
