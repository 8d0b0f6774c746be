import { toggleInspector } from '../client.js'
import { usePanelFocus } from '../hooks/use-panel-focus.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { InspectorHead } from '../inspector/inspector-head.js'
import { chatOf, shownChat } from '../store/select.js'
import { DetailsPane } from './details-pane.js'

/** Makes the details scrollable with the keyboard, because they may contain no control. */
const TAB_STOP = 0

/** The details of the open chat, in a column next to it. */
export function DetailsPanel() {
  const strings = useStrings()
  const open = useStore(shownChat)
  const chats = useStore((state) => state.chats)
  const people = useStore((state) => state.people)
  const chat = open === undefined ? undefined : chatOf({ chats, people }, open)
  const ref = usePanelFocus()
  return (
    <aside
      ref={ref}
      class="inspector faults"
      aria-label={strings.details}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        toggleInspector('details')
      }}
    >
      <InspectorHead current="details" />
      <div class="fault-body" tabIndex={TAB_STOP}>
        <DetailsPane chat={chat} />
      </div>
    </aside>
  )
}
