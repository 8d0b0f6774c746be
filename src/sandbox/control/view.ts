import type { FaultKind, FaultSpec } from '../faults/fault-table.js'
import type { ContentMap, Given, MessageKind } from '../world/content.js'

export { FAULT_KINDS, type FaultKind, faultEndpoints, faultRow } from '../faults/fault-table.js'
export type { MessageKind } from '../world/content.js'

/**
 * What the control API says to the phone page: plain JSON, the same words as the code API.
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
 * | `DELETE /api/faults/<id>`, `DELETE /api/faults` for all | | `FaultView[]` that are left |
 * | `GET /api/media/<message id>`, `/api/media/<message id>/thumb` | | bytes, whole or by `Range` |
 *
 * A refused request answers 4xx with `ErrorView`. Every POST wants `Content-Type: application/json`.
 */
export interface StateView {
  /** New at every start of the sandbox: everything else must be loaded anew when it changes. */
  worldId: string
  /** The last event this state includes. */
  eventId: number
  /** Id of the person who owns the account. */
  owner: string
  login: LoginView
  people: PersonView[]
  /** Every conversation of the account, most recent first; pinned ones ahead. */
  chats: ChatView[]
  /** The latest requests of the connected program, oldest first, at most 50. */
  requests: RequestView[]
  /** Everything only luck let pass so far. */
  warnings?: WarningView[]
  faults: FaultView[]
}

export const PHONE_ACTIONS = ['scan', 'confirm', 'cancel', 'expire', 'logout'] as const

/**
 * `scan` the waiting QR, `confirm` or `cancel` the login on the phone, let the QR `expire`, `logout` the program from
 * the phone.
 */
export type PhoneAction = (typeof PHONE_ACTIONS)[number]

/** How far the program that wants to log in has come. */
export type LoginState =
  /** No program has asked for a QR yet. */
  | 'none'
  | 'waitingForScan'
  | 'waitingForConfirm'
  /** Confirmed, the program has not fetched its session yet. */
  | 'confirmed'
  /** It has a session and loads its contacts. */
  | 'initialising'
  /** It polls for messages. */
  | 'online'
  | 'cancelled'
  | 'expired'
  /** The session ended; `logoutReason` says why. */
  | 'loggedOut'

export interface LoginView {
  state: LoginState
  /** The uuid the QR stands for; absent in state `none`. */
  uuid?: string
  /** The link inside the QR. */
  link?: string
  /** The QR's rows, `1` dark and `0` light, without a quiet zone; while a QR waits. */
  qr?: string[]
  /** Epoch ms at which the QR expires. */
  expiresAt?: number
  /** 1100 on the phone, 1101 elsewhere, 1102 cookie, 0 by the program itself. */
  logoutReason?: number
  /** State `cancelled`: the server refused a confirmed login with 1203, in these words. */
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
  /** The account has this person as a contact. */
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
  /** What the account received and nobody looked at on the page. */
  unread: number
  /** Somebody mentioned the account among the unread ones. */
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
  /** Name in this group; `''` when none was set. */
  displayName: string
}

/** A message; `kind` tells what `content` holds. */
export type MessageView = MessageBase & { [K in MessageKind]: { kind: K; content: ContentView<K> } }[MessageKind]

/** What a message of a kind holds. */
export type ContentView<K extends MessageKind = MessageKind> = ContentMap<MediaView>[K]

/** Where the page finds a picture, sound, film or file, and what it is. */
export interface MediaView {
  /** Path on the sandbox; answers 410 when the bytes were dropped to make room for newer ones. */
  url: string
  /** Path of a small picture; images and videos only. */
  thumbUrl?: string
  /** Read from the bytes; `application/octet-stream` when they tell nothing. */
  mime: string
  sizeBytes: number
  /** `''` when it never had one. */
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
  /** Somebody else, the account from its phone, the account through the program, or a notice. */
  origin: 'person' | 'phone' | 'bot' | 'system'
  /** What there is to read in it: text, title, greeting or name; `''` for the rest. */
  text: string
  /** What a program reads, where the web is told something else than the phone shows. */
  sees?: string
  /** Epoch ms. */
  at: number
  /** The text mentions the account. */
  mentionsOwner: boolean
  /** The program has fetched it; always true for origin `bot`. */
  delivered: boolean
  /** Origin `bot`: ms from handing over the message it answers to the arrival of this one; absent when it answers none. */
  replyMs?: number
  /** Its speaker took it back. */
  recalled?: true
}

export interface RequestView {
  /** Counts from 1. */
  id: number
  /** Endpoint name, such as `webwxsync`. */
  endpoint: string
  /** Epoch ms at which it arrived. */
  at: number
  /** HTTP status; absent while it is open, 0 when the connection broke before there was one. */
  status?: number
  /** `Ret`, `window.code` or `retcode/selector` as text, when the reply has one. */
  result?: string
  /** Why it was refused, in the sandbox's words; the reply has none. */
  reason?: string
  /** Absent while it is open. */
  durationMs?: number
  /** The faults that struck it, outermost first; absent when none did. */
  faults?: FaultKind[]
}

/**
 * Something to say. Without `kind` it is a text. Every field of a kind may be left out: a good sample stands in. A
 * `note` has no speaker (`''`); a `friendRequest` goes to the people instead.
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
  : Speaker & { kind: K } & Given<MediaData, K>

interface Speaker {
  /** Person id: a friend, a group's member, or the account's owner (from the phone). */
  speaker: string
  /** Person ids mentioned by `@`; their room names and U+2005 stand in `text` already. */
  mentions?: string[]
}

/** A medium the page sends; what the bytes tell need not be said. */
export interface MediaData {
  /** Base64. */
  data: string
  name: string
  width: number
  height: number
  durationMs: number
}

/** Somebody who is no friend asks to become one. */
export interface RequestFriendRequest {
  greeting?: string
}

/** Somebody, or the account's owner, changes their own name. */
export interface RenamePersonRequest {
  /** At most 100 characters. */
  name: string
}

export interface RenameGroupRequest {
  /** At most 100 characters. */
  topic: string
  /** Person id of a member; default the group's owner. */
  by?: string
}

/** People who join, or are removed; a member who is removed by itself leaves. */
export interface MembersRequest {
  /** Person ids. */
  people: string[]
  /** Person id of the member who does it; default the group's owner. */
  by?: string
}

/** A member's name in a group. */
export interface DisplayNameRequest {
  /** Person id. */
  person: string
  /** At most 100 characters; `''` for none. */
  name: string
}

/** A fault to add; `path` names an endpoint or holds a `/`. */
export type AddFaultRequest = FaultSpec<string>

/** A fault that may strike again; `count` is what was asked for, `null` for no end. */
export type FaultView = AddFaultRequest & {
  id: string
  count: number | null
  probability: number
  seed: number
  /** How often it struck. */
  hits: number
  /** How many requests it could have struck. */
  requests: number
}

export interface ErrorView {
  error: string
}

/** Name of each server-sent event and what its `data` holds. The event's id counts from 1. */
export interface EventMap {
  login: LoginView
  message: MessageView
  /** A message was fetched by the program. */
  delivered: { chatId: string; ids: string[] }
  chat: ChatView
  person: PersonView
  request: RequestView
  warning: WarningView
  upload: UploadView
  /** All that are left, after one was added, removed or met a request. */
  faults: FaultView[]
  /** Some events are gone, or belong to an earlier start: load the state anew. Its id is the last event's. */
  reset: { worldId: string }
}

export type EventView = { [K in keyof EventMap]: { id: number; type: K; data: EventMap[K] } }[keyof EventMap]

/** The program sent a piece of a file; it becomes a message later, or never. */
export interface UploadView {
  name: string
  receivedBytes: number
  totalBytes: number
  /** The chat it is meant for, if the program said so. */
  chatId?: string
}

/** The program did something that only luck lets pass on the real service. */
export interface WarningView {
  endpoint: string
  /** What it did and what a client should do. */
  text: string
  /** Section of docs/protocol.md. */
  section: string
}
