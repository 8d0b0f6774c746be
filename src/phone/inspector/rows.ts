import type { RequestView } from '../../sandbox/control/view.js'
import { isOfHalf, isPoll } from '../login/request-strings.js'
import type { Half } from '../store/state.js'
import { matches, type WireState } from './wire-state.js'

/** A row of the list: a request, consecutive polls that brought nothing, or a gap. */
export type WireRow =
  | { kind: 'request'; key: string; request: RequestView }
  | { kind: 'idle'; key: string; requests: readonly RequestView[]; isUnfolded: boolean }
  | { kind: 'break'; key: string; at: number; reason: 'lost' | 'restart' }

const IDLE_RESULTS: Readonly<Record<string, string>> = {
  synccheck: '0/0',
  login: '408',
  get_qrcode_status: 'wait',
  getupdates: '0',
}

/** Whether a poll ended without any news. */
export function isIdle(request: RequestView): boolean {
  const { endpoint, status, result, messages, faults, warnings } = request
  if (!isPoll(request) || status !== 200 || messages || faults || warnings) return false
  return result === IDLE_RESULTS[endpoint]
}

/** The requests that the list shows, oldest first. */
export function shownRequests(state: WireState, half: Half): RequestView[] {
  const { clearedId, pausedId = Number.POSITIVE_INFINITY } = state
  return state.requests.filter(
    (request) => request.id > clearedId && request.id <= pausedId && isOfHalf(request, half) && matches(state, request),
  )
}

/** The rows for the shown requests. */
export function wireRows(state: WireState, shown: readonly RequestView[]): WireRow[] {
  const rows: WireRow[] = []
  let idle: RequestView[] = []
  const flush = () => {
    const [first] = idle
    if (first && idle.length > 1) {
      const isUnfolded = state.unfolded.has(first.id)
      rows.push({ kind: 'idle', key: `idle ${first.id}`, requests: idle, isUnfolded })
      if (isUnfolded) rows.push(...idle.map(rowOf))
    } else rows.push(...idle.map(rowOf))
    idle = []
  }
  let at = 0
  const breaks = state.breaks
  for (const request of shown) {
    for (let gap = breaks[at]; gap && gap.afterId < request.id; gap = breaks[++at]) {
      flush()
      rows.push(breakOf(gap))
    }
    if (!isIdle(request) || (idle[0] && idle[0].endpoint !== request.endpoint)) flush()
    if (isIdle(request)) idle.push(request)
    else rows.push(rowOf(request))
  }
  flush()
  rows.push(...breaks.slice(at).map(breakOf))
  return rows
}

function rowOf(request: RequestView): WireRow {
  return { kind: 'request', key: String(request.id), request }
}

function breakOf({ afterId, at, kind }: WireState['breaks'][number]): WireRow {
  return { kind: 'break', key: `break ${afterId} ${at}`, at, reason: kind }
}
