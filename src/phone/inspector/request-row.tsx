import type { RequestView } from '../../sandbox/control/view.js'
import { useNow } from '../hooks/use-now.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { duration, wireClock } from '../i18n/time.js'
import { isPoll } from '../login/request-strings.js'
import { Icon } from '../parts/icon.js'
import { summaryOf, tagOf } from './summary.js'
import { useWire } from './use-wire.js'
import { isJoined } from './wire-state.js'
import { wire } from './wire-store.js'

/** How long the service holds a poll, in ms. */
const HOLD_MS = 25_000
const TICK_MS = 200

/** A request in the list. Pressing it opens its details. */
export function RequestRow({ request, isStop }: { request: RequestView; isStop: boolean }) {
  const strings = useStrings()
  const isOpen = useWire((state) => state.open === request.id)
  const isSelected = useWire((state) => isJoined(state, request))
  const chatName = useStore(({ chats }) => chats.find(({ id }) => id === request.chatId)?.name)
  const { status, faults, warnings, durationMs = 0 } = request
  const tag = tagOf(request, strings)
  const isPending = status === undefined
  const look = ['wire-row', isSelected && 'joined', isOpen && 'open', faults && 'struck'].filter(Boolean).join(' ')
  return (
    <button
      type="button"
      class={look}
      data-request={request.id}
      aria-expanded={isOpen}
      tabIndex={isStop ? 0 : -1}
      onClick={() => wire.change({ type: 'open', id: isOpen ? undefined : request.id })}
    >
      {isPending ? <span class="wire-dot" /> : <Icon name={isOpen ? 'unfolded' : 'folded'} size={14} />}
      <time title={new Date(request.at).toLocaleString(strings.locale)}>{wireClock(request.at)}</time>
      <span class="wire-what">
        <span class="wire-endpoint">{request.endpoint}</span>{' '}
        <span class="wire-summary">{summaryOf(request, strings, chatName)}</span>
      </span>
      {warnings && (
        <span class="wire-sign" role="img" aria-label={strings.wireWarned} title={warnings[0]?.text}>
          <Icon name="alert" size={14} />
        </span>
      )}
      {faults && (
        <span class="wire-sign" role="img" aria-label={strings.wireFault}>
          <Icon name="fault" size={14} />
        </span>
      )}
      <span class={`wire-tag ${tag.tone}`}>{tag.text}</span>
      {isPending ? <Waited request={request} /> : <span class="wire-ms">{duration(durationMs)}</span>}
    </button>
  )
}

/** The time that a request has been pending, and for a poll the part of the longest possible time. */
function Waited({ request }: { request: RequestView }) {
  const waitedMs = Math.max(0, useNow(TICK_MS) - request.at)
  return (
    <>
      <span class="wire-ms">{duration(waitedMs)}</span>
      {isPoll(request) && (
        <span class="wire-bar">
          <span style={{ transform: `scaleX(${Math.min(1, waitedMs / HOLD_MS)})` }} />
        </span>
      )}
    </>
  )
}
