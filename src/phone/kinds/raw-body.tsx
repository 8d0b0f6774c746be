import { useState } from 'preact/hooks'
import type { ContentView } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'
import { typeNumbers } from '../text/message-strings.js'

/** A message of an unknown type: its type numbers and all fields verbatim. */
export function RawBody({ content }: { content: ContentView<'unknown'> }) {
  const strings = useStrings()
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
        {open ? strings.hideIt : strings.allFields(all.length)}
      </button>
    </div>
  )
}
