import { useEffect, useRef } from 'preact/hooks'
import { showAddress, store } from '../client.js'
import type { State } from '../store/state.js'
import { useNarrow } from './use-narrow.js'
import { useStore } from './use-store.js'

/**
 * In a narrow window, the browser's Back button closes the panel or the chat that covers the first page. Each of them has
 * an entry in the history, whose state is its number. Entries are added only when something is opened: browsers skip
 * those that a page adds in response to the Back button.
 */
export function useBackButton(): void {
  const narrow = useNarrow()
  // Before the first state has been loaded, what is open is not in view yet.
  const layers = useStore((state) => (state.worldId === '' ? undefined : narrow ? layersOf(state) : 0))
  const latest = useRef(layers)
  latest.current = layers
  const isLeaving = useRef(false)

  /** Gives the history as many entries above the first page as cover it. */
  function sync(): void {
    const { current } = latest
    if (current === undefined || isLeaving.current) return
    const number = entryNumber()
    for (let next = number + 1; next <= current; next++) history.pushState(next, '')
    if (number > current) {
      // Finished by the next `popstate`; until then, another entry would be one of those that are left.
      isLeaving.current = true
      history.go(current - number)
    }
  }

  useEffect(sync, [layers])
  useEffect(() => {
    const onPop = () => {
      const isByUser = !isLeaving.current
      isLeaving.current = false
      // The entry may be older than the address.
      showAddress(store.get().half)
      const excess = (latest.current ?? 0) - entryNumber()
      if (isByUser && excess > 0) for (let count = 0; count < excess; count++) closeTopmost()
      else sync()
    }
    addEventListener('popstate', onPop)
    return () => removeEventListener('popstate', onPop)
  }, [])
}

/** Number of the current entry of the history; 0 for the first page. */
function entryNumber(): number {
  return typeof history.state === 'number' ? history.state : 0
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
