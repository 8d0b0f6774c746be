import {
  type ChatView,
  CLAWBOT,
  type ClawbotView,
  type EventView,
  type LoginView,
  type MessageView,
  type PersonView,
  type RefusedView,
  type RequestView,
} from '../../sandbox/control/view.js'
import { tintsOf } from '../text/avatar-face.js'
import { plainName } from '../text/file-name.js'
import { replacedClawbotQr, replacedQr } from './replaced.js'
import { shownChat } from './select.js'
import { type Change, draftKey, type State, type Thread, uploadKey } from './state.js'

const MAX_REQUESTS = 50
const MAX_SPEAKERS = 4
const MAX_PLAYED = 500
const MAX_REFUSED = 100
const EMPTY_THREAD: Thread = { messages: [], complete: false, loaded: false, stale: 0 }

/** Applies a change to the page's state. */
export function reduce(state: State, change: Change): State {
  switch (change.type) {
    case 'loaded': {
      const { state: view } = change
      const openExists =
        view.chats.some((chat) => chat.id === state.open) || view.people.some((p) => p.id === state.open)
      return {
        ...state,
        worldId: view.worldId,
        eventId: view.eventId,
        accounts: view.accounts,
        owner: view.owner,
        login: keepQr(state.login, view.login),
        clawbot: keepClawbotQr(state.clawbot, view.clawbot),
        replaced: {},
        people: Object.fromEntries(view.people.map((person) => [person.id, person])),
        tints: tintsOf(view.people.map(({ id }) => id)),
        chats: sortChats(view.chats.map(withPlainName)),
        requests: view.requests,
        uploads: {},
        refused: view.refused,
        faults: view.faults,
        recording: view.recording,
        // The open thread stays in view until its messages have been reloaded.
        threads: openThread(state),
        open: openExists ? state.open : undefined,
        screens: change.screens ?? state.screens,
      }
    }
    case 'account': {
      const { drafts = {}, speakers = {}, open, played = [] } = change.visit
      return { ...state, account: change.account, drafts, speakers, open, played, threads: {}, openedUnread: 0 }
    }
    case 'events': {
      const unseen = change.events.filter((event) => event.id > state.eventId)
      const last = unseen.at(-1)
      return last ? { ...unseen.reduce(applyEvent, state), eventId: last.id } : state
    }
    case 'link':
      return { ...state, link: change.link }
    case 'loading':
      return state.threads[change.chatId] ? state : withThread(state, change.chatId, EMPTY_THREAD)
    case 'thread': {
      const old = state.threads[change.chatId] ?? EMPTY_THREAD
      const messages =
        change.place === 'earlier'
          ? mergeMessages(change.messages, old.messages)
          : mergeMessages(change.messages, old.messages.slice(old.stale))
      const thread: Thread = { messages, complete: change.complete, loaded: true, stale: 0 }
      const unread = old.loaded || shownChat(state) !== change.chatId ? 0 : state.openedUnread
      const newFrom = old.newFrom ?? firstUnread(messages, unread)
      if (newFrom !== undefined) thread.newFrom = newFrom
      return withThread(state, change.chatId, thread)
    }
    case 'message':
      // The event stream may have delivered a newer version before this response arrived.
      return state.threads[change.message.chatId]?.messages.some(({ id }) => id === change.message.id)
        ? state
        : addMessage(state, change.message)
    case 'open':
      return showChat(state, { ...state, open: change.chatId })
    case 'half': {
      const isOfHalf = state.inspector !== 'service' && state.inspector !== 'details'
      const inspector = isOfHalf ? state.inspector : undefined
      return showChat(state, { ...state, half: change.half, inspector })
    }
    case 'page':
      return { ...state, page: change.page }
    case 'screen':
      return { ...state, screens: { ...state.screens, [change.half]: change.screen } }
    case 'draft': {
      const key = draftKey(change.chatId, change.speaker)
      const { [key]: _, ...rest } = state.drafts
      return { ...state, drafts: change.draft?.text ? { ...rest, [key]: change.draft } : rest }
    }
    case 'speaker': {
      const recent = (state.speakers[change.chatId] ?? []).filter((id) => id !== change.speaker)
      const speakers = [change.speaker, ...recent].slice(0, MAX_SPEAKERS)
      return { ...state, speakers: { ...state.speakers, [change.chatId]: speakers } }
    }
    case 'lang':
      return { ...state, lang: change.lang }
    case 'theme':
      return { ...state, theme: change.theme }
    case 'inspector':
      return { ...state, inspector: change.inspector }
    case 'keys':
      return { ...state, keys: change.keys }
    case 'played':
      return state.played.includes(change.id)
        ? state
        : { ...state, played: [change.id, ...state.played].slice(0, MAX_PLAYED) }
    case 'uploadGone': {
      const { [change.key]: _, ...uploads } = state.uploads
      return { ...state, uploads }
    }
  }
}

function applyEvent(state: State, event: EventView): State {
  switch (event.type) {
    case 'login':
      return { ...state, replaced: replacedQr(state, event.data), login: keepQr(state.login, event.data) }
    case 'clawbot':
      return {
        ...state,
        replaced: replacedClawbotQr(state, event.data),
        clawbot: keepClawbotQr(state.clawbot, event.data),
      }
    case 'message':
      return addMessage(withoutUpload(state, event.data), event.data)
    case 'delivered':
      return markDelivered(state, event.data.chatId, new Set(event.data.ids))
    case 'chat':
      return { ...state, chats: sortChats(upsert(state.chats, withPlainName(event.data))) }
    case 'person':
      return withPerson(state, event.data)
    case 'request':
      return { ...state, requests: upsert<RequestView>(state.requests, event.data).slice(-MAX_REQUESTS) }
    case 'upload':
      return { ...state, uploads: { ...state.uploads, [uploadKey(event.data)]: event.data } }
    case 'refused':
      return withRefusal(state, event.data)
    case 'faults':
      return { ...state, faults: event.data }
    case 'recording':
      return { ...state, recording: event.data }
    case 'accounts':
      return { ...state, accounts: event.data }
    case 'warning':
    case 'reset':
      return state
  }
}

function withPerson(state: State, person: PersonView): State {
  const people = { ...state.people, [person.id]: person }
  const tints = person.id in state.people ? state.tints : tintsOf(Object.keys(people))
  return { ...state, people, tints }
}

/** Once the QR code has been scanned, the server no longer sends it; the page keeps showing it, dimmed, for a while. */
function keepQr(old: LoginView, login: LoginView): LoginView {
  return !login.qr && old.qr && login.uuid === old.uuid ? { ...login, qr: old.qr } : login
}

/** Like `keepQr`, for the QR code of the ClawBot. */
function keepClawbotQr({ login: old }: ClawbotView, view: ClawbotView): ClawbotView {
  const { login } = view
  return !login.qr && old.qr && login.qrcode === old.qrcode ? { ...view, login: { ...login, qr: old.qr } } : view
}

function openThread(state: State): State['threads'] {
  const { threads } = state
  const open = shownChat(state)
  const thread = open === undefined ? undefined : threads[open]
  return open !== undefined && thread ? { [open]: { ...thread, stale: thread.messages.length } } : {}
}

/** Moves the "new messages" line when a change makes another chat visible. */
function showChat(state: State, changed: State): State {
  const from = shownChat(state)
  const chatId = shownChat(changed)
  if (chatId === from) return changed
  let { threads } = state
  const previous = from === undefined ? undefined : threads[from]
  if (from !== undefined && previous?.newFrom !== undefined) {
    const { newFrom: _, ...rest } = previous
    threads = { ...threads, [from]: rest }
  }
  const openedUnread = state.chats.find((chat) => chat.id === chatId)?.unread ?? 0
  const next = { ...changed, threads, openedUnread }
  if (chatId === undefined) return next
  // Events may arrive before the messages have been loaded.
  const thread = threads[chatId]
  if (!thread?.loaded) return withThread(next, chatId, thread ?? EMPTY_THREAD)
  const newFrom = firstUnread(thread.messages, openedUnread)
  return newFrom === undefined ? next : withThread(next, chatId, { ...thread, newFrom })
}

/** Id of the first of the last `unread` messages received. */
function firstUnread(messages: readonly MessageView[], unread: number): string | undefined {
  if (unread <= 0) return undefined
  return messages.filter(({ origin, speaker }) => origin === 'person' || speaker === CLAWBOT).at(-unread)?.id
}

function addMessage(state: State, message: MessageView): State {
  let next = state
  const thread = state.threads[message.chatId]
  if (thread) {
    next = withThread(next, message.chatId, { ...thread, messages: upsertLast(thread.messages, message) })
  }
  const chat = state.chats.find((other) => other.id === message.chatId)
  if (!chat || (chat.last && chat.last.at > message.at)) return next
  return { ...next, chats: sortChats(upsert(state.chats, { ...chat, last: message })) }
}

/** Removes the upload that has become this message. */
function withoutUpload(state: State, message: MessageView): State {
  if (message.origin !== 'bot' || !('media' in message.content)) return state
  const { name } = message.content.media
  const uploads = Object.entries(state.uploads).filter(([, upload]) => {
    if ((upload.chatId ?? message.chatId) !== message.chatId) return true
    return upload.name !== name && upload.receivedBytes < upload.totalBytes
  })
  return { ...state, uploads: Object.fromEntries(uploads) }
}

/** A refused upload has ended. */
function withRefusal(state: State, refused: RefusedView): State {
  const { [uploadKey({ chatId: refused.chatId, name: refused.text })]: _, ...uploads } = state.uploads
  const others = state.refused.filter(({ id }) => id !== refused.id)
  return { ...state, uploads, refused: [...others, refused].slice(-MAX_REFUSED) }
}

function markDelivered(state: State, chatId: string, ids: ReadonlySet<string>): State {
  const mark = (message: MessageView): MessageView => (ids.has(message.id) ? { ...message, delivered: true } : message)
  const thread = state.threads[chatId]
  const chats = state.chats.map((chat) =>
    chat.id === chatId && chat.last && ids.has(chat.last.id) ? { ...chat, last: mark(chat.last) } : chat,
  )
  if (!thread) return { ...state, chats }
  return withThread({ ...state, chats }, chatId, { ...thread, messages: thread.messages.map(mark) })
}

function withThread(state: State, chatId: string, thread: Thread): State {
  return { ...state, threads: { ...state.threads, [chatId]: thread } }
}

/** Appends `after` to `before`. A message in both keeps its position but has the content from `after`. */
function mergeMessages(before: readonly MessageView[], after: readonly MessageView[]): MessageView[] {
  const byId = new Map<string, MessageView>()
  for (const message of before) byId.set(message.id, message)
  for (const message of after) byId.set(message.id, message)
  return [...byId.values()]
}

/** Replaces or appends a message. Searches from the end, because new and changed messages are almost always there. */
function upsertLast(messages: MessageView[], message: MessageView): MessageView[] {
  const at = messages.findLastIndex((other) => other.id === message.id)
  return at < 0 ? [...messages, message] : messages.with(at, message)
}

function upsert<Item extends { id: string | number }>(items: readonly Item[], item: Item): Item[] {
  const at = items.findIndex((other) => other.id === item.id)
  return at < 0 ? [...items, item] : items.with(at, item)
}

/** Names are part of many sentences, which a control character in a name would reverse or break. */
function withPlainName(chat: ChatView): ChatView {
  return { ...chat, name: plainName(chat.name) }
}

/** Pinned chats first, then the most recent. */
function sortChats(chats: readonly ChatView[]): ChatView[] {
  return chats.toSorted((a, b) => Number(b.pinned) - Number(a.pinned) || (b.last?.at ?? 0) - (a.last?.at ?? 0))
}
