import type { EventView } from '../../sandbox/control/view.js'
import { api } from '../api/api.js'
import { createStore } from '../store/store.js'
import { INITIAL_WIRE, reduceWire } from './wire-state.js'

const SEARCH_AFTER_MS = 250
/** The sandbox is searched again at most so often while requests arrive. */
const SEARCH_AGAIN_MS = 1000

/** The state of the list of requests. It is separate because it changes with every request. */
export const wire = createStore(INITIAL_WIRE, reduceWire)

let worldId = ''
let isPanelOpen = false
let searchTimer: ReturnType<typeof setTimeout> | undefined

/** Called with the first state of a world or an account, and with any state that replaces the current one. */
export function wireLoaded(state: { worldId: string }, isOtherAccount: boolean): void {
  if (isOtherAccount) wire.change({ type: 'account' })
  else if (worldId !== '' && worldId !== state.worldId) wire.change({ type: 'restarted', at: Date.now() })
  worldId = state.worldId
  void loadRequests()
}

/** Called with the events of the stream. */
export function wireEvents(events: readonly EventView[]): void {
  const requests = events.flatMap((event) => (event.type === 'request' ? [event.data] : []))
  if (requests.length === 0) return
  wire.change({ type: 'requests', requests })
  if (isPanelOpen && wire.get().text !== '') searchTimer ??= setTimeout(search, SEARCH_AGAIN_MS)
}

/** Called when the event stream is lost. */
export function wireLost(): void {
  wire.change({ type: 'lost', at: Date.now() })
}

/** Called when the list is shown or hidden. Only a visible list is complete. */
export function showWire(isOpen: boolean): void {
  isPanelOpen = isOpen
  if (isOpen) void loadRequests()
}

async function loadRequests(): Promise<void> {
  if (!isPanelOpen || worldId === '') return
  try {
    wire.change({ type: 'listed', requests: await api.requests('') })
  } catch {
    // Loaded when the connection is back.
  }
}

/** Searches what the requests contain, once the text has not changed for a moment. */
export function searchWire(text: string): void {
  wire.change({ type: 'text', text })
  clearTimeout(searchTimer)
  searchTimer = text.trim() === '' ? undefined : setTimeout(search, SEARCH_AFTER_MS)
}

async function search(): Promise<void> {
  searchTimer = undefined
  const { text } = wire.get()
  try {
    const found = await api.requests(text)
    wire.change({ type: 'found', text, ids: found.map(({ id }) => id) })
  } catch {
    // What the page knows about the requests is still searched.
  }
}

/** Selects a message and lists all requests, so that none of its own is filtered out. */
export function showRequestsOf(messageId: string): void {
  wire.change({ type: 'filter', filter: 'all' })
  searchWire('')
  wire.change({ type: 'join', joined: { kind: 'message', id: messageId } })
}

/** Selects a message in order to mark its requests, or removes the selection. */
export function selectMessage(id: string): void {
  const { joined } = wire.get()
  const isSelected = joined?.kind === 'message' && joined.id === id
  wire.change({ type: 'join', joined: isSelected ? undefined : { kind: 'message', id } })
}
