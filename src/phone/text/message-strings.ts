import { CLAWBOT, type MessageKind, type MessageView } from '../../sandbox/control/view.js'
import type { StringKey, Strings } from '../i18n/strings.js'
import { plainName } from './file-name.js'

const KIND_KEYS: Readonly<Record<MessageKind, StringKey>> = {
  text: 'kindText',
  image: 'kindImage',
  voice: 'kindVoice',
  video: 'kindVideo',
  file: 'kindFile',
  sticker: 'kindSticker',
  location: 'kindLocation',
  card: 'kindCard',
  link: 'kindLink',
  music: 'kindMusic',
  miniProgram: 'kindMini',
  redPacket: 'kindPacket',
  transfer: 'kindTransfer',
  quote: 'kindQuote',
  friendRequest: 'kindRequest',
  chatHistory: 'kindHistory',
  channelVideo: 'kindChannel',
  note: 'kindNote',
  unknown: 'kindRaw',
}

/** Display name of a kind. */
export function kindString(kind: MessageKind, strings: Strings): string {
  return strings[KIND_KEYS[kind]]
}

/** A message on one line, as in the chat list: `[图片]`, `[语音] 6″`, `[红包] 恭喜发财`. */
export function previewText(message: MessageView, strings: Strings): string {
  const more = detail(message)
  if (message.kind === 'text' || message.kind === 'note' || message.kind === 'quote') return more
  const name = `[${kindString(message.kind, strings)}]`
  if (message.kind === 'voice') return `${name} ${seconds(message.content.media.durationMs)}″`
  return more ? `${name} ${more}` : name
}

/** A message as text for screen readers: `语音 6 秒，未播放`. */
export function spokenText(message: MessageView, strings: Strings, isPlayed: boolean): string {
  const name = kindString(message.kind, strings)
  switch (message.kind) {
    case 'text':
    case 'note':
      return message.content.text
    case 'quote': {
      const { quotedName, quotedText } = message.content
      return `${message.content.text}${strings.comma}${strings.quoting([quotedName, quotedText].filter(Boolean).join(': '))}`
    }
    case 'voice': {
      const { media, transcript } = message.content
      const length = `${name} ${strings.seconds(seconds(media.durationMs))}`
      return [length, transcript, !isPlayed && strings.unplayed].filter(Boolean).join(strings.comma)
    }
    case 'video': {
      const { durationMs } = message.content.media
      return durationMs === undefined ? name : `${name} ${strings.seconds(seconds(durationMs))}`
    }
    default: {
      const more = detail(message)
      return more ? `${name} ${more}` : name
    }
  }
}

/** Whole seconds as WeChat counts them, at least 1. */
export function seconds(durationMs: number | undefined): number {
  return Math.max(1, Math.round((durationMs ?? 0) / 1000))
}

/** Formats an amount: `¥66.00`. */
export function yuan(amountFen: number): string {
  return `¥${(amountFen / 100).toFixed(2)}`
}

/** The distinguishing content of a message, on one line. */
function detail(message: MessageView): string {
  return rawDetail(message).replace(/\s+/g, ' ').trim()
}

function rawDetail(message: MessageView): string {
  switch (message.kind) {
    case 'file':
      return plainName(message.content.media.name)
    case 'transfer':
      return [yuan(message.content.amountFen), message.content.memo].filter(Boolean).join(' ')
    case 'unknown':
      return message.chatId === CLAWBOT ? `type ${message.content.msgType}` : `MsgType ${typeNumbers(message.content)}`
    case 'channelVideo':
      return message.content.description || message.content.author
    default:
      return message.text
  }
}

/** `49 / 2001`, or only `msgType` if `appMsgType` is 0. */
export function typeNumbers({ msgType, appMsgType }: { msgType: number; appMsgType: number }): string {
  return appMsgType ? `${msgType} / ${appMsgType}` : String(msgType)
}
