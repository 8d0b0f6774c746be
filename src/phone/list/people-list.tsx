import { openChat, store } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { ChatAvatar } from '../parts/avatar.js'
import { RowMore } from '../people/row-more.js'
import { useRowMenu } from '../people/use-row-menu.js'
import { plainName } from '../text/file-name.js'
import { matchesPerson } from '../text/search.js'
import { contactSections } from './contacts.js'
import type { Filter } from './filter.js'
import { NothingFound } from './nothing-found.js'
import { StrangerRows } from './stranger-rows.js'
import { hasPendingRequest, strangersOf } from './strangers.js'

/** The account's contacts; selecting one opens the chat. */
export function PeopleList({ query, filter, onClear }: { query: string; filter: Filter; onClear: () => void }) {
  const strings = useStrings()
  const chats = useStore((state) => state.chats)
  const people = useStore((state) => state.people)
  const owner = useStore((state) => state.owner)
  const open = useStore((state) => state.open)
  const sections = contactSections({ chats, people, owner }, filter, query, strings)
  const shown = sections.flatMap((section) => section.chats)
  const strangers =
    filter === 'all' || filter === 'friends'
      ? strangersOf({ people, owner }).filter((person) => matchesPerson(person, query))
      : []
  const pending = strangers.filter(({ id }) => hasPendingRequest({ chats, people }, id))
  const others = strangers.filter((person) => !pending.includes(person))
  const ids = [...pending, ...shown, ...others].map(({ id }) => id)
  const stop = open !== undefined && ids.includes(open) ? open : ids[0]
  const show = (id: string) => {
    openChat(id)
    store.change({ type: 'page', page: 'chats' })
  }
  const menu = useRowMenu()
  const rows = { open, stop, onShow: show }

  if (ids.length === 0) return <NothingFound searched={query !== ''} onClear={onClear} />
  return (
    <div class="rows" role="listbox" aria-label={strings.peopleName} tabIndex={-1} {...menu}>
      <StrangerRows title={strings.pending} strangers={pending} requested {...rows} />
      {sections.map((section) => (
        <fieldset key={section.title} class="rows-group" aria-label={section.title}>
          <div class="rows-title" aria-hidden="true">
            {section.title}
          </div>
          {section.chats.map((chat) => {
            const name = plainName(people[chat.id]?.name ?? '')
            return (
              <button
                key={chat.id}
                type="button"
                role="option"
                class={chat.id === open ? 'row small current' : 'row small'}
                aria-selected={chat.id === open}
                data-chat={chat.id}
                tabIndex={chat.id === stop ? 0 : -1}
                onClick={() => show(chat.id)}
              >
                <ChatAvatar chat={chat} people={people} size={34} />
                <span class="row-text">
                  <span class="row-name">{chat.name}</span>
                  {name && name !== chat.name && <span class="row-preview">{strings.nameIs(name)}</span>}
                </span>
                <RowMore />
              </button>
            )
          })}
        </fieldset>
      ))}
      <StrangerRows title={strings.strangers} strangers={others} requested={false} {...rows} />
    </div>
  )
}
