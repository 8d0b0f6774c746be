import type { AddFriendArguments, MessageType, SystemInfo } from '../../message/message.js'
import { APP_MSG_TYPE, MSG_TYPE, type WireMessage, type WireRecommendInfo } from '../wire/message.js'
import { placeOf } from './place.js'

type Text = string | string[] | WireRecommendInfo | AddFriendArguments

interface TypeAndText {
  Type: MessageType
  Text: Text
  SystemInfo?: SystemInfo
}

const NOTE_FALLBACK = 'System message'

/** The text of CDATA section number `index`, by plain searches: a regular expression would be slow on hostile input. */
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
 * `Type` and `Text` of a message whose `Content` is decoded.
 *
 * @see docs/protocol.md §10, §11
 */
export function typeAndText(message: WireMessage): TypeAndText {
  return BY_MSG_TYPE[message.MsgType]?.(message) ?? { Type: 'Unknown', Text: message.Content }
}

const BY_MSG_TYPE: Readonly<Record<number, (message: WireMessage) => TypeAndText>> = {
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
    BY_APP_MSG_TYPE[message.AppMsgType]?.(message) ?? { Type: 'Sharing', Text: message.FileName },
  [MSG_TYPE.statusNotify]: (message) => ({
    Type: 'System',
    SystemInfo: 'uins',
    Text: message.StatusNotifyUserName.split(',').filter((name) => name.startsWith('@')),
  }),
  [MSG_TYPE.system]: (message) => ({ Type: 'Note', Text: message.Content }),
  [MSG_TYPE.sysmsg]: (message) => ({
    Type: 'Note',
    Text: cdata(message.Content, 0)?.replaceAll('\\', '') ?? NOTE_FALLBACK,
  }),
}

const BY_APP_MSG_TYPE: Readonly<Record<number, (message: WireMessage) => TypeAndText>> = {
  [APP_MSG_TYPE.chatRecord]: (message) => ({ Type: 'Note', Text: message.Content }),
  [APP_MSG_TYPE.file]: media('Attachment'),
  [APP_MSG_TYPE.gif]: media('Picture'),
  [APP_MSG_TYPE.liveLocation]: (message) => ({ Type: 'Note', Text: message.FileName }),
  [APP_MSG_TYPE.transfer]: (message) => ({
    Type: 'Note',
    Text: cdata(message.Content, 1)?.split('。')[0] ?? message.FileName,
  }),
}

function media(Type: MessageType): (message: WireMessage) => TypeAndText {
  // What `msg.text` holds is put in place where the message is made.
  return () => ({ Type, Text: '' })
}

/** The place as worded on one line, `name(address)`; without it the name in the location's XML. */
function placeText(message: WireMessage): string {
  const line = message.Content.split('\n', 1)[0] ?? ''
  const close = line.indexOf(')', line.indexOf('('))
  if (line.includes('(') && close > 0) return line.slice(0, close + 1)
  const place = placeOf(message)
  return place?.poiname || place?.label || 'Map'
}
