import type { SendOptions, SendResult } from '../contact/actions.js'
import type { Contact, User } from '../contact/contact.js'
import { adopt, caseAliased, memberNames } from '../util/case-alias.js'
import type { MessageFields, MessageType, RawMessage, TextOfType } from './fields.js'
import type { DownloadOptions, DownloadResult } from './media.js'
import type { Card, FriendRequest, Location, Note, Quote, Sharing } from './payload.js'
import type { TakenMessage } from './taken.js'

/**
 * The payload of each message type, which is always present in messages of that type. Values that the server did not
 * send, or sent in malformed XML, are empty (`''`, 0, `[]`, a place without coordinates, a notice of kind `notice`).
 * `msg.content` contains the original text.
 */
interface PayloadOfType {
  Map: { readonly location: Location }
  Card: { readonly card: Card }
  Note: { readonly note: Note /** Merged chat records only: the shared item. */; readonly sharing?: Sharing }
  Sharing: { readonly sharing: Sharing }
  Friends: {
    readonly request: FriendRequest /** The user who sent the request. */
    readonly user: User
    readonly User: User
  }
}

/** The payload of any type, by name. */
export type Payload = {
  location?: Location
  card?: Card
  note?: Note
  sharing?: Sharing
  request?: FriendRequest
  quote?: Quote
  transcript?: string
}

/** Options for a reply. */
export interface ReplyOptions extends SendOptions {
  /**
   * In groups: prefixes the reply with `@` and the sender's name. This is plain text: phones do not notify the sender.
   */
  at?: boolean
}

/** The operations that message methods call, provided by the account that received the message. */
export interface MessageActions {
  reply(message: Message, text: string, options?: ReplyOptions): Promise<SendResult>
  forward(message: Message, toUserName: string, options?: SendOptions): Promise<SendResult>
  downloadBytes(message: Message, options?: DownloadOptions): Promise<Uint8Array>
  downloadTo(message: Message, path: string, options?: DownloadOptions): Promise<DownloadResult>
  take(message: Message): TakenMessage
}

/** The state of a message besides its fields. */
export interface MessageContext {
  raw: RawMessage
  user: Contact
  isSelf: boolean
  /** File name as sent by the sender; never use it as a path. */
  originalFileName: string
  stale: boolean
  payload: Payload
  actions: MessageActions
}

const CONTEXT = Symbol('context')

/** A received message. Fields can be read by the server's keys, or by the same keys with a lower-case first letter. */
export class BaseMessage<K extends MessageType = MessageType> extends caseAliased<MessageFields>() {
  declare readonly Type: K
  declare readonly type: K
  declare Text: TextOfType[K]
  declare text: TextOfType[K]
  declare private readonly [CONTEXT]: MessageContext

  /** The conversation that the message belongs to: a friend, group or official account, regardless of the sender. */
  get user(): Contact {
    return this[CONTEXT].user
  }

  get User(): Contact {
    return this[CONTEXT].user
  }

  /** The message exactly as the server sent it. */
  get raw(): RawMessage {
    return this[CONTEXT].raw
  }

  /** Whether this account sent the message from its phone. */
  get isSelf(): boolean {
    return this[CONTEXT].isSelf
  }

  /** File name as sent by the sender: for display only, never for use as a path. `fileName` is safe to use in a path. */
  get originalFileName(): string {
    return this[CONTEXT].originalFileName
  }

  /**
   * Whether the message was received in an earlier session of this account and not handled in that session. Its
   * contacts are replaced with those of the current session where they could be identified; its media may no longer be
   * available.
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

  /** The message that this message replies to, if the transport marks replies. */
  get quote(): Quote | undefined {
    return this[CONTEXT].payload.quote
  }

  /** Type `Recording` only: the server's transcript, if it sent one. It may be wrong. */
  get transcript(): string | undefined {
    return this[CONTEXT].payload.transcript
  }

  /** Sends text to the conversation, never as a directive. */
  reply(this: Message, text: string, options?: ReplyOptions): Promise<SendResult> {
    return this[CONTEXT].actions.reply(this, text, options)
  }

  /**
   * Sends the same content to another conversation; a voice message is sent as a file, and a notice as text.
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
   * Keeps the message unfinished after its handler has ended, until the program marks it as done; useful for bridges
   * that pass messages on. The conversation continues with the next message immediately, and the handler is not
   * reported as slow. The handler's return value is sent as usual. `close()` waits for the handler, but not for
   * `done()`. Further calls return the same object.
   *
   * @throws StateError if the handler for this message has ended
   */
  take(this: Message): TakenMessage {
    return this[CONTEXT].actions.take(this)
  }

  /**
   * Fetches the media of this message. Resolves to its bytes; with a path, writes it to a file. A relative path must
   * not leave the account's `downloadDir`; an existing file is never overwritten.
   *
   * @throws FileError if this message has no media or the file cannot be written
   * @throws NetworkError, ProtocolError if the download is incomplete; no partial file is left behind
   */
  download(this: Message, path?: undefined, options?: DownloadOptions): Promise<Uint8Array>
  download(this: Message, path: string, options?: DownloadOptions): Promise<DownloadResult>
  download(this: Message, path?: string, options?: DownloadOptions): Promise<Uint8Array | DownloadResult> {
    const { actions } = this[CONTEXT]
    return path === undefined ? actions.downloadBytes(this, options) : actions.downloadTo(this, path, options)
  }
}

const RESERVED = memberNames(BaseMessage)

/** Turns `fields` into a message, without a copy. */
export function createMessage(fields: object, context: MessageContext): Message {
  // Defined before the prototype is set: afterwards this takes several times as long.
  Object.defineProperty(fields, CONTEXT, { value: context })
  return adopt<BaseMessage>(BaseMessage, fields, RESERVED) as Message
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

/** A message of any type, discriminated by `msg.type`. */
export type Message = MessageOf[MessageType]
