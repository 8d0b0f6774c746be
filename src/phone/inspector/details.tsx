import { useEffect, useRef, useState } from 'preact/hooks'
import type { RequestDetails, RequestView } from '../../sandbox/control/view.js'
import { hitName } from '../faults/choices.js'
import { useCopy } from '../hooks/use-copy.js'
import { useStrings } from '../hooks/use-strings.js'
import type { StringKey, Strings } from '../i18n/strings.js'
import { Icon } from '../parts/icon.js'
import { Body, TAB_STOP } from './body-view.js'
import { curlOf, jsonOf, rawOf } from './copies.js'
import { MaskedText } from './masked-text.js'
import { MessageLinks } from './message-links.js'
import { useDetails } from './use-details.js'

const PARTS = ['request', 'reply', 'headers', 'raw'] as const
type Part = (typeof PARTS)[number]

/** The reason of a refusal that is the effect of a fault. */
const FAULT_REASON = 'fault ret'

const PART_STRINGS: Readonly<Record<Part, StringKey>> = {
  request: 'wireRequest',
  reply: 'wireReply',
  headers: 'wireHeaders',
  raw: 'wireRaw',
}

interface Props {
  request: RequestView
  /** Called when the details are complete. */
  onDetails(id: number, details: Element): void
}

/** What a request and its reply contained, why it was refused, and which messages belong to it. */
export function Details({ request, onDetails }: Props) {
  const strings = useStrings()
  const details = useDetails(request)
  const [part, setPart] = useState<Part>('request')
  const { copy, status } = useCopy()
  const ref = useRef<HTMLDivElement>(null)
  const isComplete = details !== undefined
  useEffect(() => {
    if (isComplete && ref.current) onDetails(request.id, ref.current)
    // Only once: the function differs in each rendering of the list.
  }, [isComplete])
  return (
    <div ref={ref} class="wire-details">
      <Notes request={request} />
      {details === undefined && <p class="wire-quiet">{strings.wireLoading}</p>}
      {details === 'gone' && <p class="wire-quiet">{strings.wireGone}</p>}
      {details && details !== 'gone' && (
        <>
          <div class="wire-parts">
            <div role="tablist" aria-label={strings.wireParts} onKeyDown={(event) => moveTabs(event, part, setPart)}>
              {PARTS.map((name) => (
                <button
                  key={name}
                  type="button"
                  role="tab"
                  id={`wire-tab-${name}`}
                  aria-selected={part === name}
                  aria-controls="wire-part"
                  tabIndex={part === name ? 0 : -1}
                  class={part === name ? 'wire-chip current' : 'wire-chip'}
                  onClick={() => setPart(name)}
                >
                  {strings[PART_STRINGS[name]]}
                </button>
              ))}
            </div>
            <button
              type="button"
              class="icon-button"
              aria-label={strings.wireCopyJson}
              title={strings.wireCopyJson}
              onClick={() => void copy(jsonOf(details))}
            >
              <Icon name="copy" size={16} />
            </button>
          </div>
          <div id="wire-part" class="wire-part" role="tabpanel" aria-labelledby={`wire-tab-${part}`}>
            <PartView part={part} details={details} />
          </div>
          <div class="wire-foot">
            <button type="button" class="link-button" onClick={() => void copy(curlOf(details))}>
              {strings.wireCopyCurl}
            </button>
            <span role="status">{status}</span>
          </div>
          <MessageLinks details={details} />
        </>
      )}
    </div>
  )
}

function Notes({ request }: { request: RequestView }) {
  const { reason, faults, warnings } = request
  const strings = useStrings()
  // The note on the fault already says it.
  const isByFault = reason === FAULT_REASON
  return (
    <>
      {faults && (
        <p class="wire-note warn">
          <Icon name="fault" size={14} />
          <span>
            <strong>{strings.wireFault}</strong> {faults.map((kind) => hitName(strings, kind, request)).join(' · ')}
          </span>
        </p>
      )}
      {reason !== undefined && !isByFault && (
        <p class="wire-note bad">
          <Icon name="refused" size={14} />
          <span>
            <strong>{strings.wireRefused}</strong> <span lang="en">{reason}</span>
          </span>
        </p>
      )}
      {warnings?.map(({ text, section, document = 'docs/protocol.md' }) => (
        <p key={text} class="wire-note warn">
          <Icon name="alert" size={14} />
          <span>
            <strong>{strings.wireWarning}</strong> <span lang="en">{text}</span>{' '}
            <code>
              {document} {section}
            </code>
          </span>
        </p>
      ))}
    </>
  )
}

function PartView({ part, details }: { part: Part; details: RequestDetails }) {
  const strings = useStrings()
  const { method, url, requestHeaders, requestBody, reply, names, request } = details
  switch (part) {
    case 'request':
      return (
        <>
          <p class="wire-url">
            <strong>{method}</strong> <MaskedText text={pathOf(url)} />
          </p>
          <Body body={requestBody} names={names} />
        </>
      )
    case 'reply':
      return reply ? <Body body={reply.body} names={names} /> : <p class="wire-quiet">{noReply(request, strings)}</p>
    case 'headers':
      return (
        <>
          <h3>{strings.wireRequest}</h3>
          <Headers headers={requestHeaders} />
          {reply && (
            <>
              <h3>{strings.wireReply}</h3>
              <Headers headers={reply.headers} />
            </>
          )}
        </>
      )
    case 'raw':
      return (
        <div class="wire-code" tabIndex={TAB_STOP}>
          <MaskedText text={rawOf(details)} />
        </div>
      )
  }
}

function Headers({ headers }: { headers: RequestDetails['requestHeaders'] }) {
  return (
    <dl class="wire-pairs" tabIndex={TAB_STOP}>
      {headers.map(([name, value], index) => (
        <div key={index}>
          <dt>{name}</dt>
          <dd>
            <MaskedText text={value} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

function noReply({ status }: RequestView, strings: Strings): string {
  return status === undefined ? strings.wirePending : strings.wireNoReply
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url)
  return pathname + search
}

function moveTabs(event: KeyboardEvent, part: Part, setPart: (part: Part) => void): void {
  const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
  const next = by !== 0 && PARTS[(PARTS.indexOf(part) + by + PARTS.length) % PARTS.length]
  if (!next || !(event.currentTarget instanceof HTMLElement)) return
  event.preventDefault()
  event.stopPropagation()
  setPart(next)
  event.currentTarget.querySelector<HTMLElement>(`#wire-tab-${next}`)?.focus()
}
