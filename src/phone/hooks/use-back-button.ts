import { useEffect, useRef } from 'preact/hooks'
import { showAddress, store } from '../client.js'
import type { State } from '../store/state.js'
import { useNarrow } from './use-narrow.js'
import { useStore } from './use-store.js'

/** Marks the entry of the browser's history that stands for what covers the first page. */
const COVERED = 'covered'

/** In a narrow window, the browser's Back button closes the panel or the chat that covers the first page. */
export function useBackButton(): void {
  const narrow = useNarrow()
  const layers = useStore((state) => (narrow ? layersOf(state) : 0))
  const latest = useRef(layers)
  latest.current = layers
  const isLeaving = useRef(false)

  /** Gives the history an entry above the first page if, and only if, something covers it. */
  function sync(): void {
    if (isLeaving.current) return
    const isMarked = history.state === COVERED
    if (latest.current > 0 && !isMarked) history.pushState(COVERED, '')
    if (latest.current === 0 && isMarked) {
      // Finished by the next `popstate`; until then, another entry would be the one that is left.
      isLeaving.current = true
      history.back()
    }
  }

  useEffect(sync, [layers])
  useEffect(() => {
    const onPop = () => {
      const isByUser = !isLeaving.current
      isLeaving.current = false
      // The entry may be older than the address.
      showAddress(store.get().half)
      if (isByUser && latest.current > 0 && history.state !== COVERED) closeTopmost()
      else sync()
    }
    addEventListener('popstate', onPop)
    return () => removeEventListener('popstate', onPop)
  }, [])
}

/** How many of the panel and the chat cover the first page. */
function layersOf({ half, screens, open, inspector }: State): number {
  if (screens[half] !== 'main') return 0
  return Number(half === 'web' && open !== undefined) + Number(inspector !== undefined)
}

function closeTopmost(): void {
  if (store.get().inspector === undefined) store.change({ type: 'open', chatId: undefined })
  else store.change({ type: 'inspector', inspector: undefined })
}
