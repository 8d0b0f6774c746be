import type { User } from '../contact/contact.js'
import { emptyFields, type SystemInfo } from './fields.js'
import { createMessage, type Message, type MessageActions } from './message.js'

/** `MsgType` of notifications about contacts, as used by the server. @see docs/protocol.md §10.13 */
const NOTIFICATION = 51

/** Creates a System message about contacts, from and to this account. */
export function systemMessage(
  info: SystemInfo,
  userNames: readonly string[],
  self: User,
  actions: MessageActions,
): Message {
  const raw = {
    ...emptyFields(),
    MsgType: NOTIFICATION,
    FromUserName: self.UserName,
    ToUserName: self.UserName,
    StatusNotifyUserName: userNames.join(),
  }
  const fields = { ...raw, Type: 'System', Text: [...userNames], SystemInfo: info }
  return createMessage(fields, {
    raw,
    user: self,
    isSelf: true,
    originalFileName: '',
    stale: false,
    payload: {},
    actions,
  })
}
