import type { AddFaultRequest, PhoneAction, SayRequest } from '../sandbox/control/view.js'
import { ApiError, api } from './api/api.js'
import { type Connection, connect } from './api/connection.js'
import { inBatches } from './api/in-batches.js'
import { stageOf, stepOf } from './login/stage.js'
import { loadPersisted, savePersisted } from './store/persist.js'
import { reduce } from './store/reduce.js'
import { type Draft, initialState, type State } from './store/state.js'
import { createStore } from './store/store.js'
import { standingMentions } from './text/mention.js'

const PAGE_SIZE = 100
const CONFIRMED_SHOWN_MS = 400

/** The page's one state. */
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
    known: () => store.get(),
    onState(state) {
      const first = store.get().worldId === ''
      store.change({ type: 'loaded', state, ...(first ? { screen: firstScreen(state) } : {}) })
      const { open } = store.get()
      if (open !== undefined) void loadThread(open)
    },
    onEvent: inBatches((events) => {
      store.change({ type: 'events', events })
      if (events.some(({ type }) => type === 'login') && hasPassed(store.get())) enterSoon()
    }),
    onLink: (link) => store.change({ type: 'link', link }),
  })
}

/** A link to the phone shows the phone; else a session that is there, or was, shows its chats. */
function firstScreen(state: Pick<State, 'login' | 'requests'>): State['screen'] {
  if (location.pathname.startsWith('/l/')) return 'login'
  return hasPassed(state) || state.login.state === 'loggedOut' ? 'main' : 'login'
}

function hasPassed({ login, requests }: Pick<State, 'login' | 'requests'>): boolean {
  return stepOf(stageOf(login, requests)) >= stepOf('confirmed')
}

/** A refusal comes right after the confirmation, so there is a moment to see either. */
function enterSoon(): void {
  setTimeout(() => {
    const state = store.get()
    if (state.screen === 'login' && hasPassed(state)) showScreen('main')
  }, CONFIRMED_SHOWN_MS)
}

/** Shows the login screen or the chats. */
export function showScreen(screen: State['screen']): void {
  if (screen === 'main' && location.pathname !== '/') history.replaceState(null, '', '/')
  store.change({ type: 'screen', screen })
}

/** Does something on the account's phone; rejects with an `ApiError`. */
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
    // A chat that was never written in has nothing to load.
    if (isMissing(error)) {
      store.change({ type: 'thread', chatId, messages: [], complete: true, place: 'latest' })
    }
  }
}

/** Loads the messages before those the page has. */
export async function loadEarlier(chatId: string): Promise<void> {
  const first = store.get().threads[chatId]?.messages[0]
  if (!first) return
  const messages = await api.messages(chatId, PAGE_SIZE, first.id)
  store.change({ type: 'thread', chatId, messages, complete: messages.length < PAGE_SIZE, place: 'earlier' })
}

/** Says a draft in a chat as `speaker`; rejects with an `ApiError`. */
export async function say(chatId: string, speaker: string, draft: Draft): Promise<void> {
  const mentions = standingMentions(draft)
  await sayAnything(chatId, { speaker, text: draft.text, ...(mentions.length > 0 ? { mentions } : {}) })
}

/** Says something of any kind in a chat; rejects with an `ApiError`. */
export async function sayAnything(chatId: string, request: SayRequest): Promise<void> {
  store.change({ type: 'message', message: await api.say(chatId, request) })
}

/** Takes a message back in its speaker's name; rejects with an `ApiError`. */
export async function recall(messageId: string): Promise<void> {
  // The stream brings what became of it.
  await api.recall(messageId)
}

/** Somebody asks the account to be a friend; rejects with an `ApiError`. */
export async function requestFriend(personId: string, greeting: string): Promise<void> {
  store.change({ type: 'message', message: await api.requestFriend(personId, { greeting }) })
}

/** Tells the sandbox that somebody looked at the chat. */
export async function markRead(chatId: string): Promise<void> {
  try {
    await api.read(chatId)
  } catch {
    // It stays unread; the next look tries again.
  }
}

/** Makes trouble for the program; rejects with an `ApiError`. The stream brings what became of it. */
export async function addFault(request: AddFaultRequest): Promise<void> {
  await api.addFault(request)
}

/** Takes a fault back; one that struck its last meanwhile is gone already. */
export async function removeFault(id: string): Promise<void> {
  try {
    await api.removeFault(id)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

/** Takes all faults back; rejects with an `ApiError`. */
export async function clearFaults(): Promise<void> {
  await api.clearFaults()
}

/** Opens or closes the panel that makes trouble. */
export function toggleFaults(): void {
  store.change({ type: 'inspecting', inspecting: !store.get().inspecting })
}

function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404
}
