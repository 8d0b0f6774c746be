import type {
  AddFaultRequest,
  ClawbotAction,
  ClawbotActionRequest,
  EventView,
  PhoneAction,
  SayRequest,
} from '../sandbox/control/view.js'
import { ApiError, api, selectAccount } from './api/api.js'
import { type Connection, connect } from './api/connection.js'
import { inBatches } from './api/in-batches.js'
import { accountOf, addressOf, HALVES, halfOf } from './frame/half.js'
import { wireEvents, wireLoaded, wireLost } from './inspector/wire-store.js'
import { linkedUuid, stageOf, stepOf } from './login/stage.js'
import { loadPersisted, loadVisit, savePersisted } from './store/persist.js'
import { reduce } from './store/reduce.js'
import { shownChat } from './store/select.js'
import { type Draft, type Half, initialState, type Screen, type State } from './store/state.js'
import { createStore } from './store/store.js'
import { remainingMentions } from './text/mention.js'

const PAGE_SIZE = 100
const CONFIRMED_SHOWN_MS = 400
const LOGIN_EVENTS = { web: 'login', clawbot: 'clawbot' } as const satisfies Record<Half, EventView['type']>

/** The page's only store. */
export const store = createStore(
  initialState({ ...loadPersisted(accountOf(location)), half: halfOf(location), account: accountOf(location) }),
  reduce,
)

let connection: Connection | undefined

/** Connects to the sandbox and keeps the state up to date. */
export function startClient(): Connection {
  let before = store.get()
  store.watch(() => {
    const after = store.get()
    savePersisted(before, after)
    before = after
  })
  selectAccount(before.account)
  const batch = inBatches<{ event: EventView; account: number }>((entries) => {
    const events = entries.flatMap(({ event, account }) => (account === store.get().account ? event : []))
    store.change({ type: 'events', events })
    wireEvents(events)
    for (const half of HALVES) if (events.some(({ type }) => type === LOGIN_EVENTS[half])) enterAfterDelay(half)
  })
  connection = connect({
    cursor: () => store.get(),
    onState(state, account) {
      const isOther = account !== store.get().account
      const first = isOther || store.get().worldId === ''
      if (isOther) {
        selectAccount(account)
        store.change({ type: 'account', account, visit: loadVisit(account) })
        showAddress(store.get().half)
      }
      const screens = { web: firstWebScreen(state), clawbot: firstClawbotScreen(state) }
      wireLoaded(state, isOther)
      store.change({ type: 'loaded', state, ...(first ? { screens } : {}) })
      const chatId = shownChat(store.get())
      if (chatId !== undefined) void loadThread(chatId)
    },
    onEvent: (event, account) => batch({ event, account }),
    onLink(link) {
      if (!link.up && link.attempt === 1) wireLost()
      store.change({ type: 'link', link })
    },
  })
  return connection
}

/** Shows another account of the sandbox. */
export function showAccount(account: number): void {
  void connection?.show(account)
}

/** Adds an account to the sandbox and shows it; rejects with an `ApiError` on failure. */
export async function addAccount(): Promise<void> {
  const { id } = await api.addAccount()
  await connection?.show(id)
}

/**
 * Returns the login screen for a link to the phone. Otherwise returns the chats if a login has been confirmed or a
 * session has ended.
 */
function firstWebScreen(state: Pick<State, 'login' | 'requests'>): Screen {
  if (linkedUuid(location.pathname) !== undefined) return 'login'
  return isPastConfirmation(state) || state.login.state === 'loggedOut' ? 'main' : 'login'
}

function isPastConfirmation({ login, requests }: Pick<State, 'login' | 'requests'>): boolean {
  return stepOf(stageOf(login, requests)) >= stepOf('confirmed')
}

function firstClawbotScreen({ clawbot: { login, binding } }: Pick<State, 'clawbot'>): Screen {
  return binding && (login.state === 'bound' || login.state === 'ended') ? 'main' : 'login'
}

function isLoggedIn(state: State, half: Half): boolean {
  if (half === 'web') return isPastConfirmation(state)
  return state.clawbot.login.state === 'bound' && state.clawbot.binding !== undefined
}

/** Shows the chats after a short delay, so that the user can see the confirmation, or a refusal that follows it. */
function enterAfterDelay(half: Half): void {
  if (!isLoggedIn(store.get(), half)) return
  setTimeout(() => {
    const state = store.get()
    if (state.screens[half] === 'login' && isLoggedIn(state, half)) showScreen('main', half)
  }, CONFIRMED_SHOWN_MS)
}

/** Shows the login screen or the chats in a half of the page, by default the visible one. */
export function showScreen(screen: Screen, half = store.get().half): void {
  if (screen === 'main' && half === store.get().half) showAddress(half)
  store.change({ type: 'screen', half, screen })
}

/** Makes a half of the page visible. */
export function showHalf(half: Half): void {
  showAddress(half)
  store.change({ type: 'half', half })
  const state = store.get()
  const chatId = shownChat(state)
  if (chatId !== undefined && !state.threads[chatId]?.loaded) void loadThread(chatId)
}

/** Makes the address that of a half of the page for the current account. */
export function showAddress(half: Half): void {
  const address = addressOf(half, store.get().account)
  if (location.pathname + location.search !== address) history.replaceState(history.state, '', address)
}

/** Performs an action on the ClawBot or its service; rejects with an `ApiError` on failure. */
export async function controlClawbot(action: ClawbotAction, request: ClawbotActionRequest = {}): Promise<void> {
  await api.clawbot(action, request)
}

/** Performs an action on the account's phone; rejects with an `ApiError` on failure. */
export async function usePhone(action: PhoneAction): Promise<void> {
  await api.phone(action)
}

/** Opens a chat and loads its messages; `undefined` closes it. */
export function openChat(chatId: string | undefined): void {
  store.change({ type: 'open', chatId })
  if (chatId !== undefined && !store.get().threads[chatId]?.loaded) void loadThread(chatId)
}

/** Loads the latest messages of a chat. */
async function loadThread(chatId: string): Promise<void> {
  // A message that arrives during the request may be missing from the response.
  store.change({ type: 'loading', chatId })
  try {
    const messages = await api.messages(chatId, PAGE_SIZE)
    store.change({ type: 'thread', chatId, messages, complete: messages.length < PAGE_SIZE, place: 'latest' })
  } catch (error) {
    // A chat without messages is unknown to the server.
    if (isNotFound(error)) {
      store.change({ type: 'thread', chatId, messages: [], complete: true, place: 'latest' })
    }
  }
}

/** Loads the latest messages of all chats, so that they can be searched. */
export function loadThreads(): void {
  const { chats, threads } = store.get()
  for (const { id, last } of chats) if (last && !threads[id]?.loaded) void loadThread(id)
}

/** Loads the page of messages that precede the loaded ones. */
export async function loadEarlier(chatId: string): Promise<void> {
  const first = store.get().threads[chatId]?.messages[0]
  if (!first) return
  const messages = await api.messages(chatId, PAGE_SIZE, first.id)
  store.change({ type: 'thread', chatId, messages, complete: messages.length < PAGE_SIZE, place: 'earlier' })
}

/** Sends a draft to a chat as `speaker`; rejects with an `ApiError` on failure. */
export async function say(chatId: string, speaker: string, draft: Draft): Promise<void> {
  const mentions = remainingMentions(draft)
  await sayAnything(chatId, { speaker, text: draft.text, ...(mentions.length > 0 ? { mentions } : {}) })
}

/** Sends a message of any kind to a chat; rejects with an `ApiError` on failure and when `signal` aborts. */
export async function sayAnything(chatId: string, request: SayRequest, signal?: AbortSignal): Promise<void> {
  store.change({ type: 'message', message: await api.say(chatId, request, signal) })
}

/** Recalls a message as its speaker; rejects with an `ApiError` on failure. */
export async function recall(messageId: string): Promise<void> {
  // The result arrives in the event stream.
  await api.recall(messageId)
}

/** Sends the account a friend request from a person; rejects with an `ApiError` on failure. */
export async function requestFriend(personId: string, greeting: string): Promise<void> {
  store.change({ type: 'message', message: await api.requestFriend(personId, { greeting }) })
}

/** Marks the chat as read. */
export async function markRead(chatId: string): Promise<void> {
  try {
    await api.read(chatId)
  } catch {
    // The chat stays unread until the next focus retries.
  }
}

/** Arms a fault; rejects with an `ApiError` on failure. The result arrives in the event stream. */
export async function addFault(request: AddFaultRequest): Promise<void> {
  await api.addFault(request)
}

/** Disarms a fault; does nothing if it has already been used up. */
export async function removeFault(id: string): Promise<void> {
  try {
    await api.removeFault(id)
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

/** Disarms all faults; rejects with an `ApiError` on failure. */
export async function clearFaults(): Promise<void> {
  await api.clearFaults()
}

/** Opens a panel next to the chat, or closes it if it is open. */
export function toggleInspector(name: NonNullable<State['inspector']>): void {
  store.change({ type: 'inspector', inspector: store.get().inspector === name ? undefined : name })
}

function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404
}
