import { useEffect, useRef } from 'preact/hooks'
import type { ChatView } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import { Avatar } from '../parts/avatar.js'
import { type People, roomName } from '../store/select.js'
import { plainName } from '../text/file-name.js'
import { matchesPerson } from '../text/search.js'

export interface MentionOption {
  id: string
  /** Text to insert after the `@`. */
  name: string
}

const MAX = 50

/** Returns at most 50 members that match the text typed after `@`. */
export function mentionOptions(chat: ChatView, people: People, speaker: string, query: string): MentionOption[] {
  return (chat.members ?? [])
    .filter((member) => {
      const person = people[member.id]
      return person && member.id !== speaker && matchesPerson(person, query, member.displayName)
    })
    .slice(0, MAX)
    .map((member) => ({ id: member.id, name: roomName(member, people) }))
}

interface Props {
  options: readonly MentionOption[]
  picked: string
  people: People
  onPick(option: MentionOption): void
}

/** List of members to mention; the text field keeps focus. */
export function MentionList({ options, picked, people, onPick }: Props) {
  const strings = useStrings()
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.querySelector(`[id="mention-${picked}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [picked])
  return (
    <div ref={list} class="menu mentions" role="listbox" id="mentions" aria-label={strings.mentionList} tabIndex={-1}>
      {options.map((option) => {
        const person = people[option.id]
        return (
          <button
            key={option.id}
            id={`mention-${option.id}`}
            type="button"
            role="option"
            class="menu-row"
            aria-selected={option.id === picked}
            tabIndex={-1}
            // Keeps focus in the text field.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onPick(option)}
          >
            {person && <Avatar person={person} size={26} />}
            <span class="row-name">{plainName(option.name)}</span>
            {person && person.name !== option.name && <span class="menu-more">{plainName(person.name)}</span>}
          </button>
        )
      })}
    </div>
  )
}
