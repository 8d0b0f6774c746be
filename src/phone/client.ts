import type { AddFaultRequest, PhoneAction, SayRequest } from '../sandbox/control/view.js'
import { ApiError, api } from './api/api.js'
import { type Connection, connect } from './api/connection.js'
import { inBatches } from './api/in-batches.js'
import { stageOf, stepOf } from './login/stage.js'
import { loadPersisted, savePersisted } from './store/persist.js'
import { reduce } from './store/reduce.js'
import { type Draft, initialState, type State } from './store/state.js'
import { createStore } from './store/store.js'
import { remainingMentions } from './text/mention.js'

const PAGE_SIZE = 100
const CONFIRMED_SHOWN_MS = 400

/** The page's only store. */
export const store = createStore(initialState(loadPersisted()), reduce)

/** Connects to the sandbox and keeps the state up to date. */
export function startClient(): Connection {
  let before = store.get()
  store.watch(() => {
    const after = store.get()
    savePersisted(before, after)
    before = after
  })
  return connect({
    cursor: () => store.get(),
    onState(state) {
      const first = store.get().worldId === ''
      store.change({ type: 'loaded', state, ...(first ? { screen: firstScreen(state) } : {}) })
      const { open } = store.get()
      if (open !== undefined) void loadThread(open)
    },
    onEvent: inBatches((events) => {
      store.change({ type: 'events', events })
      if (events.some(({ type }) => type === 'login') && isPastConfirmation(store.get())) enterAfterDelay()
    }),
    onLink: (link) => store.change({ type: 'link', link }),
  })
}

/**
 * Returns the login screen for a link to the phone. Otherwise returns the chats if a login has been confirmed or a
 * session has ended.
 */
function firstScreen(state: Pick<State, 'login' | 'requests'>): State['screen'] {
  if (location.pathname.startsWith('/l/')) return 'login'
  return isPastConfirmation(state) || state.login.state === 'loggedOut' ? 'main' : 'login'
}

function isPastConfirmation({ login, requests }: Pick<State, 'login' | 'requests'>): boolean {
  return stepOf(stageOf(login, requests)) >= stepOf('confirmed')
}

/** Shows the chats after a short delay, so that the user can see the confirmation, or a refusal that follows it. */
function enterAfterDelay(): void {
  setTimeout(() => {
    const state = store.get()
    if (state.screen === 'login' && isPastConfirmation(state)) showScreen('main')
  }, CONFIRMED_SHOWN_MS)
}

/** Shows the login screen or the chats. */
export function showScreen(screen: State['screen']): void {
  if (screen === 'main' && location.pathname !== '/') history.replaceState(null, '', '/')
  store.change({ type: 'screen', screen })
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

/** Sends a message of any kind to a chat; rejects with an `ApiError` on failure. */
export async function sayAnything(chatId: string, request: SayRequest): Promise<void> {
  store.change({ type: 'message', message: await api.say(chatId, request) })
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

/** Opens or closes the fault panel. */
export function toggleFaults(): void {
  store.change({ type: 'inspecting', inspecting: !store.get().inspecting })
}

function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404
}
