import type { Sent } from '../../../transport/content.js'
import { type Dict, text } from '../../../util/read.js'
import type { EndpointName } from '../wire/endpoints.js'
import type { OutgoingMessage } from '../wire/send.js'
import { callJson, type Web } from './call.js'

/** A message to send, without the fields common to all messages. */
export type Outgoing = Pick<OutgoingMessage, 'Type' | 'ToUserName'> &
  Partial<Pick<OutgoingMessage, 'Content' | 'MediaId' | 'EmojiFlag' | 'EMoticonMd5' | 'Signature'>>

/** Extra query parameters for each send endpoint. @see docs/protocol.md §6.2 – §6.6 */
const QUERIES = {
  webwxsendmsg: {},
  webwxsendmsgimg: { fun: 'async', f: 'json' },
  webwxsendvideomsg: { fun: 'async', f: 'json' },
  webwxsendemoticon: { fun: 'sys' },
  webwxsendappmsg: { fun: 'async', f: 'json' },
} as const satisfies Partial<Record<EndpointName, Record<string, string>>>

export type SendEndpoint = keyof typeof QUERIES

/**
 * Sends a message without retrying: when the reply is lost, the message may have been delivered.
 *
 * @param options.scene 2 when forwarding, otherwise 0
 * @see docs/protocol.md §6.1
 */
export async function sendMessage(
  web: Web,
  endpoint: SendEndpoint,
  message: Outgoing,
  options: { scene?: 0 | 2 | undefined; signal?: AbortSignal | undefined } = {},
): Promise<Sent> {
  const id = web.session.messageIds.next(web.clock.now())
  const Msg: OutgoingMessage = { ...message, FromUserName: web.session.userName, LocalID: id, ClientMsgId: id }
  const reply = await callJson(web, endpoint, {
    query: { ...QUERIES[endpoint], lang: 'zh_CN', pass_ticket: web.session.credentials?.passTicket },
    body: { Msg, Scene: options.scene ?? 0 },
    signal: options.signal,
  })
  const MsgID = text(reply.MsgID)
  return { ...reply, MsgID, LocalID: text(reply.LocalID) || id, ...(MsgID === '' ? { unconfirmed: true } : {}) }
}

/**
 * Recalls a sent message. The server allows this for two minutes after sending.
 *
 * @param message.msgId the `MsgID` returned when the message was sent
 * @see docs/protocol.md §6.10
 */
export async function revokeMessage(
  web: Web,
  message: { msgId: string; toUserName: string; localId?: string | undefined },
  signal?: AbortSignal,
): Promise<Dict> {
  return callJson(web, 'webwxrevokemsg', {
    body: {
      SvrMsgId: message.msgId,
      ToUserName: message.toUserName,
      ClientMsgId: message.localId ?? web.session.messageIds.next(web.clock.now()),
    },
    signal,
  })
}
