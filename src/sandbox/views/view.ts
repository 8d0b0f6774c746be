import type { FaultView } from '../faults/fault-view.js'
import type { ClawbotView } from '../ilink/clawbot-view.js'
import type { RequestView, WarningView } from '../inspector/request-view.js'
import type { ContentMap, MessageKind } from '../world/content.js'
import type { RecordingView } from './recording-view.js'

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

/** The login of a program over the web protocol, as the phone shows it. */
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

/** An account of the sandbox. */
export interface AccountView {
  /** The number of the account, from 1; the `account` parameter of the control API and of the page. */
  id: number
  /** The name of its owner. */
  name: string
  /** Person id of its owner. */
  owner: string
  /**
   * `online`: a program is logged in or bound. `waiting`: a QR code waits for this phone, to be scanned or confirmed.
   * Otherwise `offline`.
   */
  status: 'online' | 'waiting' | 'offline'
}

/** A person, an official account or the file helper, as the account's phone shows it. */
export interface PersonView {
  /** Permanent id: `wxid_…`, `gh_…` or `filehelper`. */
  id: string
  kind: 'person' | 'official' | 'builtin'
  name: string
  remark: string
  alias: string
  /** Pinyin of the name and the remark in lower case: the initials of both, then the full pinyin of both. */
  pinyin: string
  /** Whether this person is in the account's address book. */
  isContact: boolean
}

/** A conversation of the account, with its latest message. */
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

/** A member of a group. */
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

/** The type of `data` for each server-sent event. Event ids start at 1. */
export interface EventMap {
  login: LoginView
  clawbot: ClawbotView
  /** All accounts; sent to every account after one is added, or changes its name or status. */
  accounts: readonly AccountView[]
  message: MessageView
  /** The program has fetched messages. */
  delivered: { chatId: string; ids: string[] }
  chat: ChatView
  person: PersonView
  request: RequestView
  warning: WarningView
  upload: UploadView
  /** The server refused a message from the program, or accepted one that it had refused before. */
  refused: RefusedView
  /** All active faults; sent after a fault is added, is removed or matches a request. */
  faults: FaultView[]
  /** A recording started or ended. */
  recording: RecordingView
  /**
   * Events were dropped or the sandbox restarted, so the state must be reloaded. A `reset` has the id of the latest
   * event.
   */
  reset: { worldId: string }
}

/** A change in the sandbox. `type` determines the type of `data`; ids increase within an account. */
export type EventView = { [K in keyof EventMap]: { id: number; type: K; data: EventMap[K] } }[keyof EventMap]

/** The progress of an upload by the program. The file may later be sent as a message. */
export interface UploadView {
  name: string
  receivedBytes: number
  totalBytes: number
  /** Id of the target chat, if the program specified one. */
  chatId?: string
}

/** A message from the program that the server refused. It is not part of the chat: tests and transcripts do not contain it. */
export interface RefusedView {
  /** Differs from all message ids. */
  id: string
  chatId: string
  /** For an upload, the kind of message that would follow. */
  kind: MessageKind
  /** The text, title or file name, otherwise `''`. */
  text: string
  /** The code of the last refusal: `Ret`, or `ret` of iLink. */
  code: number
  /** Unix time in milliseconds of the last refusal. */
  at: number
  /** How many attempts to send it were refused. */
  attempts: number
  /** Id of the message once an attempt has been accepted. */
  messageId?: string
}
