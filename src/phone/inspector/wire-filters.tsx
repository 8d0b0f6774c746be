import { useMemo } from 'preact/hooks'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { StringKey } from '../i18n/strings.js'
import { isOfHalf } from '../login/request-strings.js'
import { Icon } from '../parts/icon.js'
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

/** Shown in place of words: beside the counts, the English words would need a second line. */
const FILTER_ICONS = { problems: 'refused', warnings: 'alert' } as const

/** Chooses which requests are listed. */
export function WireFilters() {
  const strings = useStrings()
  const filter = useWire((state) => state.filter)
  const counts = useCounts()
  return (
    <fieldset class="wire-filters">
      <legend class="unseen">{strings.wireGroups}</legend>
      {FILTERS.map((name) => {
        const word = strings[FILTER_STRINGS[name]]
        const isCounted = name === 'problems' || name === 'warnings'
        return (
          <button
            key={name}
            type="button"
            class={filter === name ? 'wire-chip current' : 'wire-chip'}
            aria-pressed={filter === name}
            title={isCounted ? word : undefined}
            onClick={() => wire.change({ type: 'filter', filter: name })}
          >
            {isCounted ? (
              <>
                <Icon name={FILTER_ICONS[name]} size={14} />
                <span class="unseen">{word} </span>
                <span class="wire-count">{countString(counts[name])}</span>
              </>
            ) : (
              word
            )}
          </button>
        )
      })}
    </fieldset>
  )
}

/** Number of requests with problems and of those with warnings. */
function useCounts(): Record<'problems' | 'warnings', number> {
  const half = useStore((state) => state.half)
  const requests = useWire((state) => state.requests)
  const clearedId = useWire((state) => state.clearedId)
  return useMemo(() => {
    const listed = requests.filter((request) => request.id > clearedId && isOfHalf(request, half))
    return { problems: listed.filter(hasProblem).length, warnings: listed.filter(({ warnings }) => warnings).length }
  }, [requests, clearedId, half])
}

function countString(count: number): string {
  return count > MAX_COUNT ? `${MAX_COUNT}+` : String(count)
}
