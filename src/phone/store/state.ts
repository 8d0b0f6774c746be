import {
  type AccountView,
  type ChatView,
  CLAWBOT,
  type ClawbotView,
  type EventView,
  type FaultView,
  type LoginView,
  type MessageView,
  type PersonView,
  type RecordingView,
  type RefusedView,
  type RequestView,
  type StateView,
  type UploadView,
} from '../../sandbox/control/view.js'
import type { Lang } from '../i18n/strings.js'

type Theme = 'auto' | 'light' | 'dark'

/** The two ways in which a program can be connected. Each half of the page shows one of them. */
export type Half = 'web' | 'clawbot'

/** The login screen, or the chats. */
export type Screen = 'login' | 'main'

/** Why the previous QR code was replaced, if the phone or the server had not accepted it. */
export type Replaced = 'cancelled' | 'expired' | 'refused' | 'blocked'

/** The messages of one chat, oldest first. */
export interface Thread {
  messages: MessageView[]
  /** Whether the latest messages have been fetched; until then, only messages received as events are present. */
  loaded: boolean
  /** How many of the oldest messages predate a loss of events. They are dropped when the latest ones are loaded. */
  stale: number
  /** Whether the server has no older messages. */
  complete: boolean
  /** Id of the first unread message when the chat was opened. */
  newFrom?: string
}

export interface Draft {
  text: string
  mentions: { id: string; name: string }[]
}

export interface Link {
  up: boolean
  /** Reconnect attempts since the stream was lost. */
  attempt: number
  /** Time of the next attempt, in epoch ms. */
  retryAt: number
}

export interface State {
  /** Empty until the first state has been loaded. */
  worldId: string
  eventId: number
  /** The number of the account that is shown. */
  account: number
  /** All accounts of the sandbox. */
  accounts: readonly AccountView[]
  owner: string
  login: LoginView
  clawbot: ClawbotView
  /** Why the QR code before the current one was replaced, by half. */
  replaced: Readonly<Partial<Record<Half, Replaced>>>
  people: Readonly<Record<string, PersonView>>
  /** The tint of each person's avatar, by person id. */
  tints: Readonly<Record<string, number>>
  chats: readonly ChatView[]
  requests: readonly RequestView[]
  threads: Readonly<Record<string, Thread>>
  link: Link
  /** The visible half. */
  half: Half
  /** The screen of each half. */
  screens: Readonly<Record<Half, Screen>>
  page: 'chats' | 'people'
  /** Id of the chat that is open in the web half. */
  open: string | undefined
  /** Number of unread messages in the open chat when it was opened. */
  openedUnread: number
  /** Drafts, by `draftKey`. */
  drafts: Readonly<Record<string, Draft>>
  /** The last speakers chosen in each chat, at most four, latest first. */
  speakers: Readonly<Record<string, readonly string[]>>
  lang: Lang
  theme: Theme
  /** Whether single-letter keys are enabled. */
  keys: boolean
  /** Ids of the voice messages played on this page, latest first. */
  played: readonly string[]
  /** The bot's uploads in progress, by `uploadKey`. */
  uploads: Readonly<Record<string, UploadView>>
  /** The bot's messages that were refused, oldest first. */
  refused: readonly RefusedView[]
  /** Armed faults, oldest first. */
  faults: readonly FaultView[]
  recording: RecordingView
  /** The panel that is open next to the chat. */
  inspector: 'wire' | 'faults' | 'details' | 'service' | undefined
}

export type Change =
  | { type: 'loaded'; state: StateView; screens?: State['screens'] }
  /** Another account will be loaded. `visit` is what the page remembers of it. */
  | { type: 'account'; account: number; visit: Partial<Visit> }
  | { type: 'events'; events: readonly EventView[] }
  | { type: 'link'; link: Link }
  /** The latest messages of a chat have been requested. */
  | { type: 'loading'; chatId: string }
  | { type: 'thread'; chatId: string; messages: MessageView[]; complete: boolean; place: 'earlier' | 'latest' }
  | { type: 'message'; message: MessageView }
  | { type: 'open'; chatId: string | undefined }
  | { type: 'page'; page: State['page'] }
  | { type: 'half'; half: Half }
  | { type: 'screen'; half: Half; screen: Screen }
  | { type: 'draft'; chatId: string; speaker: string; draft: Draft | undefined }
  | { type: 'speaker'; chatId: string; speaker: string }
  | { type: 'lang'; lang: Lang }
  | { type: 'theme'; theme: Theme }
  | { type: 'inspector'; inspector: State['inspector'] }
  | { type: 'keys'; keys: boolean }
  | { type: 'played'; id: string }
  | { type: 'uploadGone'; key: string }

/** State of an account that survives a reload of the page. */
export type Visit = Pick<State, 'drafts' | 'speakers' | 'open' | 'played'>

/** State that survives a reload of the page. */
export type PersistedState = Visit & Pick<State, 'lang' | 'theme' | 'keys'>

const NO_CLAWBOT: ClawbotView = {
  chatId: CLAWBOT,
  login: { state: 'none' },
  limits: { quota: 0, quotaLeft: 0, isShadowed: false },
  dropped: [],
}

export function initialState(saved: Partial<PersistedState & Pick<State, 'half' | 'account'>> = {}): State {
  return {
    worldId: '',
    eventId: 0,
    account: 1,
    accounts: [],
    owner: '',
    login: { state: 'none' },
    clawbot: NO_CLAWBOT,
    replaced: {},
    people: {},
    tints: {},
    chats: [],
    requests: [],
    threads: {},
    link: { up: true, attempt: 0, retryAt: 0 },
    half: 'web',
    screens: { web: 'login', clawbot: 'login' },
    page: 'chats',
    open: undefined,
    openedUnread: 0,
    drafts: {},
    speakers: {},
    lang: 'zh',
    theme: 'auto',
    keys: true,
    played: [],
    uploads: {},
    refused: [],
    faults: [],
    recording: { state: 'none', files: [] },
    inspector: undefined,
    ...saved,
  }
}

export function uploadKey(upload: Pick<UploadView, 'chatId' | 'name'>): string {
  return `${upload.chatId ?? ''} ${upload.name}`
}

export function draftKey(chatId: string, speaker: string): string {
  return `${chatId} ${speaker}`
}
