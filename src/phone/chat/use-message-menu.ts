import { useRef, useState } from 'preact/hooks'
import { CLAWBOT, type MessageView } from '../../sandbox/control/view.js'
import type { MessageRow } from './rows.js'

const LONG_PRESS_MS = 500
const MOVED_PX = 10

export interface OpenMenu {
  message: MessageView
  /** The selected part of its text; `''` without a selection. */
  selected: string
  x: number
  y: number
}

interface LogHandlers {
  onContextMenu(event: MouseEvent): void
  onClick(event: MouseEvent): void
  onKeyDown(event: KeyboardEvent): void
  onPointerDown(event: PointerEvent): void
  onPointerMove(event: PointerEvent): void
  onPointerUp(): void
  onPointerCancel(): void
}

/**
 * Opens a message's menu on a right-click, a click on its button, the Menu key, Shift+F10 or a long press. One set of
 * listeners serves all rows.
 */
export function useMessageMenu(rows: readonly MessageRow[]): {
  menu: OpenMenu | undefined
  close: () => void
  handlers: LogHandlers
} {
  const [menu, setMenu] = useState<OpenMenu>()
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | undefined>(undefined)

  function open(target: EventTarget | null, at?: { x: number; y: number }): boolean {
    if (!(target instanceof Element)) return false
    const row = target.closest<HTMLElement>('.log-row')
    const { message, refused } = (row && rows[Number(row.dataset.index)]) ?? {}
    if (!row || !message || message.origin === 'system' || message.recalled || refused) return false
    const box = (target.closest('[data-menu]') ?? row.querySelector('.bubble-place') ?? row).getBoundingClientRect()
    setMenu({ message, selected: selectedIn(row, message), ...(at ?? { x: box.left, y: box.bottom + 4 }) })
    return true
  }

  /** Whether selected text is used by the message's menu: a part of a message in the ClawBot chat can be quoted. */
  function takesSelection(target: EventTarget | null): boolean {
    const row = target instanceof Element ? target.closest<HTMLElement>('.log-row') : null
    const message = row ? rows[Number(row.dataset.index)]?.message : undefined
    return message?.chatId === CLAWBOT && row !== null && selectedIn(row, message) !== ''
  }

  function release(): void {
    clearTimeout(press.current?.timer)
    press.current = undefined
  }

  return {
    menu,
    close: () => setMenu(undefined),
    handlers: {
      onContextMenu(event) {
        // Links and selected text keep the browser's context menu.
        const link = event.target instanceof Element && event.target.closest('.bubble a')
        const isSelection = getSelection()?.isCollapsed === false
        if (link || (isSelection && !takesSelection(event.target))) return
        if (open(event.target, event.clientX || event.clientY ? { x: event.clientX, y: event.clientY } : undefined)) {
          event.preventDefault()
        }
      },
      onClick(event) {
        if (event.target instanceof Element && event.target.closest('[data-menu]')) open(event.target)
      },
      onKeyDown(event) {
        if (event.key !== 'ContextMenu' && !(event.shiftKey && event.key === 'F10')) return
        if (open(event.target)) event.preventDefault()
      },
      onPointerDown(event) {
        if (event.pointerType !== 'touch') return
        const { target, clientX: x, clientY: y } = event
        release()
        press.current = { x, y, timer: setTimeout(() => open(target, { x, y }), LONG_PRESS_MS) }
      },
      onPointerMove({ clientX, clientY }) {
        const from = press.current
        if (from && Math.hypot(clientX - from.x, clientY - from.y) > MOVED_PX) release()
      },
      onPointerUp: release,
      onPointerCancel: release,
    },
  }
}

/** The selected part of a message's text. */
function selectedIn(row: Element, message: MessageView): string {
  const selection = getSelection()
  const bubble = row.querySelector('.bubble')
  if (!selection || selection.isCollapsed || !bubble) return ''
  const isInside = bubble.contains(selection.anchorNode) && bubble.contains(selection.focusNode)
  const selected = selection.toString()
  return isInside && message.text.includes(selected) ? selected : ''
}
