import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { wireClock } from '../i18n/time.js'
import { hitName } from './choices.js'

const SHOWN = 5

/** The most recent requests hit by a fault, latest first. */
export function Strikes() {
  const strings = useStrings()
  const requests = useStore((state) => state.requests)
  const struck = requests.filter((request) => request.faults).slice(-SHOWN)
  if (struck.length === 0) return null
  return (
    <section class="fault-group">
      <h3>{strings.faultStrikes}</h3>
      <ul class="fault-strikes" aria-label={strings.faultStrikes}>
        {struck.toReversed().map((request) => (
          <li key={request.id}>
            <time>{wireClock(request.at)}</time> <code>{request.endpoint}</code>{' '}
            <span>{request.faults?.map((kind) => hitName(strings, kind, request)).join(' · ')}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
