import type { AddFriendArguments, MessageType, SystemInfo } from '../../../message/fields.js'
import { parseXml, textAt } from '../../../util/xml.js'
import { APP_MSG_TYPE, MSG_TYPE, type WireMessage, type WireRecommendInfo } from '../wire/message.js'
import { placeOf } from './payload.js'
import { appElementOf } from './sharing.js'
import { isSystemXml, type NameOf, readSystemXml } from './sysmsg.js'

type Text = string | string[] | WireRecommendInfo | AddFriendArguments

interface TypeAndText {
  Type: MessageType
  Text: Text
  SystemInfo?: SystemInfo
}

const NOTE_FALLBACK = 'System message'

/**
 * Returns the text of CDATA section `index` in malformed XML. Uses plain string searches, because a regular expression
 * would be slow on hostile input.
 */
function cdata(content: string, index: number): string | undefined {
  let start = -1
  for (let found = 0; found <= index; found++) {
    start = content.indexOf('<![CDATA[', start + 1)
    if (start < 0) return undefined
  }
  const end = content.indexOf(']]>', start)
  return end < 0 ? undefined : content.slice(start + '<![CDATA['.length, end)
}

/**
 * Determines the `Type` and `Text` of a message with decoded `Content`.
 *
 * @see docs/protocol.md §10, §11
 */
export function typeAndText(message: WireMessage, nameOf?: NameOf): TypeAndText {
  return BY_MSG_TYPE[message.MsgType]?.(message, nameOf) ?? { Type: 'Unknown', Text: message.Content }
}

const BY_MSG_TYPE: Readonly<Record<number, (message: WireMessage, nameOf?: NameOf) => TypeAndText>> = {
  [MSG_TYPE.text]: (message) =>
    message.Url === '' ? { Type: 'Text', Text: message.Content } : { Type: 'Map', Text: placeText(message) },
  [MSG_TYPE.image]: media('Picture'),
  [MSG_TYPE.sticker]: media('Picture'),
  [MSG_TYPE.voice]: media('Recording'),
  [MSG_TYPE.video]: media('Video'),
  [MSG_TYPE.microVideo]: media('Video'),
  [MSG_TYPE.friendRequest]: (message) => ({
    Type: 'Friends',
    Text: {
      status: 3,
      userName: message.RecommendInfo.UserName,
      verifyContent: message.Ticket || message.RecommendInfo.Ticket,
      autoUpdate: message.RecommendInfo,
    },
  }),
  [MSG_TYPE.card]: (message) => ({ Type: 'Card', Text: message.RecommendInfo }),
  [MSG_TYPE.app]: (message) =>
    BY_APP_MSG_TYPE[message.AppMsgType]?.(message) ?? { Type: 'Sharing', Text: titleOf(message) },
  [MSG_TYPE.statusNotify]: (message) => ({
    Type: 'System',
    SystemInfo: 'uins',
    Text: message.StatusNotifyUserName.split(',').filter((name) => name.startsWith('@')),
  }),
  [MSG_TYPE.system]: (message, nameOf) => ({
    Type: 'Note',
    Text: isSystemXml(message.Content) ? systemText(message.Content, nameOf) : message.Content,
  }),
  [MSG_TYPE.sysmsg]: (message, nameOf) => ({ Type: 'Note', Text: systemText(message.Content, nameOf) }),
}

function systemText(content: string, nameOf: NameOf | undefined): string {
  const xml = readSystemXml(content, nameOf)
  return (xml ? xml.text : cdata(content, 0)?.replaceAll('\\', '')) || NOTE_FALLBACK
}

/** The title set by the server, otherwise the one in the XML. */
function titleOf(message: WireMessage): string {
  return message.FileName || textAt(appElement(message), 'title')
}

function appElement(message: WireMessage) {
  return appElementOf(parseXml(message.Content))
}

const BY_APP_MSG_TYPE: Readonly<Record<number, (message: WireMessage) => TypeAndText>> = {
  [APP_MSG_TYPE.chatRecord]: (message) => ({ Type: 'Note', Text: message.Content }),
  [APP_MSG_TYPE.file]: media('Attachment'),
  [APP_MSG_TYPE.gif]: media('Picture'),
  [APP_MSG_TYPE.liveLocation]: (message) => ({ Type: 'Note', Text: titleOf(message) }),
  [APP_MSG_TYPE.transfer]: (message) => ({ Type: 'Note', Text: transferText(message) }),
}

/** The first sentence of the description. The remaining sentences refer the user to the phone. */
function transferText(message: WireMessage): string {
  const app = appElement(message)
  const description = app ? textAt(app, 'des') : cdata(message.Content, 1)
  return description?.split('。')[0] || titleOf(message)
}

function media(Type: MessageType): (message: WireMessage) => TypeAndText {
  // `decodeMessage` replaces the text with the download function.
  return () => ({ Type, Text: '' })
}

/** The place as `name(address)` if the first line contains it, otherwise the name in the location's XML. */
function placeText(message: WireMessage): string {
  const line = message.Content.split('\n', 1)[0] ?? ''
  const close = line.indexOf(')', line.indexOf('('))
  if (line.includes('(') && close > 0) return line.slice(0, close + 1)
  const place = placeOf(message)
  return place?.poiname || place?.label || 'Map'
}
