import { openChat, store } from '../client.js'
import { moveRows } from '../hooks/move-rows.js'
import { useStore } from '../hooks/use-store.js'
import { useWords } from '../hooks/use-words.js'
import { Avatar, ChatAvatar } from '../parts/avatar.js'
import { Icon } from '../parts/icon.js'
import { matchesPerson } from '../text/search.js'
import { contactSections } from './contacts.js'
import type { Filter } from './filter.js'
import { NothingFound } from './nothing-found.js'
import { hasAsked, strangersOf } from './strangers.js'

/** The account's contacts; choosing one opens the chat. */
export function PeopleList({ query, filter, onClear }: { query: string; filter: Filter; onClear: () => void }) {
  const words = useWords()
  const chats = useStore((state) => state.chats)
  const people = useStore((state) => state.people)
  const owner = useStore((state) => state.owner)
  const open = useStore((state) => state.open)
  const sections = contactSections({ chats, people, owner }, filter, query, words)
  const shown = sections.flatMap((section) => section.chats)
  const strangers =
    filter === 'all' || filter === 'friends'
      ? strangersOf({ people, owner }).filter((person) => matchesPerson(person, query))
      : []
  const ids = [...shown, ...strangers].map(({ id }) => id)
  const stop = open !== undefined && ids.includes(open) ? open : ids[0]
  const show = (id: string) => {
    openChat(id)
    store.change({ type: 'page', page: 'chats' })
  }

  if (ids.length === 0) return <NothingFound searched={query !== ''} onClear={onClear} />
  return (
    <div class="rows" role="listbox" aria-label={words.peopleName} tabIndex={-1} onKeyDown={moveRows}>
      {sections.map((section) => (
        <fieldset key={section.title} class="rows-group" aria-label={section.title}>
          <div class="rows-title" aria-hidden="true">
            {section.title}
          </div>
          {section.chats.map((chat) => {
            const name = people[chat.id]?.name
            return (
              <button
                key={chat.id}
                type="button"
                role="option"
                class={chat.id === open ? 'row small current' : 'row small'}
                aria-selected={chat.id === open}
                aria-label={chat.name}
                tabIndex={chat.id === stop ? 0 : -1}
                onClick={() => show(chat.id)}
              >
                <ChatAvatar chat={chat} people={people} size={34} />
                <span class="row-text">
                  <span class="row-name">{chat.name}</span>
                  {name && name !== chat.name && <span class="row-preview">{words.nameIs(name)}</span>}
                </span>
              </button>
            )
          })}
        </fieldset>
      ))}
      {strangers.length > 0 && (
        <fieldset class="rows-group" aria-label={words.strangers}>
          <div class="rows-title" aria-hidden="true">
            {words.strangers}
          </div>
          {strangers.map((person) => {
            const asked = hasAsked({ chats, people }, person.id)
            return (
              <button
                key={person.id}
                type="button"
                role="option"
                class={person.id === open ? 'row small current' : 'row small'}
                aria-selected={person.id === open}
                aria-label={asked ? `${person.name}${words.comma}${words.asked}` : person.name}
                tabIndex={person.id === stop ? 0 : -1}
                onClick={() => show(person.id)}
              >
                <Avatar person={person} size={34} />
                <span class="row-text">
                  <span class="row-name">{person.name}</span>
                  <span class="row-preview">{asked ? words.asked : words.notContact}</span>
                </span>
                {asked && (
                  <span class="asked">
                    <Icon name="clock" size={16} />
                  </span>
                )}
              </button>
            )
          })}
        </fieldset>
      )}
    </div>
  )
}
