import type { Ref } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { AccountButton } from '../frame/account-button.js'
import { HalfSwitch } from '../frame/half-switch.js'
import { useAccountState } from '../hooks/use-account-state.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'
import { SearchField } from '../parts/search-field.js'
import { AskDialog } from './ask-dialog.js'
import { ChatList } from './chat-list.js'
import { FILTERS, type Filter } from './filter.js'
import { PeopleList } from './people-list.js'

/** The second column: the search field, the filter, and the chats or the contacts. */
export function ListColumn({ searchRef, onHelp }: { searchRef: Ref<HTMLInputElement>; onHelp: () => void }) {
  const strings = useStrings()
  const page = useStore((state) => state.page)
  const state = useAccountState()
  const [query, setQuery] = useState('')
  const [filter, setFilter] = useState<Filter>('all')
  const ask = useRef<HTMLDialogElement>(null)
  const List = page === 'chats' ? ChatList : PeopleList
  const clear = () => {
    setQuery('')
    setFilter('all')
  }
  return (
    <aside class="list" aria-label={page === 'chats' ? strings.listName : strings.peopleName}>
      <header class="list-account">
        <AccountButton place="head" onHelp={onHelp} />
        <div>
          <strong>{strings.sandbox}</strong>
          <span class={`state ${state.dot}`}>{state.text}</span>
        </div>
      </header>
      <div class="list-halves">
        <HalfSwitch />
      </div>
      <div class="list-head">
        <SearchField value={query} onValue={setQuery} label={strings.search} hint="/" inputRef={searchRef} />
        {page === 'people' && (
          <button
            type="button"
            class="icon-button ask"
            aria-label={strings.kindRequest}
            title={strings.kindRequest}
            onClick={() => {
              ask.current?.showModal()
              ask.current?.querySelector<HTMLElement>('[data-first]')?.focus()
            }}
          >
            <Icon name="addFriend" size={18} />
          </button>
        )}
      </div>
      <fieldset class="filters" aria-label={strings.filter}>
        {FILTERS.map((name) => (
          <button
            key={name}
            type="button"
            class="filter"
            aria-pressed={filter === name}
            onClick={() => setFilter(name)}
          >
            {strings[name]}
          </button>
        ))}
      </fieldset>
      <List query={query.trim()} filter={filter} onClear={clear} />
      <AskDialog dialogRef={ask} />
    </aside>
  )
}
