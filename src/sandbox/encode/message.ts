import { STATUS_NOTIFY } from '../../transports/web/wire/login.js'
import { MSG_TYPE, type WireMessage } from '../../transports/web/wire/message.js'
import type { Session } from '../session/session.js'
import type { SyncEvent } from '../session/sync-event.js'
import type { Message } from '../world/message.js'
import type { World } from '../world/world.js'
import { encodeContent } from './content.js'
import { EMPTY_RECOMMEND_INFO } from './recommend.js'
import { messageFields } from './said.js'
import { recallXml, statusNotifyXml } from './xml.js'

/** A wire message whose `NewMsgId` is a bigint, so that no digits are lost. */
export type EncodedMessage = Omit<WireMessage, 'NewMsgId'> & { NewMsgId: bigint }

/** Sync events that are encoded as messages. */
type MessageSyncEvent = Exclude<SyncEvent, { kind: 'contact' | 'contactRemoved' | 'profile' }>

/** Encodes an entry of `AddMsgList` with all its keys. @see docs/protocol.md §9.9 */
export function encodeMessage(world: World, session: Session, event: MessageSyncEvent): EncodedMessage {
  const self = session.names.of(world.owner.id)
  switch (event.kind) {
    case 'message':
      return encodeChatMessage(world, session, event.message)
    case 'recall': {
      const { message, by } = event
      const xml = recallXml(
        message,
        world.texts.recalled(by === world.owner.id ? undefined : world.nameTo(message.chatId, by)),
      )
      return {
        ...base(event.id, event.at),
        ...direction(world, session, message.chatId, by),
        MsgType: MSG_TYPE.sysmsg,
        Content: prefix(world, session, message.chatId, by) + encodeContent(xml),
      }
    }
    case 'statusNotify': {
      const [chatId] = event.chatIds
      const isList = event.code === STATUS_NOTIFY.syncConversations
      return {
        ...base(event.id, event.at),
        FromUserName: self,
        ToUserName: isList || chatId === undefined ? self : session.names.of(chatId),
        MsgType: MSG_TYPE.statusNotify,
        Content: encodeContent(statusNotifyXml(event.code, event.chatIds, event.at)),
        StatusNotifyCode: event.code,
        StatusNotifyUserName: event.chatIds.map((id) => session.names.of(id)).join(','),
      }
    }
    case 'raw':
      return rawFields(event.fieldsFor(session.names))
  }
}

function rawFields(fields: WireMessage): EncodedMessage {
  return { ...fields, NewMsgId: BigInt(fields.NewMsgId) }
}

/** Returns a message whose keys all have empty values. */
export function emptyMessage(id: string, atMs: number): WireMessage {
  return { ...base(id, atMs), NewMsgId: id }
}

function encodeChatMessage(world: World, session: Session, message: Message): EncodedMessage {
  const { chatId, speaker } = message
  const fields = messageFields({ world, session, message, own: speaker === world.owner.id })
  const isSystemLine = fields.MsgType === MSG_TYPE.system
  return {
    ...base(message.id, message.at),
    // A system notice is sent by the chat itself, without a sender prefix.
    ...direction(world, session, chatId, isSystemLine ? chatId : speaker),
    ...fields,
    Content: (isSystemLine ? '' : prefix(world, session, chatId, speaker)) + (fields.Content ?? ''),
  }
}

/** Returns the sender and the recipient. A message from the owner goes to the chat; any other goes to the account. */
function direction(world: World, session: Session, chatId: string, speaker: string) {
  const self = session.names.of(world.owner.id)
  const chat = session.names.of(chatId)
  return speaker === world.owner.id
    ? { FromUserName: self, ToUserName: chat }
    : { FromUserName: chat, ToUserName: self }
}

/** The prefix of messages from other group members. @see docs/protocol.md §10.1 */
function prefix(world: World, session: Session, chatId: string, speaker: string): string {
  const hasNoPrefix = !world.groups.has(chatId) || speaker === world.owner.id
  return hasNoPrefix ? '' : `${session.names.of(speaker)}:<br/>`
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
    RecommendInfo: { ...EMPTY_RECOMMEND_INFO },
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
