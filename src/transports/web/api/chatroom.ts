import { type Dict, text } from '../../../util/read.js'
import { UPDATE_CHATROOM_FIELD, type UpdateChatroomFun } from '../wire/chatroom.js'
import { callJson, protocolError, type Web } from './call.js'

/**
 * Creates a group with the given members; resolves to the server's reply. @see docs/protocol.md §4.6
 *
 * @throws ProtocolError when the group's UserName is missing from the reply
 */
export async function createChatroom(
  web: Web,
  userNames: readonly string[],
  topic: string,
  signal?: AbortSignal,
): Promise<Dict> {
  const reply = await callJson(web, 'webwxcreatechatroom', {
    query: { r: web.clock.now(), lang: 'zh_CN', pass_ticket: web.session.credentials?.passTicket },
    body: {
      MemberCount: userNames.length,
      MemberList: userNames.map((UserName) => ({ UserName })),
      Topic: topic,
    },
    signal,
    advice: 'A group needs at least two friends besides this account.',
  })
  if (text(reply.ChatRoomName) === '') throw protocolError('webwxcreatechatroom', 'ChatRoomName is missing')
  return reply
}

/** Likely cause of a refusal, by operation. */
const ADVICE: Readonly<Record<UpdateChatroomFun, string>> = {
  addmember: 'Only friends can be added, and large groups accept only invitations ({ useInvitation: true }).',
  invitemember: 'Only friends can be invited.',
  delmember: 'Only the owner of a group can remove members.',
  modtopic: 'Some groups allow only the owner to change the name.',
}

/** Renames a group, or adds, invites or removes members. @see docs/protocol.md §4.7 */
export function updateChatroom(
  web: Web,
  userName: string,
  fun: UpdateChatroomFun,
  value: string,
  signal?: AbortSignal,
): Promise<Dict> {
  return callJson(web, 'webwxupdatechatroom', {
    query: { fun, lang: 'zh_CN', pass_ticket: web.session.credentials?.passTicket },
    body: { ChatRoomName: userName, [UPDATE_CHATROOM_FIELD[fun]]: value },
    signal,
    advice: ADVICE[fun],
  })
}
