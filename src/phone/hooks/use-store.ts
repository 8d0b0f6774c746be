import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { store } from '../client.js'
import type { State } from '../store/state.js'

/** Returns the part of the state that `select` selects, and re-renders the component when it changes. */
export function useStore<Part>(select: (state: State) => Part): Part {
  const [, redraw] = useState({})
  const part = select(store.get())
  const latest = useRef({ select, part })
  latest.current = { select, part }
  useLayoutEffect(() => {
    const check = () => {
      if (!Object.is(latest.current.select(store.get()), latest.current.part)) redraw({})
    }
    check()
    return store.watch(check)
  }, [])
  return part
}
