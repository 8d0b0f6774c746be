import { useEffect, useState } from 'preact/hooks'
import type { ChatView } from '../../sandbox/control/view.js'
import { markRead } from '../client.js'
import { useStore } from '../hooks/use-store.js'

/** An open chat that is visible and has the focus reads itself. */
export function useReading(chat: ChatView): void {
  const looking = useLooking()
  const loaded = useStore((state) => state.threads[chat.id]?.loaded ?? false)
  const up = useStore((state) => state.link.up)
  const [busy, setBusy] = useState(false)
  const wanted = looking && loaded && up && chat.unread > 0
  useEffect(() => {
    // One request at a time; what came meanwhile is read by the next.
    if (!wanted || busy) return
    setBusy(true)
    void markRead(chat.id).finally(() => setBusy(false))
  }, [wanted, busy, chat.id])
}

function useLooking(): boolean {
  const [looking, setLooking] = useState(isLooking)
  useEffect(() => {
    const check = () => setLooking(isLooking())
    const events = ['focus', 'blur', 'visibilitychange'] as const
    for (const name of events) addEventListener(name, check, true)
    return () => {
      for (const name of events) removeEventListener(name, check, true)
    }
  }, [])
  return looking
}

function isLooking(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus()
}
