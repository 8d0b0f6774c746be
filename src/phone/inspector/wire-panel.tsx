import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { store, toggleInspector } from '../client.js'
import { useCopy } from '../hooks/use-copy.js'
import { usePanelFocus } from '../hooks/use-panel-focus.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'
import { InspectorHead } from './inspector-head.js'
import { opensByItself } from './remembered.js'
import { shownRequests, wireRows } from './rows.js'
import { useWire } from './use-wire.js'
import { WireFilters } from './wire-filters.js'
import { WireList } from './wire-list.js'
import { searchWire, showWire, wire } from './wire-store.js'

/** The requests of the bot as they happen, with what they contain. */
export function WirePanel() {
  const strings = useStrings()
  const state = useWire((current) => current)
  const half = useStore((current) => current.half)
  const [takesFocus] = useState(() => !opensByItself())
  const ref = usePanelFocus(takesFocus)
  const follow = useRef<(() => void) | undefined>(undefined)
  const [isFollowing, setFollowing] = useState(true)
  const onFollow = useCallback((next: boolean) => setFollowing(next), [])
  const { copy, status } = useCopy()
  const shown = useMemo(() => shownRequests(state, half), [state, half])
  const rows = useMemo(() => wireRows(state, shown), [state, shown])
  const isPaused = state.pausedId !== undefined
  const isFiltered = state.filter !== 'all' || state.text !== ''

  useEffect(() => {
    showWire(true)
    return () => showWire(false)
  }, [])

  return (
    <aside
      ref={ref}
      class="inspector wire"
      aria-label={strings.wire}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.preventDefault()
          if (state.open === undefined) toggleInspector('wire')
          else wire.change({ type: 'open', id: undefined })
        }
        const isPlain = !event.altKey && !event.ctrlKey && !event.metaKey && !(event.target instanceof HTMLInputElement)
        if (event.key.toLowerCase() === 'p' && isPlain && store.get().keys) {
          event.preventDefault()
          wire.change({ type: 'pause' })
        }
      }}
    >
      <InspectorHead current="wire" />
      <div class="wire-tools">
        <label class="wire-search">
          <Icon name="filter" size={16} />
          <input
            type="search"
            autocomplete="off"
            spellcheck={false}
            aria-label={strings.wireFilterText}
            placeholder={strings.wireFilterText}
            value={state.text}
            onInput={(event) => searchWire(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape' || state.text === '') return
              event.preventDefault()
              event.stopPropagation()
              searchWire('')
            }}
          />
        </label>
        <ToolButton
          icon={isPaused ? 'resume' : 'hold'}
          label={isPaused ? strings.wireResume : strings.wirePause}
          press={() => wire.change({ type: 'pause' })}
        />
        <ToolButton icon="copy" label={strings.wireCopyAll} press={() => void copy(JSON.stringify(shown, null, 2))} />
        <ToolButton icon="trash" label={strings.wireClear} press={() => wire.change({ type: 'clear' })} />
      </div>
      <WireFilters />
      {rows.length > 0 ? (
        <WireList key={half} rows={rows} onFollow={onFollow} followRef={follow} />
      ) : (
        <div class="wire-none">
          <p>{isFiltered ? strings.wireNoMatch : strings.wireNone}</p>
          {isFiltered && (
            <button
              type="button"
              class="button small"
              onClick={() => {
                wire.change({ type: 'filter', filter: 'all' })
                searchWire('')
              }}
            >
              {strings.wireShowAll}
            </button>
          )}
        </div>
      )}
      <footer class="wire-state">
        <span>{strings.wireCount(shown.length)}</span>
        <span role="status">{status}</span>
        {isPaused ? (
          <button type="button" class="link-button" onClick={() => wire.change({ type: 'pause' })}>
            <PausedText />
          </button>
        ) : isFollowing || rows.length === 0 ? (
          <span class="wire-following">{strings.wireFollowing}</span>
        ) : (
          <button
            type="button"
            class="link-button"
            onClick={() => {
              wire.change({ type: 'open', id: undefined })
              follow.current?.()
            }}
          >
            {strings.wireFollow}
          </button>
        )}
      </footer>
    </aside>
  )
}

/** How many requests of the visible half have arrived since the list was paused. */
function PausedText() {
  const strings = useStrings()
  const half = useStore((state) => state.half)
  const more = useWire((state) => {
    const after = state.pausedId ?? 0
    return shownRequests({ ...state, pausedId: undefined }, half).filter(({ id }) => id > after).length
  })
  return <>{more > 0 ? strings.wireMore(more) : strings.wirePaused}</>
}

function ToolButton(props: { icon: 'hold' | 'resume' | 'copy' | 'trash'; label: string; press: () => void }) {
  return (
    <button type="button" class="wire-tool" aria-label={props.label} title={props.label} onClick={props.press}>
      <Icon name={props.icon} size={18} />
    </button>
  )
}
