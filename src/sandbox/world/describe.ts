import type { PhoneTexts } from './language.js'
import type { Content, Message } from './message.js'

/** Returns the readable part of a message: its text, title, greeting or name; `''` for other kinds. */
export function textOf(content: Content): string {
  switch (content.kind) {
    case 'text':
    case 'note':
    case 'quote':
      return content.text
    case 'file':
      return content.media.name
    case 'location':
      return content.placeName || content.label
    case 'card':
      return content.name
    case 'link':
    case 'music':
    case 'miniProgram':
    case 'chatHistory':
      return content.title
    case 'redPacket':
    case 'friendRequest':
      return content.greeting
    case 'transfer':
      return content.memo
    case 'channelVideo':
      return content.description
    case 'unknown':
    case 'image':
    case 'voice':
    case 'video':
    case 'sticker':
      return ''
  }
}

/** Returns the text that programs receive if the phone shows the message differently, otherwise `undefined`. */
export function seenByProgram(message: Message, texts: PhoneTexts): string | undefined {
  const { content, origin } = message
  if (origin === 'bot') return undefined
  if (content.kind === 'redPacket') return texts.redPacket(origin === 'phone')
  if (content.kind === 'transfer') return texts.transfer(yuan(content.amountFen), origin === 'phone')
  if (content.kind === 'location') return locationLine(content)
  return undefined
}

/** Formats an amount in yuan with two decimals. */
export function yuan(amountFen: number): string {
  return (amountFen / 100).toFixed(2)
}

/** @see docs/protocol.md §10.3 */
export function locationLine(place: { placeName: string; label: string }): string {
  const { placeName, label } = place
  return placeName && label ? `${placeName}(${label})` : placeName || label
}
