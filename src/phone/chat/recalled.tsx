import { useState } from 'preact/hooks'
import type { MessageView, PersonView } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import { KindBody } from '../kinds/kind-body.js'
import { Avatar } from '../parts/avatar.js'

interface Props {
  message: MessageView
  own: boolean
  name: string
  speaker: PersonView | undefined
  names: readonly string[]
}

/** A recalled message: one line, with the original content on demand. */
export function RecalledMessage({ message, own, name, speaker, names }: Props) {
  const strings = useStrings()
  const [shown, setShown] = useState(false)
  return (
    <div class="recalled">
      <p class="recalled-line">
        {strings.recalledBy(name)} ·{' '}
        <button
          type="button"
          class="link-button"
          aria-expanded={shown}
          tabIndex={-1}
          data-primary
          onClick={() => setShown(!shown)}
        >
          {shown ? strings.hideIt : strings.showIt}
        </button>
      </p>
      {shown && (
        <div class={own ? 'line own' : 'line'}>
          {speaker && <Avatar person={speaker} size={36} />}
          <div class="bubble-column">
            <span class="speaker">
              {name} · {strings.wasRecalled}
            </span>
            <div class="bubble-place">
              <KindBody message={message} own={own} names={names} name={name} unplayed={false} />
            </div>
          </div>
        </div>
      )}
    </div>
  )
}
