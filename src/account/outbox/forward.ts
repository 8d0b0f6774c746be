import type { SendOptions, SendResult } from '../../contact/actions.js'
import { FileError } from '../../errors.js'
import type { Message } from '../../message/message.js'
import { splitGroupPrefix } from '../../transports/web/decode/group.js'
import { decodeText } from '../../transports/web/decode/text.js'
import { MSG_TYPE } from '../../transports/web/wire/message.js'
import { at, parseXml } from '../../util/xml.js'
import type { Downloads } from './downloads.js'
import type { Sender } from './sender.js'

/** What marks a message as forwarded. @see docs/protocol.md §6.9 */
const SCENE = 2

/**
 * Sends the content of a received message to another conversation. Pictures, videos, stickers and app messages go by
 * reference, as the server keeps them; a voice goes as a file; a notice as its wording.
 *
 * @see docs/protocol.md §6.9
 */
export async function forwardMessage(
  message: Message,
  to: string,
  sender: Sender,
  downloads: Downloads,
  given: SendOptions = {},
): Promise<SendResult> {
  if (message.type === 'Friends' || message.type === 'System') {
    throw new FileError(`forward: a message of type ${message.type} is meant for this account alone.`, { path: '' })
  }
  if (message.type === 'Note') return sender.sendMsg(message.text || '…', to, given)
  const options = { ...given, scene: SCENE } as const
  switch (message.MsgType) {
    case MSG_TYPE.image:
      return sender.deliver(
        'webwxsendmsgimg',
        { Type: MSG_TYPE.image, MediaId: '', Content: message.Content, ToUserName: to },
        options,
      )
    case MSG_TYPE.video:
    case MSG_TYPE.microVideo:
      return sender.deliver(
        'webwxsendvideomsg',
        { Type: MSG_TYPE.video, MediaId: '', Content: message.Content, ToUserName: to },
        options,
      )
    case MSG_TYPE.sticker:
      return sender.deliver(
        'webwxsendemoticon',
        { Type: MSG_TYPE.sticker, EmojiFlag: 2, EMoticonMd5: stickerMd5(message), ToUserName: to },
        given,
      )
    case MSG_TYPE.app:
      return sender.deliver(
        'webwxsendappmsg',
        { Type: message.AppMsgType, Content: appElement(message), ToUserName: to },
        options,
      )
    case MSG_TYPE.card:
      return sender.sendRawMsg(MSG_TYPE.card, message.Content, to, given)
    case MSG_TYPE.voice:
      return sender.sendFile(await downloads.bytes(message, given), to, { ...given, name: message.FileName })
  }
  if (message.type === 'Map' && message.OriContent) {
    return sender.deliver(
      'webwxsendmsg',
      { Type: MSG_TYPE.location, Content: message.OriContent, ToUserName: to },
      options,
    )
  }
  const text = typeof message.text === 'string' ? message.text : message.Content
  return sender.sendMsg(text || '…', to, given)
}

function stickerMd5(message: Message): string {
  const md5 = at(parseXml(message.Content), 'emoji')?.attributes.md5 ?? ''
  if (/^[0-9a-fA-F]{32}$/.test(md5)) return md5
  throw new FileError('forward: this sticker is not named by its message; stickers of the store cannot be forwarded.', {
    path: '',
  })
}

/** The `<appmsg>` with the attachment named as this session knows it. */
function appElement(message: Message): string {
  const xml = decodeText(splitGroupPrefix(message.raw.Content).content)
  const start = xml.indexOf('<appmsg')
  const end = xml.lastIndexOf('</appmsg>')
  if (start < 0 || end < start)
    throw new FileError('forward: the message is damaged; it has no <appmsg>.', { path: '' })
  const element = xml.slice(start, end + '</appmsg>'.length)
  if (!message.MediaId) return element
  return element.replace(/<attachid>[^<]*<\/attachid>/, () => `<attachid>${message.MediaId}</attachid>`)
}
