import { useState } from 'preact/hooks'
import type { MessageView } from '../../sandbox/control/view.js'
import { useWords } from '../hooks/use-words.js'
import { RichText } from '../parts/rich-text.js'

interface Props {
  message: MessageView
  name: string
  names: readonly string[]
}

/** A message taken back: one line, and on wish what it said. */
export function Recalled({ message, name, names }: Props) {
  const words = useWords()
  const [shown, setShown] = useState(false)
  return (
    <div class="recalled">
      <p>
        {words.recalledBy(name)} ·{' '}
        <button type="button" class="link-button" aria-expanded={shown} onClick={() => setShown(!shown)}>
          {shown ? words.hideIt : words.showIt}
        </button>
      </p>
      {shown && (
        <div class="bubble">
          <RichText text={message.text} names={names} />
        </div>
      )}
    </div>
  )
}
