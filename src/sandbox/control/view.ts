import type { FaultKind, FaultSpec } from '../faults/fault-table.js'
import type { ContentInput, ContentMap, MessageKind } from '../world/content.js'
import type { ClawbotView } from './clawbot-view.js'

export { FAULT_KINDS, type FaultKind, faultEndpoints, faultRow } from '../faults/fault-table.js'
export { ILINK_ENDPOINTS } from '../ilink/endpoints.js'
export { CLAWBOT } from '../world/clawbot.js'
export type { MessageKind } from '../world/content.js'
export {
  CLAWBOT_KINDS,
  type ClawbotAction,
  type ClawbotActionRequest,
  type ClawbotBindingView,
  type ClawbotLimitsView,
  type ClawbotLoginState,
  type ClawbotLoginView,
  type ClawbotView,
  type DroppedView,
  type DropReason,
  type SendRefusal,
} from './clawbot-view.js'

/**
 * The control API for the phone page. Its JSON uses the same names as the API in code.
 *
 * | request | body | reply |
 * |---|---|---|
 * | `GET /api/state` | | `StateView` |
 * | `GET /api/chats/<id>/messages?before=<message id>&limit=<n>` | | `MessageView[]`, oldest first, at most 200, default 100 |
 * | `GET /api/events` (`Last-Event-ID` or `?after=<id>`, `?world=<worldId>`) | | server-sent events: the id, the type (as the event name) and the `data` (as JSON) of an `EventView` |
 * | `POST /api/phone/<action>` with a `PhoneAction` | `{}` | `LoginView` |
 * | `POST /api/clawbot/<action>` with a `ClawbotAction` | `ClawbotActionRequest` | `ClawbotView` |
 * | `POST /api/chats/<id>/messages` | `SayRequest`, at most 48 MiB | `MessageView` |
 * | `POST /api/chats/<id>/read` | `{}` | `ChatView` |
 * | `POST /api/messages/<id>/recall` | `{}` | `MessageView` |
 * | `POST /api/people/<id>/request` | `RequestFriendRequest` | `MessageView` |
 * | `POST /api/people/<id>/rename` | `RenamePersonRequest` | `PersonView` |
 * | `POST /api/people/<id>/unfriend` | `{}` | `PersonView` |
 * | `POST /api/chats/<id>/open` (opens the chat on the phone) | `{}` | `ChatView` |
 * | `POST /api/chats/<id>/rename` (groups only) | `RenameGroupRequest` | `ChatView` |
 * | `POST /api/chats/<id>/add`, `/api/chats/<id>/remove` (groups only) | `MembersRequest` | `ChatView` |
 * | `POST /api/chats/<id>/display-name` (groups only) | `DisplayNameRequest` | `ChatView` |
 * | `GET /api/faults` | | `FaultView[]`, oldest first |
 * | `POST /api/faults` | `AddFaultRequest` | `FaultView` |
 * | `DELETE /api/faults/<id>`, `DELETE /api/faults` (removes all) | | the remaining `FaultView[]` |
 * | `GET /api/media/<message id>`, `/api/media/<message id>/thumb` | | the bytes, or the requested `Range` of them |
 *
 * A refused request returns a 4xx status with an `ErrorView`. Every POST requires `Content-Type: application/json`.
 */
export interface StateView {
  /** Changes every time the sandbox starts. When it changes, reload everything else. */
  worldId: string
  /** Id of the latest event included in this state. */
  eventId: number
  /** Person id of the account's owner. */
  owner: string
  login: LoginView
  clawbot: ClawbotView
  people: PersonView[]
  /** All conversations: the pinned ones first, then the most recent. */
  chats: ChatView[]
  /** The latest requests from the connected program (up to 50), oldest first. */
  requests: RequestView[]
  /** All conformance warnings recorded so far. */
  warnings?: WarningView[]
  faults: FaultView[]
}

export const PHONE_ACTIONS = ['scan', 'confirm', 'cancel', 'expire', 'logout'] as const

/**
 * `scan` scans the QR code, `confirm` and `cancel` answer the login prompt on the phone, `expire` makes the QR code
 * expire, and `logout` logs the program out from the phone.
 */
export type PhoneAction = (typeof PHONE_ACTIONS)[number]

/** Progress of the program's login. */
export type LoginState =
  /** No program has requested a QR code yet. */
  | 'none'
  | 'waitingForScan'
  | 'waitingForConfirm'
  /** The login was confirmed, but the program has not fetched its session yet. */
  | 'confirmed'
  /** The program has a session and is loading contacts. */
  | 'initialising'
  /** The program is polling for messages. */
  | 'online'
  | 'cancelled'
  | 'expired'
  /** The session has ended; see `logoutReason`. */
  | 'loggedOut'

export interface LoginView {
  state: LoginState
  /** The uuid of the QR code; absent in state `none`. */
  uuid?: string
  /** The link encoded in the QR code. */
  link?: string
  /**
   * The rows of the QR code without its quiet zone, `1` for dark and `0` for light; present until the code is scanned.
   */
  qr?: string[]
  /** Unix time in milliseconds at which the QR code expires. */
  expiresAt?: number
  /** 1100: logged out on the phone, 1101: logged in elsewhere, 1102: invalid cookie, 0: logged out by the program. */
  logoutReason?: number
  /** In state `cancelled`: the server's message if it refused the confirmed login (1203). */
  refusal?: string
}

export interface PersonView {
  /** Permanent id: `wxid_…`, `gh_…` or `filehelper`. */
  id: string
  kind: 'person' | 'official' | 'builtin'
  name: string
  remark: string
  alias: string
  /** Full pinyin of the name and the remark in lower case, used for searching. */
  pinyin: string
  /** Whether this person is in the account's address book. */
  isContact: boolean
}

export interface ChatView {
  /** A person id, `…@chatroom` for a group, or `clawbot`. */
  id: string
  kind: 'friend' | 'group' | 'official' | 'builtin' | 'clawbot'
  /** The remark or name of the person, or the topic of the group. */
  name: string
  pinned: boolean
  muted: boolean
  /** Number of received messages that have not been viewed on the page. */
  unread: number
  /** Whether an unread message mentions the account. */
  mentioned: boolean
  last?: MessageView
  /** The members; groups only. */
  members?: MemberView[]
  /** Person id of the group's owner; groups only. */
  ownerId?: string
  /** Who may rename the group; groups only. */
  renameBy?: 'everyone' | 'owner'
}

export interface MemberView {
  /** Person id. */
  id: string
  /** Display name in this group, or `''` if not set. */
  displayName: string
}

/** A message. `kind` determines the type of `content`. */
export type MessageView = MessageBase & { [K in MessageKind]: { kind: K; content: ContentView<K> } }[MessageKind]

/** The content of a message of one kind. */
export type ContentView<K extends MessageKind = MessageKind> = ContentMap<MediaView>[K]

/** The URL and metadata of a picture, voice message, video or file. */
export interface MediaView {
  /** Path on the sandbox. It returns 410 once the bytes have been evicted to make room for newer media. */
  url: string
  /** Path of the thumbnail; pictures and videos only. */
  thumbUrl?: string
  /** MIME type detected from the bytes; `application/octet-stream` if unknown. */
  mime: string
  sizeBytes: number
  /** File name, or `''` if the medium is unnamed. */
  name: string
  width?: number
  height?: number
  durationMs?: number
}

interface MessageBase {
  /** A string of decimal digits: `MsgId` on the wire. */
  id: string
  chatId: string
  /** Person id, `''` for system notices, or `clawbot` for the bot in the ClawBot chat. */
  speaker: string
  /** Sent by another person, by the account on its phone, by the account through the program, or by the system. */
  origin: 'person' | 'phone' | 'bot' | 'system'
  /** The readable part of the message: its text, title, greeting or name; `''` for other kinds. */
  text: string
  /** The text that programs receive; only for kinds that the phone shows differently. */
  sees?: string
  /** Unix time in milliseconds. */
  at: number
  /** Whether the text mentions the account. */
  mentionsOwner: boolean
  /** Whether the program has fetched the message; always true for origin `bot`. */
  delivered: boolean
  /** Origin `bot`: milliseconds between the delivery of a message and this reply to it; only for replies. */
  replyMs?: number
  /** Set when the speaker has recalled the message. */
  recalled?: true
  /** Set if the phone cannot show the medium: a gray picture or an unreadable file. ClawBot chat only. */
  isBroken?: true
}

export interface RequestView {
  /** Starts at 1. */
  id: number
  /** Endpoint name, such as `webwxsync`. */
  endpoint: string
  /** Unix time in milliseconds at which the request arrived. */
  at: number
  /** HTTP status; absent while the request is pending, 0 if the connection was reset before the reply. */
  status?: number
  /** The `Ret`, `window.code` or `retcode/selector` of the reply, if it contains one. */
  result?: string
  /** Why the sandbox refused the request. The reply does not contain this. */
  reason?: string
  /** Absent while the request is pending. */
  durationMs?: number
  /** The faults that affected the request, outermost first; absent if there were none. */
  faults?: FaultKind[]
}

/**
 * A message to send. `kind` defaults to text. Omitted fields are filled in from a sample. For a `note`, `speaker` is
 * `''`. A `friendRequest` is sent through `/api/people` instead.
 */
export type SayRequest = { [K in SayableKind]: SayAs<K> }[SayableKind]

export const SAYABLE_KINDS = [
  'text',
  'image',
  'voice',
  'video',
  'file',
  'sticker',
  'location',
  'card',
  'link',
  'music',
  'miniProgram',
  'redPacket',
  'transfer',
  'quote',
  'chatHistory',
  'channelVideo',
  'note',
  'unknown',
] as const satisfies readonly Exclude<MessageKind, 'friendRequest'>[]

export type SayableKind = (typeof SAYABLE_KINDS)[number]

type SayAs<K extends SayableKind> = K extends 'text'
  ? Speaker & { kind?: 'text'; text: string }
  : Speaker & { kind: K } & ContentInput<MediaData, K>

interface Speaker {
  /** Person id of a friend, a group member or the account's owner, who sends from the phone. */
  speaker: string
  /** Ids of the mentioned people. `text` already contains `@`, their display names and U+2005. */
  mentions?: string[]
}

/** Media sent by the page. Fields that can be detected from the bytes are optional. */
export interface MediaData {
  /** The bytes as base64. */
  data: string
  name: string
  width: number
  height: number
  durationMs: number
}

/** Sends a friend request from a person who is not a friend. */
export interface RequestFriendRequest {
  greeting?: string
}

/** Changes the name of a person or of the account's owner. */
export interface RenamePersonRequest {
  /** New name, at most 100 characters. */
  name: string
}

export interface RenameGroupRequest {
  /** New topic, at most 100 characters. */
  topic: string
  /** Person id of the member who renames the group. Default: the group's owner. */
  by?: string
}

/** People to add or remove. A member who removes themselves leaves the group. */
export interface MembersRequest {
  /** Person ids. */
  people: string[]
  /** Person id of the acting member. Default: the group's owner. */
  by?: string
}

/** Sets a member's display name in a group. */
export interface DisplayNameRequest {
  /** Person id. */
  person: string
  /** New display name, at most 100 characters; `''` removes it. */
  name: string
}

/** A fault to add. `path` is the name of an endpoint, or a path fragment that contains a `/`. */
export type AddFaultRequest = FaultSpec<string>

/** An active fault. `count` is the configured number of hits, or `null` for no limit. */
export type FaultView = AddFaultRequest & {
  id: string
  count: number | null
  probability: number
  seed: number
  /** Number of requests that the fault has affected. */
  hits: number
  /** Number of requests that have matched, including the hits. */
  requests: number
}

export interface ErrorView {
  error: string
}

/** The type of `data` for each server-sent event. Event ids start at 1. */
export interface EventMap {
  login: LoginView
  clawbot: ClawbotView
  message: MessageView
  /** The program has fetched messages. */
  delivered: { chatId: string; ids: string[] }
  chat: ChatView
  person: PersonView
  request: RequestView
  warning: WarningView
  upload: UploadView
  /** All active faults; sent after a fault is added, is removed or matches a request. */
  faults: FaultView[]
  /**
   * Events were dropped or the sandbox restarted, so the state must be reloaded. A `reset` has the id of the latest
   * event.
   */
  reset: { worldId: string }
}

export type EventView = { [K in keyof EventMap]: { id: number; type: K; data: EventMap[K] } }[keyof EventMap]

/** The progress of an upload by the program. The file may later be sent as a message. */
export interface UploadView {
  name: string
  receivedBytes: number
  totalBytes: number
  /** Id of the target chat, if the program specified one. */
  chatId?: string
}

/** A deviation from the protocol that the real service might reject. */
export interface WarningView {
  endpoint: string
  /** What the program did and what it should do instead. */
  text: string
  /** Section of `document`. */
  section: string
  /** Default: docs/protocol.md. */
  document?: 'docs/ilink.md'
}
