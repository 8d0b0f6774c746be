import type { FaultView } from '../faults/fault-view.js'
import type { ClawbotView } from '../ilink/clawbot-view.js'
import type { RequestView, WarningView } from '../inspector/request-view.js'
import type { RecordingView } from '../views/recording-view.js'
import type { AccountView, ChatView, LoginView, PersonView, RefusedView } from '../views/view.js'
import type { ContentInput, MessageKind } from '../world/content.js'

export { FAULT_KINDS, type FaultKind, faultEndpoints, faultRow } from '../faults/fault-table.js'
export type { AddFaultRequest, FaultView } from '../faults/fault-view.js'
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
} from '../ilink/clawbot-view.js'
export { ILINK_ENDPOINTS } from '../ilink/endpoints.js'
export { MASK } from '../inspector/mask-word.js'
export type { BodyView, RequestView, WarningView } from '../inspector/request-view.js'
export type { RecordingView } from '../views/recording-view.js'
export type {
  AccountView,
  ChatView,
  ContentView,
  EventMap,
  EventView,
  LoginState,
  LoginView,
  MediaView,
  MemberView,
  MessageView,
  PersonView,
  RefusedView,
  UploadView,
} from '../views/view.js'
export type { ActionView } from '../world/action-view.js'
export { CLAWBOT } from '../world/clawbot.js'
export type { MessageKind } from '../world/content.js'
export type { DetailsView, DetailView } from './details-view.js'
export type { CarriedMessage, RequestDetails } from './request-details.js'

/**
 * The control API for the phone page. Its JSON uses the same names as the API in code.
 *
 * | request | body | reply |
 * |---|---|---|
 * | `GET /api/state` | | `StateView` |
 * | `GET /api/accounts` | | `AccountView[]` |
 * | `POST /api/accounts` | `NewAccountRequest` | `AccountView` |
 * | `GET /api/chats/<id>/messages?before=<message id>&limit=<n>` | | `MessageView[]`, oldest first, at most 200, default 100 |
 * | `GET /api/chats/<id>/details` | | `DetailsView` |
 * | `GET /api/events` (`Last-Event-ID` or `?after=<id>`, `?world=<worldId>`) | | server-sent events: the id, the type (as the event name) and the `data` (as JSON) of an `EventView` |
 * | `POST /api/phone/<action>` with a `PhoneAction` | `{}` | `LoginView` |
 * | `POST /api/clawbot/<action>` with a `ClawbotAction` | `ClawbotActionRequest` | `ClawbotView` |
 * | `POST /api/chats/<id>/messages` | `SayRequest`, at most 48 MiB | `MessageView` |
 * | `POST /api/chats/<id>/read` | `{}` | `ChatView` |
 * | `POST /api/messages/<id>/recall` | `{}` | `MessageView` |
 * | `POST /api/people` | `NewPersonRequest` | `PersonView` |
 * | `POST /api/people/<id>/request` | `RequestFriendRequest` | `MessageView` |
 * | `POST /api/people/<id>/rename` | `RenamePersonRequest` | `PersonView` |
 * | `POST /api/people/<id>/unfriend` | `{}` | `PersonView` |
 * | `POST /api/chats/<id>/open` (opens the chat on the phone) | `{}` | `ChatView` |
 * | `POST /api/chats/<id>/rename` (groups only) | `RenameGroupRequest` | `ChatView` |
 * | `POST /api/chats/<id>/add`, `/api/chats/<id>/remove` (groups only) | `MembersRequest` | `ChatView` |
 * | `POST /api/chats/<id>/join` (groups only) | `JoinRequest` | `ChatView` |
 * | `POST /api/settings` | `SettingsRequest` | `SettingsRequest` |
 * | `POST /api/chats/<id>/display-name` (groups only) | `DisplayNameRequest` | `ChatView` |
 * | `GET /api/faults` | | `FaultView[]`, oldest first |
 * | `POST /api/faults` | `AddFaultRequest` | `FaultView` |
 * | `DELETE /api/faults/<id>`, `DELETE /api/faults` (removes all) | | the remaining `FaultView[]` |
 * | `POST /api/recording` (starts a recording), `DELETE /api/recording` (ends it) | `{}` | `RecordingView` |
 * | `GET /api/recording` | | the transcript that was recorded, as JSON Lines |
 * | `GET /api/requests` (`?text=<text>`: only requests that contain it) | | the latest 2,000 `RequestView[]`, oldest first |
 * | `GET /api/requests/<id>` | | `RequestDetails` |
 * | `GET /api/media/<message id>`, `/api/media/<message id>/thumb` | | the bytes, or the requested `Range` of them |
 *
 * Every request concerns one account: the one in the parameter `account`, such as `?account=2`, by default the first.
 *
 * A refused request returns a 4xx status with an `ErrorView`. Every POST requires `Content-Type: application/json`.
 */
export interface StateView {
  /** Changes every time the sandbox starts. When it changes, reload everything else. */
  worldId: string
  /** Id of the latest event included in this state. */
  eventId: number
  /** All accounts of the sandbox. */
  accounts: readonly AccountView[]
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
  /** The latest messages from the program (up to 100) that were refused, oldest first. */
  refused: readonly RefusedView[]
  faults: FaultView[]
  recording: RecordingView
}

export const PHONE_ACTIONS = ['scan', 'confirm', 'cancel', 'expire', 'logout'] as const

/**
 * `scan` scans the QR code, `confirm` and `cancel` answer the login prompt on the phone, `expire` makes the QR code
 * expire, and `logout` logs the program out from the phone.
 */
export type PhoneAction = (typeof PHONE_ACTIONS)[number]

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

type SayableKind = (typeof SAYABLE_KINDS)[number]

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

/** An account to add to the sandbox. */
export interface NewAccountRequest {
  /** The name of its owner, at most 100 characters. Default: a name that no other account has. */
  name?: string
}

/** A person to add to the world. */
export interface NewPersonRequest {
  /** Name, at most 100 characters. */
  name: string
  /** Whether the person is in the account's address book. Default: false. */
  isContact?: boolean
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

/** A person scans the QR code of a group. */
export interface JoinRequest {
  /** Person id. */
  person: string
  /** Person id of the member who shared the QR code. Default: the group's owner. */
  by?: string
}

/** Options of `startSandbox` that can be changed while the sandbox is running. */
export interface SettingsRequest {
  /** Group size above which programs must invite new members instead of adding them, from 1 to 500. */
  inviteStartCount: number
}

/** Sets a member's display name in a group. */
export interface DisplayNameRequest {
  /** Person id. */
  person: string
  /** New display name, at most 100 characters; `''` removes it. */
  name: string
}

export interface ErrorView {
  error: string
}
