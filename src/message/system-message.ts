import type { User } from '../contact/contact.js'
import { emptyFields, type SystemInfo } from './fields.js'
import { createMessage, type Message, type MessageActions } from './message.js'

/** `MsgType` of what a server itself reports of contacts: programs find both by it. @see docs/protocol.md §10.13 */
const NOTIFICATION = 51

/** A change of contacts as a message from and to oneself. */
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
