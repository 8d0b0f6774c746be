import { type Dict, text } from '../../util/read.js'
import { callJson, type Web } from './call.js'

/** What the server said to a send. */
export interface SendReply {
  MsgID: string
  LocalID: string
  [key: string]: unknown
}

/**
 * Sends content of an inline type. Made once: when the answer is lost, nobody knows whether it arrived.
 *
 * @see docs/protocol.md §6.2
 */
export async function sendMessage(
  web: Web,
  message: { type: number; content: string; toUserName: string },
  signal?: AbortSignal,
): Promise<SendReply> {
  const id = web.session.messageIds.next(web.clock.now())
  const reply: Dict = await callJson(web, 'webwxsendmsg', {
    query: { lang: 'zh_CN', pass_ticket: web.session.credentials?.passTicket },
    body: {
      Msg: {
        Type: message.type,
        Content: message.content,
        FromUserName: web.session.userName,
        ToUserName: message.toUserName,
        LocalID: id,
        ClientMsgId: id,
      },
      Scene: 0,
    },
    signal,
  })
  return { ...reply, MsgID: text(reply.MsgID), LocalID: text(reply.LocalID) || id }
}
