import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useStrings } from '../hooks/use-strings.js'
import { useVirtual } from '../hooks/use-virtual.js'
import type { WireRow } from './rows.js'
import { useWire } from './use-wire.js'
import { WireLine } from './wire-line.js'
import { isJoined } from './wire-state.js'

const ROW_PX = 35
const NEAR_END_PX = 60

interface Props {
  rows: readonly WireRow[]
  /** Called when the list starts or stops following the latest request. */
  onFollow(isFollowing: boolean): void
  /** Set to a function that scrolls to the end. */
  followRef: RefObject<(() => void) | undefined>
}

/** The list of requests; only the rows in view are rendered. At its end, it follows new requests. */
export function WireList({ rows, onFollow, followRef }: Props) {
  const strings = useStrings()
  const box = useRef<HTMLDivElement>(null)
  const open = useWire((state) => state.open)
  const hasOpen = open !== undefined
  const [stop, setStop] = useState<string>()
  const virtual = useVirtual({
    count: rows.length,
    getScrollElement: () => box.current,
    getItemKey: (index) => rows[index]?.key ?? index,
    estimateSize: () => ROW_PX,
    overscan: 8,
    // Otherwise the open request would move up as its details appear.
    anchorTo: hasOpen ? 'start' : 'end',
    followOnAppend: !hasOpen,
    scrollEndThreshold: NEAR_END_PX,
  })
  const positioned = useRef(false)
  useEffect(() => {
    if (positioned.current || rows.length === 0) return
    positioned.current = true
    virtual.scrollToEnd()
  }, [rows.length, virtual])
  followRef.current = () => virtual.scrollToEnd()
  const isFollowing = !hasOpen && virtual.isAtEnd(NEAR_END_PX)
  useEffect(() => onFollow(isFollowing), [isFollowing, onFollow])
  useShowJoined(rows, (index) => virtual.scrollToIndex(index, { align: 'auto' }))
  const shownFor = useRef<number | undefined>(undefined)
  useEffect(() => {
    if (open === undefined) shownFor.current = undefined
  }, [open])
  const onDetails = (id: number, details: Element) => {
    // Only when the details have appeared: later, the reader decides what is in view.
    if (shownFor.current === id) return
    shownFor.current = id
    const place = details.closest('.wire-place')
    if (place && box.current) reveal(place, box.current)
  }
  const stopAt = rows.findIndex(({ key }) => key === stop)
  const stopKey = stopAt < 0 ? rows.at(-1)?.key : stop

  return (
    <div ref={box} class="wire-list">
      <ol class="wire-size" aria-label={strings.wireList} style={{ height: `${virtual.getTotalSize()}px` }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index]
          return (
            <li
              key={item.key}
              ref={virtual.measureElement}
              class="wire-place"
              aria-setsize={rows.length}
              aria-posinset={item.index + 1}
              data-index={item.index}
              style={{ transform: `translateY(${item.start}px)` }}
              onFocusCapture={() => row && setStop(row.key)}
              onKeyDown={(event) => {
                const by = STEPS[event.key.length === 1 ? event.key.toLowerCase() : event.key]
                if (openByKey(event) || by === undefined || isInField(event)) return
                const to = Math.min(Math.max(item.index + by, 0), rows.length - 1)
                event.preventDefault()
                event.stopPropagation()
                virtual.scrollToIndex(to, { align: 'auto' })
                requestAnimationFrame(() => {
                  const next = box.current?.querySelector<HTMLElement>(`[data-index="${to}"] .wire-row`)
                  next?.focus({ preventScroll: true })
                })
              }}
            >
              {row && <WireLine row={row} isStop={row.key === stopKey} onDetails={onDetails} />}
            </li>
          )
        })}
      </ol>
    </div>
  )
}

/** Scrolls a list until a row is in view, or until its start is at the top if the row is higher than the list. */
function reveal(row: Element, list: Element): void {
  const { top, bottom } = row.getBoundingClientRect()
  const view = list.getBoundingClientRect()
  const below = Math.max(0, bottom - view.bottom)
  list.scrollTop += Math.min(below, top - view.top)
}

const STEPS: Readonly<Record<string, number>> = {
  j: 1,
  k: -1,
  ArrowDown: 1,
  ArrowUp: -1,
  End: Number.POSITIVE_INFINITY,
  Home: Number.NEGATIVE_INFINITY,
}

function isInField({ target, altKey, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return altKey || ctrlKey || metaKey || !(target instanceof Element) || !target.closest('.wire-row')
}

/** Opens a row with the right arrow key and closes it with the left one. */
function openByKey(event: KeyboardEvent): boolean {
  const { target, key } = event
  if ((key !== 'ArrowRight' && key !== 'ArrowLeft') || !(target instanceof HTMLElement)) return false
  const row = target.closest<HTMLElement>('.wire-row')
  if (!row) return false
  const isExpanded = row.getAttribute('aria-expanded') === 'true'
  if (isExpanded !== (key === 'ArrowRight')) row.click()
  event.preventDefault()
  return true
}

/** Scrolls to the first request of a message when the message is selected. */
function useShowJoined(rows: readonly WireRow[], scrollTo: (index: number) => void): void {
  const joined = useWire((state) => state.joined)
  const at =
    joined?.kind === 'message'
      ? rows.findIndex((row) => row.kind === 'request' && isJoined({ joined }, row.request))
      : -1
  const latest = useRef(scrollTo)
  latest.current = scrollTo
  const isFound = at >= 0
  // Not on a new index: the row stays in view when the list changes.
  useEffect(() => {
    if (isFound) latest.current(at)
  }, [joined, isFound])
}
