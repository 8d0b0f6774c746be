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
  /** The same as `type`. */
  declare readonly Type: K
  /** What the message is, such as `TEXT` or `PICTURE`; it determines the payload and the type of `text`. */
  declare readonly type: K
  /** The same as `text`. */
  declare Text: TextOfType[K]
  /**
   * The content, by type: the text, the title or the notice; for media, the function `download`; for a friend request, the
   * arguments that accept it; for `System`, UserNames.
   */
  declare text: TextOfType[K]
  // The fields that programs read most, because the derived spelling of a field shows no documentation in editors.
  /** The id of the message, in decimal digits. A recall refers to it. */
  declare msgId: string
  /** When the message was sent, in seconds since 1970. */
  declare createTime: number
  /** UserName of the side that sent the message; in groups, of the group. */
  declare fromUserName: string
  /** UserName of the side that received the message. */
  declare toUserName: string
  /** The decoded content that the payload was parsed from. */
  declare content: string
  /** Media: a name that is safe to use in a path. Type `Sharing`: the title. Otherwise `''`. */
  declare fileName: string
  /** Type `Attachment`: the size in bytes as declared by the sender, in decimal digits; `''` for other types. */
  declare fileSize: string
  /** Type `Recording`: the length in milliseconds. */
  declare voiceLength: number
  /** Type `Video`: the length in seconds. */
  declare playLength: number
  /** Groups: UserName of the member who wrote the message; `''` for notices. */
  declare actualUserName?: string
  /** Groups: the name that this member uses in the group, or else the nickname; `''` for notices. */
  declare actualNickName?: string
  /** Groups: whether the text mentions this account. */
  declare isAt?: boolean
  /** Groups: whether the text mentions all members. */
  declare isAtAll?: boolean
  declare private readonly [CONTEXT]: MessageContext

  /** The conversation that the message belongs to: a friend, group or official account, regardless of the sender. */
  get user(): Contact {
    return this[CONTEXT].user
  }

  /** The same as `user`. */
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

  /** Type `Map` only: the place. */
  get location(): Location | undefined {
    return this[CONTEXT].payload.location
  }

  /** Type `Card` only: the user or official account on the card. */
  get card(): Card | undefined {
    return this[CONTEXT].payload.card
  }

  /** Type `Note` only: what happened, discriminated by `kind`. */
  get note(): Note | undefined {
    return this[CONTEXT].payload.note
  }

  /** Type `Sharing`, and notes about merged chat records: the shared item, discriminated by `kind`. */
  get sharing(): Sharing | undefined {
    return this[CONTEXT].payload.sharing
  }

  /** Type `Friends` only: the friend request. */
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

/** A message registered for `TEXT`. `text` is a string. */
export type TextMessage = MessageOf['Text']
/** A message registered for `MAP`. `location` is the place. */
export type MapMessage = MessageOf['Map']
/** A message registered for `CARD`. `card` is the user or official account on it. */
export type CardMessage = MessageOf['Card']
/** A message registered for `NOTE`. `note` says what happened. */
export type NoteMessage = MessageOf['Note']
/** A message registered for `SHARING`. `sharing` is the shared item. */
export type SharingMessage = MessageOf['Sharing']
/** A message registered for `PICTURE`. `download()` fetches the picture or sticker. */
export type PictureMessage = MessageOf['Picture']
/** A message registered for `RECORDING`. `download()` fetches the voice message. */
export type RecordingMessage = MessageOf['Recording']
/** A message registered for `ATTACHMENT`. `download()` fetches the file. */
export type AttachmentMessage = MessageOf['Attachment']
/** A message registered for `VIDEO`. `download()` fetches the video. */
export type VideoMessage = MessageOf['Video']
/** A message registered for `FRIENDS`. `request` is the friend request, and `user.verify()` accepts it. */
export type FriendsMessage = MessageOf['Friends']
/** A message registered for `SYSTEM`. `text` lists the UserNames of contacts that have changed. */
export type SystemMessage = MessageOf['System']
/** A message registered for `UNKNOWN`. `raw` is everything that the server sent. */
export type UnknownMessage = MessageOf['Unknown']

/** A message of any type, discriminated by `msg.type`. */
export type Message = MessageOf[MessageType]
