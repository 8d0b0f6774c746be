import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

/**
 * Moves focus to a panel when it opens, unless `takesFocus` is false, and back when it closes unless focus has moved
 * elsewhere.
 */
export function usePanelFocus(takesFocus = true): RefObject<HTMLElement | null> {
  const ref = useRef<HTMLElement>(null)
  const first = useRef(takesFocus)
  useLayoutEffect(() => {
    const opener = document.activeElement
    const panel = ref.current
    if (first.current) panel?.focus()
    return () => {
      const { activeElement } = document
      const inside = activeElement === document.body || panel?.contains(activeElement)
      if (inside && opener instanceof HTMLElement) opener.focus()
    }
  }, [])
  return ref
}
