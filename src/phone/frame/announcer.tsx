import { useEffect, useRef, useState } from 'preact/hooks'
import { store } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { Strings } from '../i18n/strings.js'
import { chatOf, speakerName } from '../store/select.js'
import type { State } from '../store/state.js'
import { previewText } from '../text/message-strings.js'

const EVERY_MS = 1000

/** Says new messages of the open chat to screen readers: at most one a second, the others as a number. */
export function Announcer() {
  const strings = useStrings()
  const open = useStore((state) => state.open)
  const last = useStore((state) => openMessages(state).at(-1)?.id)
  const [said, setSaid] = useState('')
  const heard = useRef<{ open?: string | undefined; last?: string | undefined }>({})
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  useEffect(() => {
    if (heard.current.open !== open || heard.current.last === undefined) {
      heard.current = { open, last }
      return
    }
    const say = () => {
      timer.current = undefined
      const state = store.get()
      const now = openMessages(state).at(-1)?.id
      if (state.open !== heard.current.open || now === heard.current.last) return
      setSaid(announcement(state, heard.current.last, strings))
      heard.current = { open: state.open, last: now }
      timer.current = setTimeout(say, EVERY_MS)
    }
    if (timer.current === undefined) say()
  }, [open, last, strings])
  useEffect(() => () => clearTimeout(timer.current), [])

  return (
    <div class="unseen" aria-live="polite">
      {said}
    </div>
  )
}

function openMessages({ open, threads }: State) {
  return (open === undefined ? undefined : threads[open]?.messages) ?? []
}

function announcement(state: State, heard: string | undefined, strings: Strings): string {
  const messages = openMessages(state)
  const message = messages.at(-1)
  const chat = message && chatOf(state, message.chatId)
  if (!chat) return ''
  const count = messages.length - 1 - messages.findLastIndex((one) => one.id === heard)
  const who = message.speaker ? `${speakerName(chat, message.speaker, state.people)}: ` : ''
  return `${who}${previewText(message, strings)}${count > 1 ? ` (${strings.moreMessages(count - 1)})` : ''}`
}
