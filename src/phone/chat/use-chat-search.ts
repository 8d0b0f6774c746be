import { useEffect, useMemo, useState } from 'preact/hooks'
import type { MessageView } from '../../sandbox/control/view.js'
import { loadEarlier } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { matchingMessages } from '../text/search.js'

const NO_MESSAGES: readonly MessageView[] = []

export interface ChatSearch {
  isOpen: boolean
  query: string
  /** Id of the match that is shown. */
  found: string | undefined
  /** Position of that match, counted from 1; 0 without a match. */
  at: number
  count: number
  /** Whether earlier messages are being loaded to find an older match. */
  seeking: boolean
  open(): void
  close(): void
  setQuery(query: string): void
  /** Shows the next older match (-1), loading earlier messages if needed, or the next newer one (1). */
  move(by: -1 | 1): void
}

/** Searches the messages of a chat, from the newest to the oldest. */
export function useChatSearch(chatId: string): ChatSearch {
  const strings = useStrings()
  const messages = useStore((state) => state.threads[chatId]?.messages) ?? NO_MESSAGES
  const complete = useStore((state) => state.threads[chatId]?.complete ?? true)
  const [isOpen, setOpen] = useState(false)
  const [query, setQuery] = useState('')
  const [chosen, setChosen] = useState<string>()
  // Set to the oldest known match while an older one is wanted; `''` if there is no match at all.
  const [olderThan, setOlderThan] = useState<string>()
  const [loading, setLoading] = useState(false)
  const ids = useMemo(
    () => (isOpen ? matchingMessages(messages, query, strings).map(({ id }) => id) : []),
    [isOpen, messages, query, strings],
  )
  const index = chosen !== undefined && ids.includes(chosen) ? ids.indexOf(chosen) : ids.length - 1
  const isWanted = isOpen && query.trim() !== '' && !complete && (olderThan !== undefined || ids.length === 0)

  useEffect(() => {
    const older = olderThan === undefined ? -1 : ids.indexOf(olderThan) - 1
    if (older >= 0) {
      setChosen(ids[older])
      setOlderThan(undefined)
    } else if (complete) setOlderThan(undefined)
    else if (isWanted && !loading) {
      setLoading(true)
      loadEarlier(chatId)
        .catch(() => setOlderThan(undefined))
        .finally(() => setLoading(false))
    }
  }, [chatId, ids, olderThan, complete, isWanted, loading])

  useEffect(() => {
    // The browser's own search cannot find messages that are not rendered.
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'f' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
      if (document.querySelector('dialog[open]')) return
      event.preventDefault()
      setOpen(true)
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])

  return {
    isOpen,
    query,
    found: ids[index],
    at: index + 1,
    count: ids.length,
    seeking: isWanted,
    open: () => setOpen(true),
    close: () => {
      setOpen(false)
      setQuery('')
      setChosen(undefined)
      setOlderThan(undefined)
    },
    setQuery: (text) => {
      setQuery(text)
      setChosen(undefined)
      setOlderThan(undefined)
    },
    move: (by) => {
      const next = ids[index + by]
      if (next !== undefined) setChosen(next)
      else if (by === -1 && !complete) setOlderThan(ids[0])
    },
  }
}
