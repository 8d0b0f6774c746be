import { useEffect, useRef } from 'preact/hooks'
import type { MessageRow } from '../chat/rows.js'
import { useWire } from './use-wire.js'
import { joinedMessages } from './wire-state.js'
import { selectMessage } from './wire-store.js'

/** Whether a message is selected or belongs to the selected request. */
export function useIsJoined(messageId: string): boolean {
  return useWire((state) => joinedMessages(state).includes(messageId))
}

/** Scrolls to the first message that belongs to the selection, when the selection changes. */
export function useShowJoinedMessage(rows: readonly MessageRow[], scrollTo: (index: number) => void): void {
  const joined = useWire((state) => state.joined)
  const messages = useWire((state) => joinedMessages(state).join(' ')).split(' ')
  const at = rows.findIndex(({ message }) => messages.includes(message.id))
  const latest = useRef(scrollTo)
  latest.current = scrollTo
  const isFound = at >= 0
  // Not on a new index: the row stays in view when earlier messages are loaded.
  useEffect(() => {
    if (joined && isFound) latest.current(at)
  }, [joined, isFound])
}

/** Selects a message by a press on its bubble, unless the press has another meaning. */
export function selectByPress({ target }: MouseEvent, rows: readonly MessageRow[]): void {
  if (!(target instanceof Element) || !target.closest('.bubble-place')) return
  if (target.closest('a, button, audio, video, [data-menu], [data-primary]')) return
  if (getSelection()?.isCollapsed === false) return
  select(target, rows)
}

/** Selects the message that has focus with Enter, unless the message has another primary action. */
export function selectByKey(event: KeyboardEvent, rows: readonly MessageRow[]): void {
  const { target, key } = event
  if (key !== 'Enter' || !(target instanceof Element) || !target.matches('article')) return
  if (target.querySelector('[data-primary]')) return
  event.preventDefault()
  select(target, rows)
}

function select(target: Element, rows: readonly MessageRow[]): void {
  const index = target.closest<HTMLElement>('.log-row')?.dataset.index
  const message = index === undefined ? undefined : rows[Number(index)]?.message
  if (message) selectMessage(message.id)
}
