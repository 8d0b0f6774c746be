import type { PersonView } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import { Avatar } from '../parts/avatar.js'
import { Icon } from '../parts/icon.js'
import { RowMore } from '../people/row-more.js'
import { plainName } from '../text/file-name.js'

interface Props {
  title: string
  strangers: readonly PersonView[]
  /** Whether these people have sent friend requests. */
  requested: boolean
  /** Id of the open chat. */
  open: string | undefined
  /** Id of the list's Tab stop. */
  stop: string | undefined
  onShow(id: string): void
}

/** People who are not friends of the account. */
export function StrangerRows({ title, strangers, requested, open, stop, onShow }: Props) {
  const strings = useStrings()
  if (strangers.length === 0) return null
  return (
    <fieldset class="rows-group" aria-label={title}>
      <div class="rows-title" aria-hidden="true">
        {title}
      </div>
      {strangers.map((person) => (
        <button
          key={person.id}
          type="button"
          role="option"
          class={person.id === open ? 'row small current' : 'row small'}
          aria-selected={person.id === open}
          data-chat={person.id}
          tabIndex={person.id === stop ? 0 : -1}
          onClick={() => onShow(person.id)}
        >
          <Avatar person={person} size={34} />
          <span class="row-text">
            <span class="row-name">{plainName(person.name)}</span>
            <span class="row-preview">{requested ? strings.asked : strings.notContact}</span>
          </span>
          {requested && (
            <span class="asked">
              <Icon name="clock" size={16} />
            </span>
          )}
          <RowMore />
        </button>
      ))}
    </fieldset>
  )
}
