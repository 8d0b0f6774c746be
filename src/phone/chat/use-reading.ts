import { useEffect, useState } from 'preact/hooks'
import type { ChatView } from '../../sandbox/control/view.js'
import { markRead } from '../client.js'
import { useStore } from '../hooks/use-store.js'

/** Marks the open chat as read while the page is visible and focused. */
export function useReading(chat: ChatView): void {
  const active = usePageActive()
  const loaded = useStore((state) => state.threads[chat.id]?.loaded ?? false)
  const up = useStore((state) => state.link.up)
  const [busy, setBusy] = useState(false)
  const needed = active && loaded && up && chat.unread > 0
  useEffect(() => {
    // Only one request runs at a time. The next one covers messages that arrive in the meantime.
    if (!needed || busy) return
    setBusy(true)
    void markRead(chat.id).finally(() => setBusy(false))
  }, [needed, busy, chat.id])
}

function usePageActive(): boolean {
  const [active, setActive] = useState(isPageActive)
  useEffect(() => {
    const check = () => setActive(isPageActive())
    const events = ['focus', 'blur', 'visibilitychange'] as const
    for (const name of events) addEventListener(name, check, true)
    return () => {
      for (const name of events) removeEventListener(name, check, true)
    }
  }, [])
  return active
}

function isPageActive(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus()
}
