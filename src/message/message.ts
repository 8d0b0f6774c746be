import type { SendResult } from '../contact/actions.js'
import type { Contact } from '../contact/contact.js'
import { instantiate, memberNames, spelled } from '../util/spelling.js'
import type { WireMessage, WireRecommendInfo } from '../web/wire/message.js'

/** Arguments of `addFriend` that accept a friend request. */
export interface AddFriendArguments {
  status: number
  userName: string
  verifyContent: string
  autoUpdate: WireRecommendInfo
}

/** Fetches the media of the message it belongs to: the bytes without a path, else a file. */
export type Download = (path?: string) => Promise<Uint8Array>

/** What `msg.text` holds for each `msg.type`. */
interface TextOfType {
  Text: string
  /** The place, as the sender's phone words it. */
  Map: string
  /** The person on the card. */
  Card: WireRecommendInfo
  /** The wording of the notice. */
  Note: string
  /** The title of what was shared. */
  Sharing: string
  Picture: Download
  Recording: Download
  Attachment: Download
  Video: Download
  Friends: AddFriendArguments
  /** UserNames the news is about. */
  System: string[]
  Unknown: string
}

/** A value of `msg.type`. */
export type MessageType = keyof TextOfType

/** What a `System` message is about. */
export type SystemInfo = 'uins' | 'chatrooms' | 'friends' | 'removed'

/** The server's keys of a message and those added to them. @see docs/protocol.md §9.9 */
export interface MessageFields<K extends MessageType = MessageType> extends Omit<WireMessage, 'NewMsgId'> {
  NewMsgId: string
  Type: K
  Text: TextOfType[K]
  /** Groups: UserName of the member who spoke; `''` for notices. */
  ActualUserName?: string
  /** Groups: name of the member who spoke, the one chosen for the group before the nickname; `''` for notices. */
  ActualNickName?: string
  /** Groups: the text mentions the own account. */
  IsAt?: boolean
  /** Groups: the text mentions everybody (`@所有人`). */
  IsAtAll?: boolean
  /** Type `System` only. */
  SystemInfo?: SystemInfo
}

/** What messages can do, supplied by the account that received them. */
export interface MessageActions {
  reply(message: Message, text: string): Promise<SendResult>
}

/** What a message knows beside its fields. */
export interface MessageContext {
  raw: WireMessage
  user: Contact
  isSelf: boolean
  actions: MessageActions
}

const CONTEXT = Symbol('context')

/** A received message. It answers to the server's keys and to their lower-first form. */
export class BaseMessage<K extends MessageType = MessageType> extends spelled<MessageFields>() {
  declare readonly Type: K
  declare readonly type: K
  declare Text: TextOfType[K]
  declare text: TextOfType[K]
  declare private readonly [CONTEXT]: MessageContext

  /** The conversation: the friend, group or official account this was said in, whoever spoke. */
  get user(): Contact {
    return this[CONTEXT].user
  }

  get User(): Contact {
    return this[CONTEXT].user
  }

  /** Everything the server sent, as it sent it. */
  get raw(): WireMessage {
    return this[CONTEXT].raw
  }

  /** The own account wrote it, on the phone. */
  get isSelf(): boolean {
    return this[CONTEXT].isSelf
  }

  /** Sends a text to the conversation. It is never read as a directive. */
  reply(text: string): Promise<SendResult> {
    return this[CONTEXT].actions.reply(this as unknown as Message, text)
  }
}

const MEMBERS = memberNames(BaseMessage)

/** The message with these fields. */
export function createMessage(fields: object, context: MessageContext): Message {
  const message = instantiate<BaseMessage>(BaseMessage, fields, MEMBERS)
  Object.defineProperty(message, CONTEXT, { value: context })
  return message as Message
}

export type TextMessage = BaseMessage<'Text'>
export type MapMessage = BaseMessage<'Map'>
export type CardMessage = BaseMessage<'Card'>
export type NoteMessage = BaseMessage<'Note'>
export type SharingMessage = BaseMessage<'Sharing'>
export type PictureMessage = BaseMessage<'Picture'>
export type RecordingMessage = BaseMessage<'Recording'>
export type AttachmentMessage = BaseMessage<'Attachment'>
export type VideoMessage = BaseMessage<'Video'>
export type FriendsMessage = BaseMessage<'Friends'>
export type SystemMessage = BaseMessage<'System'>
export type UnknownMessage = BaseMessage<'Unknown'>

/** The message of each type. */
export type MessageOf = { [K in MessageType]: BaseMessage<K> }

/** A message of any type; `msg.type` tells them apart. */
export type Message = MessageOf[MessageType]
