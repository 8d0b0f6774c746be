import { useContext, useRef } from 'preact/hooks'
import { moveRows } from '../hooks/move-rows.js'
import { ChatMenuContext } from './chat-menu-context.js'

const LONG_PRESS_MS = 500
const MOVED_PX = 10

/**
 * Opens the menu of a `data-chat` row on a right-click, a click on its menu button, the Menu key, Shift+F10 or a long press,
 * and starts renaming on F2. One set of listeners serves the whole list.
 */
export function useRowMenu() {
  const menu = useContext(ChatMenuContext)
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | undefined>(undefined)
  const pressed = useRef(false)

  function open(target: EventTarget | null, at?: { x: number; y: number }): boolean {
    const row = rowOf(target)
    const chatId = row?.dataset.chat
    if (!row || chatId === undefined) return false
    const dots = target instanceof Element ? target.closest('[data-menu]') : null
    const box = (dots ?? row).getBoundingClientRect()
    row.focus()
    menu.open({ chatId, inHead: false, ...(at ?? { x: box.left, y: box.bottom + 4 }) })
    return true
  }

  function release(): void {
    clearTimeout(press.current?.timer)
    press.current = undefined
  }

  return {
    onContextMenu(event: MouseEvent) {
      const at = event.clientX || event.clientY ? { x: event.clientX, y: event.clientY } : undefined
      if (open(event.target, at)) event.preventDefault()
    },
    onClickCapture(event: MouseEvent) {
      const dots = event.target instanceof Element && event.target.closest('[data-menu]')
      // Ignore the click that ends a long press.
      if (!dots && !pressed.current) return
      event.stopPropagation()
      if (!pressed.current) open(event.target)
      pressed.current = false
    },
    onKeyDown(event: KeyboardEvent & { currentTarget: HTMLElement }) {
      if (event.key === 'F2') {
        const chatId = rowOf(event.target)?.dataset.chat
        if (chatId === undefined) return
        event.preventDefault()
        menu.rename(chatId)
      } else if (event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10')) {
        if (open(event.target)) event.preventDefault()
      } else moveRows(event)
    },
    onPointerDown(event: PointerEvent) {
      pressed.current = false
      if (event.pointerType !== 'touch') return
      const { target, clientX: x, clientY: y } = event
      release()
      const timer = setTimeout(() => {
        pressed.current = open(target, { x, y })
      }, LONG_PRESS_MS)
      press.current = { x, y, timer }
    },
    onPointerMove({ clientX, clientY }: PointerEvent) {
      const from = press.current
      if (from && Math.hypot(clientX - from.x, clientY - from.y) > MOVED_PX) release()
    },
    onPointerUp: release,
    onPointerCancel: release,
  }
}

function rowOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[data-chat]') : null
}
