import { dict, text } from '../../../util/read.js'
import { STATUS_NOTIFY } from '../wire/login.js'
import { MSG_TYPE } from '../wire/message.js'
import { decodeText } from './text.js'

/** A UserName of this session and the permanent id behind it. */
export interface RevealedUin {
  userName: string
  uin: string
}

const OPEN = '<username>'
const CLOSE = '</username>'

/**
 * Who is who, as a status notification tells: its first list of permanent ids and its list of UserNames go together by
 * position. Lists of different length say nothing.
 *
 * @see docs/protocol.md §10.13
 */
export function readUins(value: unknown): RevealedUin[] {
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
    const uin = uins[index]?.trim() ?? ''
    return userName.startsWith('@') && uin !== '' ? [{ userName, uin }] : []
  })
}
