import { useState } from 'preact/hooks'
import type { ContentView } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import { clock } from '../i18n/time.js'
import { CardFoot } from './card-foot.js'

const SHOWN = 4

/** A merged chat history: its first lines, or all of them on demand. */
export function HistoryBody({ content }: { content: ContentView<'chatHistory'> }) {
  const strings = useStrings()
  const [open, setOpen] = useState(false)
  const { title, items } = content
  const shown = open ? items : items.slice(0, SHOWN)
  return (
    <div class="card history">
      <span class="card-body">
        <span class="card-name">{title}</span>
        <span class="history-items">
          {shown.map((item, index) => (
            <span key={index} class={open ? 'history-item open' : 'history-item'}>
              {item.name}: {item.text}
              {open && <time>{clock(item.at)}</time>}
            </span>
          ))}
        </span>
      </span>
      <CardFoot icon="history">
        {strings.kindHistory}
        <button
          type="button"
          class="link-button"
          aria-expanded={open}
          tabIndex={-1}
          data-primary
          onClick={() => setOpen(!open)}
        >
          {open ? strings.hideIt : strings.allItems(items.length)}
        </button>
      </CardFoot>
    </div>
  )
}
