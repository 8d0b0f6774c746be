import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

const FOCUSABLE =
  'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex="0"]'

/**
 * Turns an element into a popup: it receives focus, traps Tab, closes on Escape or on a press outside, and then returns
 * focus to the element that opened it.
 */
export function usePopup(open: boolean, close: () => void): RefObject<HTMLDivElement | null> {
  const ref = useRef<HTMLDivElement>(null)
  const latest = useRef(close)
  latest.current = close
  // A layout effect moves focus before the next key press.
  useLayoutEffect(() => {
    const popup = ref.current
    if (!open || !popup) return
    const opener = document.activeElement
    const inside = () => [...popup.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((element) => element.tabIndex >= 0)
    ;(popup.querySelector<HTMLElement>('[data-first]') ?? inside()[0])?.focus()

    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') {
        event.preventDefault()
        event.stopPropagation()
        latest.current()
      }
      if (event.key !== 'Tab') return
      const stops = inside()
      const edge = event.shiftKey ? stops[0] : stops.at(-1)
      if (document.activeElement !== edge) return
      event.preventDefault()
      ;(event.shiftKey ? stops.at(-1) : stops[0])?.focus()
    }
    const onPress = (event: PointerEvent) => {
      const { target } = event
      if (!(target instanceof Node)) return
      // The opener's click handler closes the popup itself.
      if (!popup.contains(target) && !opener?.contains(target)) latest.current()
    }
    popup.addEventListener('keydown', onKeyDown)
    document.addEventListener('pointerdown', onPress)
    return () => {
      popup.removeEventListener('keydown', onKeyDown)
      document.removeEventListener('pointerdown', onPress)
      const focus = document.activeElement
      if (opener instanceof HTMLElement && (!focus || focus === document.body || popup.contains(focus))) opener.focus()
    }
  }, [open])
  return ref
}
