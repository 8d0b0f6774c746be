import { useState } from 'preact/hooks'
import type { ContentView } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'
import { typeNumbers } from '../text/message-strings.js'

interface Props {
  content: ContentView<'unknown'>
  /** Whether this is an item in the ClawBot chat, which has only a type and fields. */
  isItem: boolean
}

/** A message of an unknown type: its type numbers and all fields verbatim. */
export function RawBody({ content, isItem }: Props) {
  const strings = useStrings()
  const [open, setOpen] = useState(false)
  const { msgType, appMsgType, content: text, fields } = content
  const named: [string, string][] = isItem
    ? []
    : [
        ['MsgType', String(msgType)],
        ['AppMsgType', String(appMsgType)],
        ['Content', text],
      ]
  const all: [string, string][] = [
    ...named,
    ...Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
  ]
  return (
    <div class="card raw">
      <code class="raw-type">
        <Icon name="braces" size={15} />
        {isItem ? `type ${msgType}` : `MsgType ${typeNumbers(content)}`}
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
      {all.length > 0 && (
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
      )}
    </div>
  )
}
