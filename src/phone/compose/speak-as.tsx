import { useState } from 'preact/hooks'
import type { ChatView } from '../../sandbox/control/view.js'
import { type KeyMap, useKeys } from '../hooks/use-keys.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Avatar } from '../parts/avatar.js'
import { Icon } from '../parts/icon.js'
import { NewPersonDialog } from '../people/new-person-dialog.js'
import { personName, speakersOf } from '../store/select.js'
import { PhoneTag } from './phone-tag.js'
import { SpeakMenu } from './speak-menu.js'

interface Props {
  chat: ChatView
  speaker: string
  disabled: boolean
  onSpeaker(id: string): void
}

const RECENT = 3
const KEYS = 9
const NO_SPEAKERS: readonly string[] = []

/** The current speaker: a chip that opens the menu, and up to three recent speakers. */
export function SpeakAs({ chat, speaker, disabled, onSpeaker }: Props) {
  const strings = useStrings()
  const people = useStore((state) => state.people)
  const owner = useStore((state) => state.owner)
  const chosen = useStore((state) => state.speakers[chat.id]) ?? NO_SPEAKERS
  const [open, setOpen] = useState(false)
  const [adding, setAdding] = useState(false)
  const possible = speakersOf(chat, owner)
  const recent = chosen.filter((id) => id !== speaker && possible.includes(id)).slice(0, RECENT)
  const person = people[speaker]
  const name = personName(person, speaker)
  const choose = (id: string) => {
    setOpen(false)
    onSpeaker(id)
  }

  const keys: KeyMap = {}
  possible.slice(0, KEYS).forEach((id, index) => {
    keys[`Alt+${index + 1}`] = () => {
      if (!disabled) choose(id)
    }
  })
  useKeys(keys)

  const inside = (
    <>
      {person && <Avatar person={person} size={22} />}
      <span class="chip-name" aria-hidden={possible.length > 1}>
        {name}
      </span>
      {speaker === owner && <PhoneTag />}
    </>
  )
  return (
    <div class="speak-as">
      <span class="speak-word" aria-hidden="true">
        {strings.speakAs}
      </span>
      {possible.length > 1 ? (
        <button
          type="button"
          class="chip"
          aria-haspopup="dialog"
          aria-expanded={open}
          disabled={disabled}
          onClick={() => setOpen(!open)}
        >
          <span class="unseen">{strings.speakAsName(name)}</span>
          {inside}
          <Icon name="down" size={16} />
        </button>
      ) : (
        <span class="chip fixed">{inside}</span>
      )}
      {recent.map((id) => {
        const other = people[id]
        const label = strings.speakAsName(personName(other, id))
        return (
          other && (
            <button
              key={id}
              type="button"
              class="recent"
              aria-label={label}
              title={label}
              disabled={disabled}
              onClick={() => choose(id)}
            >
              <Avatar person={other} size={26} />
            </button>
          )
        )
      })}
      {open && (
        <SpeakMenu
          chat={chat}
          possible={possible}
          speaker={speaker}
          onChoose={choose}
          onNew={
            chat.kind === 'group'
              ? () => {
                  setOpen(false)
                  setAdding(true)
                }
              : undefined
          }
          close={() => setOpen(false)}
        />
      )}
      {adding && <NewPersonDialog groupId={chat.id} onClose={() => setAdding(false)} onAdded={onSpeaker} />}
    </div>
  )
}
