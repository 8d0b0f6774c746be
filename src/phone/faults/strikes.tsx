import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { wireClock } from '../i18n/time.js'
import { faultName } from './choices.js'

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
        {struck.toReversed().map(({ id, at, endpoint, faults = [] }) => (
          <li key={id}>
            <time>{wireClock(at)}</time> <code>{endpoint}</code>{' '}
            <span>{faults.map((kind) => faultName(strings, kind)).join(' · ')}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
