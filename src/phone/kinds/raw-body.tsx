import { useState } from 'preact/hooks'
import type { ContentView } from '../../sandbox/control/view.js'
import { useWords } from '../hooks/use-words.js'
import { Icon } from '../parts/icon.js'
import { typeNumbers } from '../text/message-words.js'

/** A message nobody knows: its type, and every field as it is. */
export function RawBody({ content }: { content: ContentView<'unknown'> }) {
  const words = useWords()
  const [open, setOpen] = useState(false)
  const { msgType, appMsgType, content: text, fields } = content
  const all: [string, string][] = [
    ['MsgType', String(msgType)],
    ['AppMsgType', String(appMsgType)],
    ['Content', text],
    ...Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
  ]
  return (
    <div class="card raw">
      <code class="raw-type">
        <Icon name="braces" size={15} />
        MsgType {typeNumbers(content)}
      </code>
      {open && (
        <dl class="raw-fields">
          {all.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <button
        type="button"
        class="link-button"
        aria-expanded={open}
        tabIndex={-1}
        data-primary
        onClick={() => setOpen(!open)}
      >
        {open ? words.hideIt : words.allFields(all.length)}
      </button>
    </div>
  )
}
