import type { Quoted } from '../../../message/payload.js'
import { at, parseXml, textAt, type XmlElement } from '../../../util/xml.js'
import { APP_MSG_TYPE, MSG_TYPE } from '../wire/message.js'

/** How a kind of message is shown in a quote. */
interface Kind {
  /** Name of the element inside `<msg>`. */
  element?: string
  /** Shown when the message has no text; the same as on phones. */
  label: string
  /** Reads the text from the XML; absent for media. */
  text?(root: XmlElement): string
}

const IMAGE: Kind = { element: 'img', label: '[图片]' }
const VOICE: Kind = { element: 'voicemsg', label: '[语音]' }
const VIDEO: Kind = { element: 'videomsg', label: '[视频]' }
const STICKER: Kind = { element: 'emoji', label: '[动画表情]' }
const CARD: Kind = { label: '[名片]', text: ({ attributes }) => attributes.nickname ?? '' }
const LOCATION: Kind = {
  element: 'location',
  label: '[位置]',
  text: (root) => {
    const place = at(root, 'location')?.attributes
    return place?.poiname || place?.label || ''
  },
}
const APP: Kind = { element: 'appmsg', label: '[链接]', text: appText }
const CALL: Kind = { label: '[通话]' }
const OTHER: Kind = { label: '[消息]' }

/** Content of a type that is not listed is shown verbatim, unless it is XML. */
const BY_MSG_TYPE: Readonly<Record<number, Kind>> = {
  [MSG_TYPE.image]: IMAGE,
  [MSG_TYPE.voice]: VOICE,
  [MSG_TYPE.video]: VIDEO,
  [MSG_TYPE.microVideo]: VIDEO,
  [MSG_TYPE.sticker]: STICKER,
  [MSG_TYPE.card]: CARD,
  [MSG_TYPE.location]: LOCATION,
  [MSG_TYPE.app]: APP,
  [MSG_TYPE.voip]: CALL,
  [MSG_TYPE.voipInvite]: CALL,
}

/** For unknown types, the kind is derived from the XML. */
const BY_ELEMENT: readonly Kind[] = [APP, IMAGE, VOICE, VIDEO, STICKER, LOCATION]

const APP_LABELS: Readonly<Record<number, string>> = {
  [APP_MSG_TYPE.music]: '[音乐]',
  [APP_MSG_TYPE.video]: '[视频]',
  [APP_MSG_TYPE.file]: '[文件]',
  [APP_MSG_TYPE.gif]: '[动画表情]',
  [APP_MSG_TYPE.liveLocation]: '[位置共享]',
  [APP_MSG_TYPE.chatHistory]: '[聊天记录]',
  [APP_MSG_TYPE.miniProgram]: '[小程序]',
  [APP_MSG_TYPE.miniProgramForwardable]: '[小程序]',
  [APP_MSG_TYPE.channelVideo]: '[视频号]',
  [APP_MSG_TYPE.transfer]: '[转账]',
  [APP_MSG_TYPE.redPacket]: '[红包]',
}

/** Matches the sender, which may precede the XML in groups. */
const SENDER = /^[\w@.-]{1,128}:\s{0,4}(?=<)/

/**
 * Decodes the message that a quote refers to.
 *
 * @see docs/protocol.md §11
 */
export function decodeQuoted(app: XmlElement | undefined): Quoted {
  const reference = at(app, 'refermsg')
  const raw = textAt(reference, 'content')
  const type = Number(textAt(reference, 'type')) || 0
  const content = type === MSG_TYPE.text ? raw : readable(type, raw.replace(SENDER, ''))
  return {
    msgId: textAt(reference, 'svrid'),
    type,
    displayName: textAt(reference, 'displayname'),
    content,
    ...(raw === '' || raw === content ? {} : { raw }),
  }
}

/** Returns readable content. Never returns XML, which contains media keys and is not readable. */
function readable(type: number, raw: string): string {
  const isXml = raw.startsWith('<')
  const root = isXml ? parseXml(raw) : undefined
  const byElement = root && BY_ELEMENT.find(({ element = '' }) => root.name === element || at(root, element))
  const kind = BY_MSG_TYPE[type] ?? byElement ?? (isXml ? OTHER : undefined)
  if (!kind) return raw
  if (!kind.text) return kind.label
  return (root ? kind.text(root).trim() : isXml ? '' : raw) || kind.label
}

function appText(root: XmlElement): string {
  const app = root.name === 'appmsg' ? root : at(root, 'appmsg')
  const type = Number(textAt(app, 'type'))
  // The title of a channel video is a notice for phones that cannot show the video.
  const isChannel = type === APP_MSG_TYPE.channelVideo
  const own = isChannel ? textAt(app, 'finderFeed', 'desc') || textAt(app, 'finderFeed', 'nickname') : ''
  return own || (isChannel ? '' : textAt(app, 'title')) || (APP_LABELS[type] ?? '')
}
