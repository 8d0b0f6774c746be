import type { Note } from '../../../message/payload.js'
import { at, parseXml, textAt } from '../../../util/xml.js'
import { APP_MSG_TYPE, MSG_TYPE, type WireMessage } from '../wire/message.js'
import { parseLine } from './parse-line.js'
import { isSystemXml, readSystemXml } from './sysmsg.js'
import type { ParsedNotice } from './wordings.js'

/**
 * Parses a notice. An unknown wording or malformed XML yields a plain `notice`.
 *
 * @param text the wording, as in `msg.text`
 * @see docs/protocol.md §10.17, §10.18
 */
export function decodeNote(message: WireMessage, text: string): Note {
  return { ...parseNotice(message), text }
}

function parseNotice(message: WireMessage): ParsedNotice {
  switch (message.MsgType) {
    case MSG_TYPE.sysmsg:
      return parseSystemXml(message.Content)
    case MSG_TYPE.app:
      return parseApp(message)
    default:
      return isSystemXml(message.Content) ? parseSystemXml(message.Content) : parseLine(message.Content)
  }
}

function parseSystemXml(content: string): ParsedNotice {
  const { recall, line } = readSystemXml(content) ?? {}
  if (recall) return { kind: 'recall', ...recall }
  return line ? parseLine(line.content, line.values) : { kind: 'notice' }
}

function parseApp(message: WireMessage): ParsedNotice {
  if (message.AppMsgType === APP_MSG_TYPE.liveLocation) return { kind: 'liveLocation' }
  if (message.AppMsgType !== APP_MSG_TYPE.transfer) return { kind: 'notice' }
  const pay = at(parseXml(message.Content), 'appmsg', 'wcpayinfo')
  if (!pay) return { kind: 'notice' }
  const transferId = textAt(pay, 'transferid')
  return { kind: 'transfer', amount: textAt(pay, 'feedesc'), memo: textAt(pay, 'pay_memo'), transferId }
}
