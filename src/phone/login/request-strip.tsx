import type { RequestView } from '../../sandbox/control/view.js'
import { faultName } from '../faults/choices.js'
import { useNow } from '../hooks/use-now.js'
import { useStore } from '../hooks/use-store.js'
import { useWords } from '../hooks/use-words.js'
import { duration, wireClock } from '../words/time.js'
import { isPoll, requestWord } from './request-words.js'

const SHOWN = 2

/** The program's last requests, so that one sees it wait. */
export function RequestStrip() {
  const words = useWords()
  const requests = useStore((state) => state.requests)
  const scanned = useStore((state) => state.login.state === 'waitingForConfirm')
  const shown = requests.slice(-SHOWN)
  const now = useNow(shown.some((request) => request.status === undefined) ? 100 : 0)
  if (shown.length === 0) return <p class="strip strip-empty">{words.noRequests}</p>
  return (
    <ul class="strip" aria-label={words.requestsName}>
      {shown.map((request) => (
        <Row key={request.id} request={request} scanned={scanned} now={now} />
      ))}
    </ul>
  )
}

function Row({ request, scanned, now }: { request: RequestView; scanned: boolean; now: number }) {
  const words = useWords()
  const word = requestWord(request, scanned)
  const open = request.status === undefined
  const struck = request.faults?.map((kind) => faultName(words, kind)).join(' · ')
  const tag = open
    ? (struck ?? (isPoll(request) ? words.poll : words.open))
    : (struck ?? request.result ?? String(request.status))
  const tone = struck === undefined ? (open ? 'plain' : toneOf(request)) : 'warn'
  return (
    <li>
      <span class="strip-time">{wireClock(request.at)}</span>
      <span class="strip-what">
        {request.endpoint} {word && <span>{words[word]}</span>}
      </span>
      <span class={`strip-tag ${tone}`}>{tag}</span>
      <span class="strip-ms">{duration(request.durationMs ?? Math.max(0, now - request.at))}</span>
    </li>
  )
}

/** A code of four digits refuses, though the HTTP status is fine. */
function toneOf({ status = 0, result = '' }: RequestView): 'bad' | 'warn' | 'good' {
  if (status >= 400) return 'bad'
  return /^\d{4}/.test(result) ? 'warn' : 'good'
}
