import type { RequestView } from '../../sandbox/control/view.js'
import { faultName } from '../faults/choices.js'
import { useNow } from '../hooks/use-now.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { duration, wireClock } from '../i18n/time.js'
import { isOfHalf, isPoll, requestString } from './request-strings.js'

const SHOWN = 2

/** The bot's most recent requests, including open long polls. */
export function RequestStrip() {
  const strings = useStrings()
  const requests = useStore((state) => state.requests)
  const scanned = useStore((state) => state.login.state === 'waitingForConfirm')
  const half = useStore((state) => state.half)
  const shown = requests.filter((request) => isOfHalf(request, half)).slice(-SHOWN)
  const now = useNow(shown.some((request) => request.status === undefined) ? 100 : 0)
  if (shown.length === 0) return <p class="strip strip-empty">{strings.noRequests}</p>
  return (
    <ul class="strip" aria-label={strings.requestsName}>
      {shown.map((request) => (
        <Row key={request.id} request={request} scanned={scanned} now={now} />
      ))}
    </ul>
  )
}

function Row({ request, scanned, now }: { request: RequestView; scanned: boolean; now: number }) {
  const strings = useStrings()
  const labelKey = requestString(request, scanned)
  const open = request.status === undefined
  const struck = request.faults?.map((kind) => faultName(strings, kind)).join(' · ')
  const tag = open
    ? (struck ?? (isPoll(request) ? strings.poll : strings.open))
    : (struck ?? request.result ?? String(request.status))
  const tone = struck === undefined ? (open ? 'plain' : toneOf(request)) : 'warn'
  return (
    <li>
      <span class="strip-time">{wireClock(request.at)}</span>
      <span class="strip-what">
        {request.endpoint} {labelKey && <span>{strings[labelKey]}</span>}
      </span>
      <span class={`strip-tag ${tone}`}>{tag}</span>
      <span class="strip-ms">{duration(request.durationMs ?? Math.max(0, now - request.at))}</span>
    </li>
  )
}

/** A four-digit or negative result code is a refusal, even with a successful HTTP status. */
function toneOf({ status = 0, result = '' }: RequestView): 'bad' | 'warn' | 'good' {
  if (status >= 400) return 'bad'
  return /^(\d{4}|-)/.test(result) ? 'warn' : 'good'
}
