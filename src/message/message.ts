import type { SendOptions, SendResult } from '../contact/actions.js'
import type { Contact, User } from '../contact/contact.js'
import { caseAliased, instantiate, memberNames } from '../util/case-alias.js'
import type { MessageFields, MessageType, RawMessage, TextOfType } from './fields.js'
import type { DownloadOptions, DownloadResult } from './media.js'
import type { Card, FriendRequest, Location, Note, Sharing } from './payload.js'
import type { TakenMessage } from './taken.js'

/**
 * What a message carries beside its text. One rule for all: a message of the type always has its payload. What the server
 * did not send, or sent in malformed XML, is empty (`''`, 0, `[]`, a place without coordinates, a notice of kind `notice`);
 * `msg.content` holds the text it was read from.
 */
interface PayloadOfType {
  Map: { readonly location: Location }
  Card: { readonly card: Card }
  Note: { readonly note: Note /** Of a merged chat record alone: what it shares. */; readonly sharing?: Sharing }
  Sharing: { readonly sharing: Sharing }
  Friends: { readonly request: FriendRequest /** The person who asks. */; readonly user: User; readonly User: User }
}

/** The payload of any type, by name. */
export type Payload = { location?: Location; card?: Card; note?: Note; sharing?: Sharing; request?: FriendRequest }

/** How a reply is worded and sent. */
export interface ReplyOptions extends SendOptions {
  /** Groups: put `@name` of the member who spoke in front. It is text: phones show it, but do not alert. */
  at?: boolean
}

/** What messages can do, supplied by the account that received them. */
export interface MessageActions {
  reply(message: Message, text: string, options?: ReplyOptions): Promise<SendResult>
  forward(message: Message, toUserName: string, options?: SendOptions): Promise<SendResult>
  downloadBytes(message: Message, options?: DownloadOptions): Promise<Uint8Array>
  downloadTo(message: Message, path: string, options?: DownloadOptions): Promise<DownloadResult>
  take(message: Message): TakenMessage
}

/** What a message knows beside its fields. */
export interface MessageContext {
  raw: RawMessage
  user: Contact
  isSelf: boolean
  /** Name of a file as its sender wrote it; never use it as a path. */
  originalFileName: string
  stale: boolean
  payload: Payload
  actions: MessageActions
}

const CONTEXT = Symbol('context')

/** A received message. It answers to the server's keys and to their lower-first form. */
export class BaseMessage<K extends MessageType = MessageType> extends caseAliased<MessageFields>() {
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
  get raw(): RawMessage {
    return this[CONTEXT].raw
  }

  /** The own account wrote it, on the phone. */
  get isSelf(): boolean {
    return this[CONTEXT].isSelf
  }

  /** Name of a file as its sender wrote it: for showing, never for a path. `fileName` is the safe one. */
  get originalFileName(): string {
    return this[CONTEXT].originalFileName
  }

  /**
   * It came in an earlier session of this account, and was not handled then. Its people are those of this session, as far as
   * they could be told; media it speaks of may be gone.
   */
  get stale(): boolean {
    return this[CONTEXT].stale
  }

  get location(): Location | undefined {
    return this[CONTEXT].payload.location
  }

  get card(): Card | undefined {
    return this[CONTEXT].payload.card
  }

  get note(): Note | undefined {
    return this[CONTEXT].payload.note
  }

  get sharing(): Sharing | undefined {
    return this[CONTEXT].payload.sharing
  }

  get request(): FriendRequest | undefined {
    return this[CONTEXT].payload.request
  }

  /** Sends a text to the conversation. It is never read as a directive. */
  reply(this: Message, text: string, options?: ReplyOptions): Promise<SendResult> {
    return this[CONTEXT].actions.reply(this, text, options)
  }

  /**
   * Sends the same content to another conversation; a voice goes as a file, a notice as text.
   *
   * @param toUserName a contact, or its UserName
   */
  forward(
    this: Message,
    toUserName: string | { readonly UserName: string },
    options?: SendOptions,
  ): Promise<SendResult> {
    const to = typeof toUserName === 'string' ? toUserName : toUserName.UserName
    return this[CONTEXT].actions.forward(this, to, options)
  }

  /**
   * Keeps the message unfinished beyond the end of its handler, until the program says that it is done: for a bridge that hands it
   * to others. From now on the conversation goes on with the next message, and the handler is not reported as slow; what it returns
   * is sent as usual. `close()` waits for the handler, but not for `done()`. Called again, it returns the same handle.
   *
   * @throws StateError when the handler of this message is over
   */
  take(this: Message): TakenMessage {
    return this[CONTEXT].actions.take(this)
  }

  /**
   * Fetches the media of this message: without a path its bytes, else to a file. A relative path stays under the
   * account's `downloadDir`; no file that was there is ever overwritten.
   *
   * @throws FileError when this message has no media, or the file cannot be written
   * @throws NetworkError, ProtocolError when it does not arrive whole; no file is left then
   */
  download(this: Message, path?: undefined, options?: DownloadOptions): Promise<Uint8Array>
  download(this: Message, path: string, options?: DownloadOptions): Promise<DownloadResult>
  download(this: Message, path?: string, options?: DownloadOptions): Promise<Uint8Array | DownloadResult> {
    const { actions } = this[CONTEXT]
    return path === undefined ? actions.downloadBytes(this, options) : actions.downloadTo(this, path, options)
  }
}

const MEMBERS = memberNames(BaseMessage)

/** The message with these fields. */
export function createMessage(fields: object, context: MessageContext): Message {
  const message = instantiate<BaseMessage>(BaseMessage, fields, MEMBERS)
  Object.defineProperty(message, CONTEXT, { value: context })
  return message as Message
}

/** The message of each type. */
export type MessageOf = {
  [K in MessageType]: BaseMessage<K> & (K extends keyof PayloadOfType ? PayloadOfType[K] : unknown)
}

export type TextMessage = MessageOf['Text']
export type MapMessage = MessageOf['Map']
export type CardMessage = MessageOf['Card']
export type NoteMessage = MessageOf['Note']
export type SharingMessage = MessageOf['Sharing']
export type PictureMessage = MessageOf['Picture']
export type RecordingMessage = MessageOf['Recording']
export type AttachmentMessage = MessageOf['Attachment']
export type VideoMessage = MessageOf['Video']
export type FriendsMessage = MessageOf['Friends']
export type SystemMessage = MessageOf['System']
export type UnknownMessage = MessageOf['Unknown']

/** A message of any type; `msg.type` tells them apart. */
export type Message = MessageOf[MessageType]
