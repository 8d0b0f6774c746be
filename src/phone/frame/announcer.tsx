import { useEffect, useRef, useState } from 'preact/hooks'
import { store } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { Strings } from '../i18n/strings.js'
import { chatOf, shownChat, speakerName } from '../store/select.js'
import type { State } from '../store/state.js'
import { previewText } from '../text/message-strings.js'

const EVERY_MS = 1000

/**
 * Announces the latest message in the open chat to screen readers, at most once per second, with the number of other
 * new messages.
 */
export function Announcer() {
  const strings = useStrings()
  const open = useStore(shownChat)
  const last = useStore((state) => openMessages(state).at(-1)?.id)
  const [text, setText] = useState('')
  const announced = useRef<{ open?: string | undefined; last?: string | undefined }>({})
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  useEffect(() => {
    if (announced.current.open !== open || announced.current.last === undefined) {
      announced.current = { open, last }
      return
    }
    const announce = () => {
      timer.current = undefined
      const state = store.get()
      const now = openMessages(state).at(-1)?.id
      if (shownChat(state) !== announced.current.open || now === announced.current.last) return
      setText(announcement(state, announced.current.last, strings))
      announced.current = { open: shownChat(state), last: now }
      timer.current = setTimeout(announce, EVERY_MS)
    }
    if (timer.current === undefined) announce()
  }, [open, last, strings])
  useEffect(() => () => clearTimeout(timer.current), [])

  return (
    <div class="unseen" aria-live="polite">
      {text}
    </div>
  )
}

function openMessages(state: State) {
  const open = shownChat(state)
  return (open === undefined ? undefined : state.threads[open]?.messages) ?? []
}

function announcement(state: State, lastAnnounced: string | undefined, strings: Strings): string {
  const messages = openMessages(state)
  const message = messages.at(-1)
  const chat = message && chatOf(state, message.chatId)
  if (!chat) return ''
  const count = messages.length - 1 - messages.findLastIndex(({ id }) => id === lastAnnounced)
  const speaker = message.speaker ? `${speakerName(chat, message.speaker, state.people)}: ` : ''
  return `${speaker}${previewText(message, strings)}${count > 1 ? ` (${strings.moreMessages(count - 1)})` : ''}`
}
