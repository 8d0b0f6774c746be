import { STATUS_NOTIFY } from '../../transports/web/wire/login.js'
import { MSG_TYPE, type WireMessage } from '../../transports/web/wire/message.js'
import type { Session } from '../session/session.js'
import type { SyncEvent } from '../session/sync-event.js'
import type { Message } from '../world/message.js'
import type { World } from '../world/world.js'
import { encodeContent } from './content.js'
import { NOBODY } from './recommend.js'
import { saidFields } from './said.js'
import { recallXml, statusNotifyXml } from './xml.js'

/** A wire message whose `NewMsgId` keeps all its digits. */
export type EncodedMessage = Omit<WireMessage, 'NewMsgId'> & { NewMsgId: bigint }

/** News about messages. */
type MessageSyncEvent = Exclude<SyncEvent, { kind: 'contact' | 'contactRemoved' | 'profile' }>

/** One entry of `AddMsgList`, every key present. @see docs/protocol.md §9.9 */
export function encodeMessage(world: World, session: Session, news: MessageSyncEvent): EncodedMessage {
  const self = session.names.of(world.owner.id)
  switch (news.kind) {
    case 'message':
      return encodeSaid(world, session, news.message)
    case 'recall': {
      const { message, by } = news
      const xml = recallXml(message, by === world.owner.id ? undefined : world.nameTo(message.chatId, by))
      return {
        ...base(news.id, news.at),
        ...direction(world, session, message.chatId, by),
        MsgType: MSG_TYPE.sysmsg,
        Content: prefix(world, session, message.chatId, by) + encodeContent(xml),
      }
    }
    case 'statusNotify': {
      const [chatId] = news.chatIds
      const all = news.code === STATUS_NOTIFY.syncConversations
      return {
        ...base(news.id, news.at),
        FromUserName: self,
        ToUserName: all || chatId === undefined ? self : session.names.of(chatId),
        MsgType: MSG_TYPE.statusNotify,
        Content: encodeContent(statusNotifyXml(news.code, news.chatIds, news.at)),
        StatusNotifyCode: news.code,
        StatusNotifyUserName: news.chatIds.map((id) => session.names.of(id)).join(','),
      }
    }
    case 'raw':
      return rawFields(news.fieldsFor(session.names))
  }
}

function rawFields(fields: WireMessage): EncodedMessage {
  return { ...fields, NewMsgId: BigInt(fields.NewMsgId) }
}

/** A message with every key at rest. */
export function emptyMessage(id: string, atMs: number): WireMessage {
  return { ...base(id, atMs), NewMsgId: id }
}

function encodeSaid(world: World, session: Session, message: Message): EncodedMessage {
  const { chatId, speaker } = message
  const fields = saidFields({ world, session, message, own: speaker === world.owner.id })
  const isSystemLine = fields.MsgType === MSG_TYPE.system
  return {
    ...base(message.id, message.at),
    // System lines come from the chat, whoever caused them, and name nobody.
    ...direction(world, session, chatId, isSystemLine ? chatId : speaker),
    ...fields,
    Content: (isSystemLine ? '' : prefix(world, session, chatId, speaker)) + (fields.Content ?? ''),
  }
}

/** From the peer or group to oneself; the other way when oneself spoke on the phone. */
function direction(world: World, session: Session, chatId: string, speaker: string) {
  const self = session.names.of(world.owner.id)
  const chat = session.names.of(chatId)
  return speaker === world.owner.id
    ? { FromUserName: self, ToUserName: chat }
    : { FromUserName: chat, ToUserName: self }
}

/** Stands before what another member says in a group. @see docs/protocol.md §10.1 */
function prefix(world: World, session: Session, chatId: string, speaker: string): string {
  const bare = !world.groups.has(chatId) || speaker === world.owner.id
  return bare ? '' : `${session.names.of(speaker)}:<br/>`
}

function base(id: string, atMs: number): EncodedMessage {
  return {
    MsgId: id,
    NewMsgId: BigInt(id),
    FromUserName: '',
    ToUserName: '',
    MsgType: MSG_TYPE.text,
    Content: '',
    Status: 3,
    ImgStatus: 1,
    CreateTime: Math.trunc(atMs / 1000),
    VoiceLength: 0,
    PlayLength: 0,
    FileName: '',
    FileSize: '',
    MediaId: '',
    Url: '',
    AppMsgType: 0,
    StatusNotifyCode: 0,
    StatusNotifyUserName: '',
    RecommendInfo: { ...NOBODY },
    ForwardFlag: 0,
    AppInfo: { AppID: '', Type: 0 },
    HasProductId: 0,
    Ticket: '',
    ImgHeight: 0,
    ImgWidth: 0,
    SubMsgType: 0,
    OriContent: '',
    EncryFileName: '',
  }
}
