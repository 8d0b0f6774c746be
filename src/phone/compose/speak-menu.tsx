import { useEffect, useState } from 'preact/hooks'
import type { ChatView } from '../../sandbox/control/view.js'
import { usePopup } from '../hooks/use-popup.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Avatar } from '../parts/avatar.js'
import { Icon } from '../parts/icon.js'
import { KeyHint } from '../parts/key-hint.js'
import { SearchField } from '../parts/search-field.js'
import { personName } from '../store/select.js'
import { matchesPerson } from '../text/search.js'
import { PhoneTag } from './phone-tag.js'
import { speakerNote } from './speaker-note.js'

interface Props {
  chat: ChatView
  possible: readonly string[]
  speaker: string
  onChoose(id: string): void
  /** Adds a person who can speak, if that is possible here. */
  onNew: (() => void) | undefined
  close(): void
}

const KEYS = 9
const ALT = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌥' : 'Alt '

/** Menu of possible speakers; the search field keeps focus while the arrow keys move the selection. */
export function SpeakMenu({ chat, possible, speaker, onChoose, onNew, close }: Props) {
  const strings = useStrings()
  const people = useStore((state) => state.people)
  const owner = useStore((state) => state.owner)
  const [query, setQuery] = useState('')
  const [picked, setPicked] = useState(speaker)
  const ref = usePopup(true, close)
  const shown = possible.filter((id) => {
    const person = people[id]
    const member = chat.members?.find((candidate) => candidate.id === id)
    return person && matchesPerson(person, query, member?.displayName)
  })
  const at = Math.max(0, shown.indexOf(picked))
  const current = shown[at]
  useEffect(() => {
    if (current) document.getElementById(`speaker-${current}`)?.scrollIntoView({ block: 'nearest' })
  }, [current])

  function onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing) return
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (by !== 0 && !event.altKey) {
      event.preventDefault()
      setPicked(shown[(at + by + shown.length) % shown.length] ?? speaker)
    }
    if (event.key === 'Enter' && current && !(event.target instanceof HTMLButtonElement)) {
      event.preventDefault()
      onChoose(current)
    }
  }

  return (
    <div ref={ref} class="menu speak-menu" role="dialog" aria-label={strings.speakAsMenu} onKeyDown={onKeyDown}>
      <SearchField value={query} onValue={setQuery} label={strings.findPeople(possible.length)} />
      <div class="menu-rows" role="listbox" aria-label={strings.speakAsMenu} tabIndex={-1}>
        {shown.map((id) => {
          const person = people[id]
          const note = speakerNote(chat, id, people, owner, strings)
          const number = possible.indexOf(id) + 1
          return (
            person && (
              <button
                key={id}
                id={`speaker-${id}`}
                type="button"
                role="option"
                class={id === owner ? 'menu-row owner' : 'menu-row'}
                aria-selected={id === current}
                tabIndex={-1}
                onClick={() => onChoose(id)}
              >
                <Avatar person={person} size={30} />
                <span class="row-text">
                  <span class="speaker-name">
                    <span class="row-name">{personName(person, id)}</span>
                    {id === owner && <PhoneTag />}
                    {id === chat.ownerId && (
                      <span class="crown" title={strings.groupOwner}>
                        <Icon name="crown" size={14} />
                      </span>
                    )}
                  </span>
                  {note && <span class="row-preview">{note}</span>}
                </span>
                {id === speaker ? (
                  <Icon name="check" size={18} />
                ) : (
                  number <= KEYS && <KeyHint>{`${ALT}${number}`}</KeyHint>
                )}
              </button>
            )
          )
        })}
        {shown.length === 0 && (
          <p class="quiet" role="status">
            {strings.nobodyFound}
          </p>
        )}
      </div>
      {onNew && (
        <button type="button" class="menu-row new-speaker" onClick={onNew}>
          <Icon name="plus" size={18} />
          {strings.newMember}
        </button>
      )}
    </div>
  )
}
