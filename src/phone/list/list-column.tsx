import type { Ref } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { openChat } from '../client.js'
import { AccountButton } from '../frame/account-button.js'
import { HalfSwitch } from '../frame/half-switch.js'
import { useAccountState } from '../hooks/use-account-state.js'
import { useNarrow } from '../hooks/use-narrow.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'
import { SearchField } from '../parts/search-field.js'
import { NewPersonDialog } from '../people/new-person-dialog.js'
import { AskDialog } from './ask-dialog.js'
import { ChatList } from './chat-list.js'
import { FILTERS, type Filter } from './filter.js'
import { PeopleList } from './people-list.js'

/**
 * The second column: the search field, the filter, and the chats or the contacts. In a narrow window without an open chat
 * it is the only one, and so the page's main part.
 */
export function ListColumn({ searchRef, onHelp }: { searchRef: Ref<HTMLInputElement>; onHelp: () => void }) {
  const strings = useStrings()
  const page = useStore((state) => state.page)
  const hasChat = useStore((shown) => shown.open !== undefined)
  const state = useAccountState()
  const [query, setQuery] = useState('')
  const [filter, setFilter] = useState<Filter>('all')
  const [adding, setAdding] = useState(false)
  const ask = useRef<HTMLDialogElement>(null)
  const isMain = useNarrow() && !hasChat
  const Column = isMain ? 'main' : 'aside'
  const List = page === 'chats' ? ChatList : PeopleList
  const title = page === 'chats' ? strings.listName : strings.peopleName
  const clear = () => {
    setQuery('')
    setFilter('all')
  }
  return (
    <Column class="list" id={isMain ? 'conversation' : undefined} aria-label={title}>
      {isMain && <h1 class="unseen">{title}</h1>}
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
        <button
          type="button"
          class="icon-button ask"
          aria-label={strings.newPerson}
          title={strings.newPerson}
          onClick={() => setAdding(true)}
        >
          <Icon name="plus" size={18} />
        </button>
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
      {adding && <NewPersonDialog onClose={() => setAdding(false)} onAdded={openChat} />}
    </Column>
  )
}
