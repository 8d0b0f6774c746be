import { moveItems } from '../hooks/move-rows.js'
import { usePopup } from '../hooks/use-popup.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'
import { KeyHint } from '../parts/key-hint.js'
import { kindString } from '../text/message-strings.js'
import { KIND_ICONS } from './kind-icons.js'
import type { MenuKind } from './menu-kinds.js'

const COLUMNS = 5
/** Up to this number of kinds, two rows of three look better than five columns. */
const FEW = 6

interface Props {
  kinds: readonly MenuKind[]
  onKind(kind: MenuKind): void
  close(): void
}

/** Menu of the message kinds that the page can send to the chat. */
export function KindMenu({ kinds, onKind, close }: Props) {
  const columns = kinds.length <= FEW ? FEW / 2 : COLUMNS
  const strings = useStrings()
  const ref = usePopup(true, close)
  return (
    <div ref={ref} class="menu kind-menu">
      <div
        class="kind-grid"
        style={{ '--columns': columns }}
        role="menu"
        aria-label={strings.kindMenu}
        tabIndex={-1}
        onKeyDown={(event) => moveItems(event, 'menuitem', columns)}
      >
        {kinds.map((kind) => (
          <button key={kind} type="button" role="menuitem" class="kind" onClick={() => onKind(kind)}>
            <span class="kind-tile" data-kind={kind}>
              <Icon name={KIND_ICONS[kind]} size={22} />
            </span>
            {kindString(kind, strings)}
          </button>
        ))}
      </div>
      <p class="kind-hint">
        <span>{strings.kindMenuHint}</span>
        <KeyHint>Alt</KeyHint>
        <KeyHint>K</KeyHint>
      </p>
    </div>
  )
}
