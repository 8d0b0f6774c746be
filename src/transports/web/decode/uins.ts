import type { RevealedId } from '../../../transport/contacts.js'
import { dict, text } from '../../../util/read.js'
import { STATUS_NOTIFY } from '../wire/login.js'
import { MSG_TYPE } from '../wire/message.js'
import { decodeText } from './text.js'

const OPEN = '<username>'
const CLOSE = '</username>'

/**
 * Who is who, as a status notification tells: its first list of permanent ids and its list of UserNames go together by
 * position. Lists of different length say nothing.
 *
 * @see docs/protocol.md §10.13
 */
export function readUins(value: unknown): RevealedId[] {
  const sent = dict(value)
  if (sent.MsgType !== MSG_TYPE.statusNotify) return []
  const content = decodeText(text(sent.Content))
  const start = content.indexOf(OPEN)
  const end = content.indexOf(CLOSE, start)
  if (start < 0 || end < 0) return []
  const uins = content.slice(start + OPEN.length, end).split(',')
  // A chat that was opened on the phone may be named by the recipient alone.
  const isOneChat = sent.StatusNotifyCode !== STATUS_NOTIFY.syncConversations
  const names = (text(sent.StatusNotifyUserName) || (isOneChat ? text(sent.ToUserName) : '')).split(',')
  if (names.length !== uins.length) return []
  return names.flatMap((userName, index) => {
    const permanentId = uins[index]?.trim() ?? ''
    const isNamed = userName.startsWith('@') && permanentId !== ''
    return isNamed ? [{ userName, permanentId, fields: { Uin: permanentId } }] : []
  })
}
