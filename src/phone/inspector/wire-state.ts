import type { RequestView } from '../../sandbox/control/view.js'
import { type EndpointGroup, groupOf } from './groups.js'

const MAX_ROWS = 2000

/** Which requests are listed: those of a group of endpoints, or those with problems or warnings. */
export type WireFilter = 'all' | EndpointGroup | 'problems' | 'warnings'

/** What is selected in order to show what belongs to it. */
type Joined = { kind: 'message'; id: string } | { kind: 'request'; id: number }

export interface WireState {
  /** The requests that are known, oldest first. */
  requests: readonly RequestView[]
  /** Whether all requests that the sandbox keeps have been loaded. */
  loaded: boolean
  /** Requests up to this id are hidden because the list was cleared. */
  clearedId: number
  /** Set while the list is paused: the latest id that it shows. */
  pausedId: number | undefined
  filter: WireFilter
  /** The text to search for; `''` for none. */
  text: string
  /** Ids of the requests that contain the text, as found by the sandbox. */
  found: ReadonlySet<number>
  joined: Joined | undefined
  /** Id of the request whose details are open. */
  open: number | undefined
  /** Ids of the first requests of the unfolded groups of idle polls. */
  unfolded: ReadonlySet<number>
  /** Gaps in the list: the connection was lost, or the sandbox started anew, after the request with this id. */
  breaks: readonly { afterId: number; at: number; kind: 'lost' | 'restart' }[]
}

export const INITIAL_WIRE: WireState = {
  requests: [],
  loaded: false,
  clearedId: 0,
  pausedId: undefined,
  filter: 'all',
  text: '',
  found: new Set(),
  joined: undefined,
  open: undefined,
  unfolded: new Set(),
  breaks: [],
}

export type WireChange =
  | { type: 'requests'; requests: readonly RequestView[] }
  | { type: 'listed'; requests: readonly RequestView[] }
  /** Another account is shown. */
  | { type: 'account' }
  /** The sandbox has started anew. */
  | { type: 'restarted'; at: number }
  | { type: 'lost'; at: number }
  | { type: 'pause' }
  | { type: 'clear' }
  | { type: 'filter'; filter: WireFilter }
  | { type: 'text'; text: string }
  | { type: 'found'; text: string; ids: readonly number[] }
  | { type: 'join'; joined: Joined | undefined }
  | { type: 'open'; id: number | undefined }
  | { type: 'unfold'; id: number }

/** Applies a change to the state of the list of requests. */
export function reduceWire(state: WireState, change: WireChange): WireState {
  switch (change.type) {
    case 'requests':
      return { ...state, requests: merge(state.requests, change.requests) }
    case 'listed':
      // Requests that arrived while the list was loading are newer than the list.
      return { ...state, loaded: true, requests: merge(change.requests, state.requests) }
    case 'account':
      return { ...INITIAL_WIRE, filter: state.filter, text: state.text }
    case 'restarted': {
      const { filter, text } = state
      const isFirst = state.requests.length === 0 && !state.loaded
      const breaks = isFirst ? [] : [{ afterId: 0, at: change.at, kind: 'restart' as const }]
      return { ...INITIAL_WIRE, filter, text, breaks }
    }
    case 'lost': {
      const gap = { afterId: lastId(state), at: change.at, kind: 'lost' as const }
      return state.breaks.at(-1)?.afterId === gap.afterId ? state : { ...state, breaks: [...state.breaks, gap] }
    }
    case 'pause':
      return { ...state, pausedId: state.pausedId === undefined ? lastId(state) : undefined }
    case 'clear':
      return { ...state, clearedId: lastId(state), open: undefined, joined: undefined, breaks: [] }
    case 'filter':
      return { ...state, filter: change.filter }
    case 'text':
      return { ...state, text: change.text, found: new Set() }
    case 'found':
      // The text may have changed while the sandbox was searching.
      return change.text === state.text ? { ...state, found: new Set(change.ids) } : state
    case 'join':
      return { ...state, joined: change.joined }
    case 'open':
      return {
        ...state,
        open: change.id,
        joined: change.id === undefined ? undefined : { kind: 'request', id: change.id },
      }
    case 'unfold': {
      const unfolded = new Set(state.unfolded)
      if (!unfolded.delete(change.id)) unfolded.add(change.id)
      return { ...state, unfolded }
    }
  }
}

/** Whether a request matches the chosen filter and text. */
export function matches(state: Pick<WireState, 'filter' | 'text' | 'found'>, request: RequestView): boolean {
  const { filter, text, found } = state
  if (filter === 'problems' && !hasProblem(request)) return false
  if (filter === 'warnings' && !request.warnings) return false
  const isGroup = filter !== 'all' && filter !== 'problems' && filter !== 'warnings'
  if (isGroup && groupOf(request.endpoint) !== filter) return false
  if (text === '' || found.has(request.id)) return true
  const { endpoint, status, result, reason } = request
  const shown = [endpoint, status, result, reason, ...(request.faults ?? [])].join(' ').toLowerCase()
  return shown.includes(text.toLowerCase())
}

/** Whether a request failed, was refused or was hit by a fault. */
export function hasProblem({ status = 200, result = '', reason, faults }: RequestView): boolean {
  return isFailed(status) || isRefusal(result) || reason !== undefined || faults !== undefined
}

export function isFailed(status: number): boolean {
  return status === 0 || status >= 400
}

/** Codes with four digits and negative ones are refusals, even with a successful HTTP status. */
export function isRefusal(result: string): boolean {
  return /^(\d{4}|-\d)/.test(result)
}

/** Whether the selected message or request belongs to this request. */
export function isJoined({ joined }: Pick<WireState, 'joined'>, { id, messages }: RequestView): boolean {
  if (joined?.kind === 'request') return joined.id === id
  return joined !== undefined && messages?.includes(joined.id) === true
}

/** Ids of the messages that belong to the selection. */
export function joinedMessages({ joined, requests }: Pick<WireState, 'joined' | 'requests'>): readonly string[] {
  if (joined?.kind === 'message') return [joined.id]
  return (joined && findRequest(requests, joined.id)?.messages) ?? []
}

function findRequest(requests: readonly RequestView[], id: number): RequestView | undefined {
  return requests.findLast((request) => request.id === id)
}

function lastId({ requests }: WireState): number {
  return requests.at(-1)?.id ?? 0
}

/** Replaces and appends requests. Changed requests are almost always among the last. */
function merge(old: readonly RequestView[], changed: readonly RequestView[]): RequestView[] {
  const merged = [...old]
  for (const request of changed) {
    let at = merged.length - 1
    while (at >= 0 && (merged[at]?.id ?? 0) > request.id) at--
    // A request that is pending in an older list may have ended.
    if (merged[at]?.id !== request.id) merged.splice(at + 1, 0, request)
    else if (request.status !== undefined) merged[at] = request
  }
  return merged.slice(-MAX_ROWS)
}
