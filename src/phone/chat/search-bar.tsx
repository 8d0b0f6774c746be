import { useLayoutEffect, useRef } from 'preact/hooks'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'
import { SearchField } from '../parts/search-field.js'
import type { ChatSearch } from './use-chat-search.js'

/** The search field of a chat, with the position of the match that is shown. */
export function SearchBar({ search }: { search: ChatSearch }) {
  const strings = useStrings()
  const field = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => {
    const opener = document.activeElement
    field.current?.focus()
    return () => {
      if (opener instanceof HTMLElement) opener.focus()
    }
  }, [])
  const { query, at, count, seeking } = search
  const status = seeking
    ? strings.findLoading
    : query.trim() === ''
      ? ''
      : count === 0
        ? strings.foundNone
        : strings.foundAt(count - at + 1, count)
  return (
    <search
      class="chat-search"
      // Before the field, which would only be cleared.
      onKeyDownCapture={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        event.stopPropagation()
        search.close()
      }}
    >
      <SearchField
        value={query}
        onValue={search.setQuery}
        label={strings.findInChat}
        inputRef={field}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.isComposing) return
          event.preventDefault()
          search.move(event.shiftKey ? 1 : -1)
        }}
      />
      <span class="chat-found figures" role="status">
        {status}
      </span>
      <button
        type="button"
        class="icon-button older"
        aria-label={strings.findOlder}
        title={`${strings.findOlder} (Enter)`}
        disabled={count === 0}
        onClick={() => search.move(-1)}
      >
        <Icon name="down" size={18} />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={strings.findNewer}
        title={`${strings.findNewer} (Shift Enter)`}
        disabled={at === count}
        onClick={() => search.move(1)}
      >
        <Icon name="down" size={18} />
      </button>
      <button type="button" class="icon-button" aria-label={strings.findClose} title="Esc" onClick={search.close}>
        <Icon name="close" size={18} />
      </button>
    </search>
  )
}
