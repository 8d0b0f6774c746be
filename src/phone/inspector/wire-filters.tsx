import { useMemo } from 'preact/hooks'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { StringKey } from '../i18n/strings.js'
import { isOfHalf } from '../login/request-strings.js'
import { ENDPOINT_GROUPS } from './groups.js'
import { useWire } from './use-wire.js'
import { hasProblem, type WireFilter } from './wire-state.js'
import { wire } from './wire-store.js'

/** Higher counts are not shown exactly. */
const MAX_COUNT = 99

const FILTERS: readonly WireFilter[] = ['all', ...ENDPOINT_GROUPS, 'problems', 'warnings']

const FILTER_STRINGS: Readonly<Record<WireFilter, StringKey>> = {
  all: 'wireAll',
  login: 'wireLogin',
  sync: 'wireSync',
  send: 'wireSend',
  contacts: 'wireContacts',
  media: 'wireMedia',
  problems: 'wireProblems',
  warnings: 'wireWarnings',
}

/** Chooses which requests are listed. */
export function WireFilters() {
  const strings = useStrings()
  const filter = useWire((state) => state.filter)
  const counts = useCounts()
  return (
    <fieldset class="wire-filters">
      <legend class="unseen">{strings.wireGroups}</legend>
      {FILTERS.map((name) => (
        <button
          key={name}
          type="button"
          class={filter === name ? 'wire-chip current' : 'wire-chip'}
          aria-pressed={filter === name}
          onClick={() => wire.change({ type: 'filter', filter: name })}
        >
          {strings[FILTER_STRINGS[name]]}{' '}
          {name in counts && <span class="wire-count">{countString(counts[name])}</span>}
        </button>
      ))}
    </fieldset>
  )
}

/** Number of requests with problems and of those with warnings. */
function useCounts(): Partial<Record<WireFilter, number>> {
  const half = useStore((state) => state.half)
  const requests = useWire((state) => state.requests)
  const clearedId = useWire((state) => state.clearedId)
  return useMemo(() => {
    const listed = requests.filter((request) => request.id > clearedId && isOfHalf(request, half))
    return { problems: listed.filter(hasProblem).length, warnings: listed.filter(({ warnings }) => warnings).length }
  }, [requests, clearedId, half])
}

function countString(count = 0): string {
  if (count === 0) return ''
  return count > MAX_COUNT ? `${MAX_COUNT}+` : String(count)
}
