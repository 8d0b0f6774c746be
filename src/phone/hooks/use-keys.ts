import { useEffect, useRef } from 'preact/hooks'
import { store } from '../client.js'

/** Handlers by key, such as `Alt+ArrowUp`, `/`, `Escape`, `Alt+1`. */
export type KeyMap = Record<string, (event: KeyboardEvent) => void>

/** Handles keys on the whole page. Single-character keys work only outside text fields, and only if they are enabled. */
export function useKeys(map: KeyMap): void {
  const latest = useRef(map)
  latest.current = map
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey) return
      const handler = latest.current[keyName(event)]
      if (!handler) return
      const plain = !event.altKey && event.key.length === 1
      if (plain && (isField(event.target) || !store.get().keys)) return
      if (document.querySelector('dialog[open]') && event.key !== 'Escape') return
      event.preventDefault()
      handler(event)
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
}

/** Handler for Enter: presses the button that has focus, or calls `press` if none has. */
export function pressFocused(press: () => void): (event: KeyboardEvent) => void {
  return ({ target }) => {
    if (target instanceof HTMLButtonElement) target.click()
    else press()
  }
}

/** With Alt, the physical key is used, because on some keyboards Alt changes the character. */
function keyName(event: KeyboardEvent): string {
  if (!event.altKey) return event.key.length === 1 ? event.key.toLowerCase() : event.key
  const code = /^(?:Digit|Key)(.)$/.exec(event.code)?.[1]
  return `Alt+${code ?? event.key}`
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))
}
