import type { FaultKind, FaultSpec } from '../faults/fault-table.js'
import type { ContentInput, ContentMap, MessageKind } from '../world/content.js'

export { FAULT_KINDS, type FaultKind, faultEndpoints, faultRow } from '../faults/fault-table.js'
export type { MessageKind } from '../world/content.js'

/**
 * The control API of the phone page: JSON with the same names as the code API.
 *
 * | request | body | answer |
 * |---|---|---|
 * | `GET /api/state` | | `StateView` |
 * | `GET /api/chats/<id>/messages?before=<message id>&limit=<n>` | | `MessageView[]`, oldest first, at most 200, default 100 |
 * | `GET /api/events` (`Last-Event-ID` or `?after=<id>`, `?world=<worldId>`) | | server-sent events, each an `EventView`: its id, its type as event name, its `data` as JSON |
 * | `POST /api/phone/<action>` with a `PhoneAction` | `{}` | `LoginView` |
 * | `POST /api/chats/<id>/messages` | `SayRequest`, at most 48 MiB | `MessageView` |
 * | `POST /api/chats/<id>/read` | `{}` | `ChatView` |
 * | `POST /api/messages/<id>/recall` | `{}` | `MessageView` |
 * | `POST /api/people/<id>/request` | `RequestFriendRequest` | `MessageView` |
 * | `POST /api/people/<id>/rename` | `RenamePersonRequest` | `PersonView` |
 * | `POST /api/people/<id>/unfriend` | `{}` | `PersonView` |
 * | `POST /api/chats/<id>/open`, on the phone | `{}` | `ChatView` |
 * | `POST /api/chats/<id>/rename`, a group | `RenameGroupRequest` | `ChatView` |
 * | `POST /api/chats/<id>/add`, `/api/chats/<id>/remove`, a group | `MembersRequest` | `ChatView` |
 * | `POST /api/chats/<id>/display-name`, a group | `DisplayNameRequest` | `ChatView` |
 * | `GET /api/faults` | | `FaultView[]`, oldest first |
 * | `POST /api/faults` | `AddFaultRequest` | `FaultView` |
 * | `DELETE /api/faults/<id>`, `DELETE /api/faults` for all | | the remaining `FaultView[]` |
 * | `GET /api/media/<message id>`, `/api/media/<message id>/thumb` | | bytes, whole or by `Range` |
 *
 * A refused request returns 4xx with `ErrorView`. Every POST requires `Content-Type: application/json`.
 */
export interface StateView {
  /** New at every start of the sandbox; when it changes, reload everything else. */
  worldId: string
  /** The last event this state includes. */
  eventId: number
  /** Person id of the account's owner. */
  owner: string
  login: LoginView
  people: PersonView[]
  /** Every conversation of the account, pinned ones first, then most recent first. */
  chats: ChatView[]
  /** The latest requests of the connected program, oldest first, at most 50. */
  requests: RequestView[]
  /** All conformance warnings so far. */
  warnings?: WarningView[]
  faults: FaultView[]
}

export const PHONE_ACTIONS = ['scan', 'confirm', 'cancel', 'expire', 'logout'] as const

/**
 * `scan` the waiting QR, `confirm` or `cancel` the login on the phone, let the QR `expire`, `logout` the program from
 * the phone.
 */
export type PhoneAction = (typeof PHONE_ACTIONS)[number]

/** Progress of the program's login. */
export type LoginState =
  /** No program has requested a QR yet. */
  | 'none'
  | 'waitingForScan'
  | 'waitingForConfirm'
  /** Confirmed, but the program has not fetched its session yet. */
  | 'confirmed'
  /** The program has a session and is loading contacts. */
  | 'initialising'
  /** The program polls for messages. */
  | 'online'
  | 'cancelled'
  | 'expired'
  /** The session ended; see `logoutReason`. */
  | 'loggedOut'

export interface LoginView {
  state: LoginState
  /** The uuid of the QR; absent in state `none`. */
  uuid?: string
  /** The link encoded in the QR. */
  link?: string
  /** The QR's rows, `1` dark and `0` light, without a quiet zone; only while a QR waits. */
  qr?: string[]
  /** Epoch ms at which the QR expires. */
  expiresAt?: number
  /** 1100 on the phone, 1101 elsewhere, 1102 cookie, 0 by the program itself. */
  logoutReason?: number
  /** State `cancelled`: the message with which the server refused a confirmed login (1203). */
  refusal?: string
}

export interface PersonView {
  /** Permanent: `wxid_…`, `gh_…`, `filehelper`. */
  id: string
  kind: 'person' | 'official' | 'builtin'
  name: string
  remark: string
  alias: string
  /** Full pinyin of name and remark, lower case, for searching. */
  pinyin: string
  /** Whether this person is in the account's address book. */
  isContact: boolean
}

export interface ChatView {
  /** A person's id, or `…@chatroom`. */
  id: string
  kind: 'friend' | 'group' | 'official' | 'builtin'
  /** Remark, else name, else topic. */
  name: string
  pinned: boolean
  muted: boolean
  /** Number of received messages not yet viewed on the page. */
  unread: number
  /** Whether an unread message mentions the account. */
  mentioned: boolean
  last?: MessageView
  /** Groups only. */
  members?: MemberView[]
  /** Groups only: person id. */
  ownerId?: string
  /** Groups only: who may rename it. */
  renameBy?: 'everyone' | 'owner'
}

export interface MemberView {
  /** Person id. */
  id: string
  /** Name in this group; `''` when not set. */
  displayName: string
}

/** A message; `kind` determines the type of `content`. */
export type MessageView = MessageBase & { [K in MessageKind]: { kind: K; content: ContentView<K> } }[MessageKind]

/** The content of a message of one kind. */
export type ContentView<K extends MessageKind = MessageKind> = ContentMap<MediaView>[K]

/** URL and metadata of a picture, voice, video or file. */
export interface MediaView {
  /** Path on the sandbox; returns 410 when the bytes were evicted for newer media. */
  url: string
  /** Path of the thumbnail; images and videos only. */
  thumbUrl?: string
  /** Detected from the bytes; `application/octet-stream` when unknown. */
  mime: string
  sizeBytes: number
  /** `''` when unnamed. */
  name: string
  width?: number
  height?: number
  durationMs?: number
}

interface MessageBase {
  /** Decimal digits, the wire's `MsgId`. */
  id: string
  chatId: string
  /** Person id; `''` for system lines. */
  speaker: string
  /** Another person, the account on its phone, the account through the program, or a notice. */
  origin: 'person' | 'phone' | 'bot' | 'system'
  /** Readable part: text, title, greeting or name; `''` for other kinds. */
  text: string
  /** The text sent to programs, for kinds that the phone shows differently. */
  sees?: string
  /** Epoch ms. */
  at: number
  /** The text mentions the account. */
  mentionsOwner: boolean
  /** The program has fetched it; always true for origin `bot`. */
  delivered: boolean
  /** Origin `bot`: ms since the message it replies to was fetched; absent when it is not a reply. */
  replyMs?: number
  /** Recalled by its speaker. */
  recalled?: true
}

export interface RequestView {
  /** Counts from 1. */
  id: number
  /** Endpoint name, such as `webwxsync`. */
  endpoint: string
  /** Epoch ms at which it arrived. */
  at: number
  /** HTTP status; absent while pending, 0 when the connection was reset before the reply. */
  status?: number
  /** `Ret`, `window.code` or `retcode/selector`, when the reply has one. */
  result?: string
  /** Why the sandbox refused it; not part of the reply. */
  reason?: string
  /** Absent while pending. */
  durationMs?: number
  /** The faults that affected it, outermost first; absent without faults. */
  faults?: FaultKind[]
}

/**
 * A message to send. `kind` defaults to text. Any field of a kind may be omitted and is filled in from a sample. A `note`
 * has no speaker (`''`); a `friendRequest` is sent through `/api/people` instead.
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
  /** Person id: a friend, a group's member, or the account's owner (from the phone). */
  speaker: string
  /** Person ids mentioned by `@`; `text` already contains their display names and U+2005. */
  mentions?: string[]
}

/** A medium sent by the page; fields that can be detected from the bytes are optional. */
export interface MediaData {
  /** Base64. */
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

/** Changes the own name of a person or of the account's owner. */
export interface RenamePersonRequest {
  /** At most 100 characters. */
  name: string
}

export interface RenameGroupRequest {
  /** At most 100 characters. */
  topic: string
  /** Person id of the member who renames it. Default: the group's owner. */
  by?: string
}

/** People to add or remove; a member removed by themselves leaves. */
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
  /** At most 100 characters; `''` removes it. */
  name: string
}

/** A fault to add; `path` is an endpoint name or contains a `/`. */
export type AddFaultRequest = FaultSpec<string>

/** An active fault; `count` is the configured number of hits, `null` for no limit. */
export type FaultView = AddFaultRequest & {
  id: string
  count: number | null
  probability: number
  seed: number
  /** Number of requests it affected. */
  hits: number
  /** Number of requests that matched, including hits. */
  requests: number
}

export interface ErrorView {
  error: string
}

/** The type of `data` by name of server-sent event. Event ids count from 1. */
export interface EventMap {
  login: LoginView
  message: MessageView
  /** The program fetched messages. */
  delivered: { chatId: string; ids: string[] }
  chat: ChatView
  person: PersonView
  request: RequestView
  warning: WarningView
  upload: UploadView
  /** All active faults, after one was added, removed or matched a request. */
  faults: FaultView[]
  /** Some events were dropped, or the sandbox restarted: reload the state. Its id is the last event's. */
  reset: { worldId: string }
}

export type EventView = { [K in keyof EventMap]: { id: number; type: K; data: EventMap[K] } }[keyof EventMap]

/** The program uploaded a chunk of a file, which may later become a message. */
export interface UploadView {
  name: string
  receivedBytes: number
  totalBytes: number
  /** The target chat, if the program named one. */
  chatId?: string
}

/** The program deviated from the protocol in a way that the real service may reject. */
export interface WarningView {
  endpoint: string
  /** What the program did, and what a client should do. */
  text: string
  /** Section of docs/protocol.md. */
  section: string
}
