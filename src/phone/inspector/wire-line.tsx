import { useStrings } from '../hooks/use-strings.js'
import { clock, duration, wireClock } from '../i18n/time.js'
import { Icon } from '../parts/icon.js'
import { Details } from './details.js'
import { RequestRow } from './request-row.js'
import type { WireRow } from './rows.js'
import { useWire } from './use-wire.js'
import { wire } from './wire-store.js'

interface Props {
  row: WireRow
  /** Whether the row is the list's stop for the Tab key. */
  isStop: boolean
  /** Called when the details of a request are complete. */
  onDetails(id: number, details: Element): void
}

/** A row of the list: a request with its details if they are open, folded polls, or a gap. */
export function WireLine({ row, isStop, onDetails }: Props) {
  const strings = useStrings()
  const isOpen = useWire((state) => row.kind === 'request' && state.open === row.request.id)
  switch (row.kind) {
    case 'request':
      return (
        <>
          <RequestRow request={row.request} isStop={isStop} />
          {isOpen && <Details request={row.request} onDetails={onDetails} />}
        </>
      )
    case 'idle':
      return <IdleRow row={row} isStop={isStop} />
    case 'break':
      return (
        <p class="wire-break">
          {clock(row.at)} {row.reason === 'lost' ? strings.wireLost : strings.wireRestart}
        </p>
      )
  }
}

function IdleRow({ row: { requests, isUnfolded }, isStop }: { row: WireRow & { kind: 'idle' }; isStop: boolean }) {
  const strings = useStrings()
  const [first] = requests
  const last = requests.at(-1)
  if (!first || !last) return null
  return (
    <button
      type="button"
      class="wire-row idle"
      aria-expanded={isUnfolded}
      tabIndex={isStop ? 0 : -1}
      onClick={() => wire.change({ type: 'unfold', id: first.id })}
    >
      <Icon name={isUnfolded ? 'unfolded' : 'folded'} size={14} />
      <time>{wireClock(first.at)}</time>
      <span class="wire-what">
        <span class="wire-endpoint">{first.endpoint}</span> {strings.wireTimes(requests.length)} {strings.wireIdle}
      </span>
      <span class="wire-tag good">{last.result}</span>
      <span class="wire-ms">{duration(last.durationMs ?? 0)}</span>
    </button>
  )
}
