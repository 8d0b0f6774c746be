import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { WireState } from './wire-state.js'
import { wire } from './wire-store.js'

/** Returns the part of the list's state that `select` selects, and re-renders the component when it changes. */
export function useWire<Part>(select: (state: WireState) => Part): Part {
  const [, redraw] = useState({})
  const part = select(wire.get())
  const latest = useRef({ select, part })
  latest.current = { select, part }
  useLayoutEffect(() => {
    const check = () => {
      if (!Object.is(latest.current.select(wire.get()), latest.current.part)) redraw({})
    }
    check()
    return wire.watch(check)
  }, [])
  return part
}
