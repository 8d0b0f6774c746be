import type { RevealedId } from '../../../transport/contacts.js'
import { type Dict, int, text } from '../../../util/read.js'
import { STATUS_NOTIFY } from '../wire/login.js'
import { decodeText } from './text.js'

const OPEN = '<username>'
const CLOSE = '</username>'

/**
 * Pairs UserNames with permanent ids from a status notification. The first list of permanent ids corresponds by
 * position to the list of UserNames. Lists of different lengths are ignored.
 *
 * @see docs/protocol.md §10.13
 */
export function revealedIds(notification: Dict): RevealedId[] {
  const content = decodeText(text(notification.Content))
  const start = content.indexOf(OPEN)
  const end = content.indexOf(CLOSE, start)
  if (start < 0 || end < 0) return []
  const ids = content.slice(start + OPEN.length, end).split(',')
  // A chat opened on the phone may be identified only by the recipient.
  const isOneChat = int(notification.StatusNotifyCode) !== STATUS_NOTIFY.syncConversations
  const names = (text(notification.StatusNotifyUserName) || (isOneChat ? text(notification.ToUserName) : '')).split(',')
  if (names.length !== ids.length) return []
  return names.flatMap((userName, index) => {
    const permanentId = ids[index]?.trim() ?? ''
    const isIdentified = userName.startsWith('@') && permanentId !== ''
    return isIdentified ? [{ userName, permanentId, fields: { Uin: permanentId } }] : []
  })
}
