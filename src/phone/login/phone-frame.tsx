import type { ComponentChildren } from 'preact'
import { useNow } from '../hooks/use-now.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { clock } from '../i18n/time.js'
import { Avatar } from '../parts/avatar.js'
import { Icon } from '../parts/icon.js'
import { personName } from '../store/select.js'

interface Props {
  /** Whether the owner's name is shown at the top. */
  hasHead: boolean
  view: ComponentChildren
  /** Why the last action failed; `''` if it did not. */
  error: string
  /** The buttons. */
  children: ComponentChildren
}

/** The account's phone: the frame around its screen and buttons. */
export function PhoneFrame({ hasHead, view, error, children }: Props) {
  const strings = useStrings()
  const owner = useStore((state) => state.people[state.owner])
  const now = useNow(10_000)
  return (
    <section class="phone" aria-label={strings.phoneOf(personName(owner))}>
      <div class="phone-screen">
        <div class="phone-status" aria-hidden="true">
          <span>{clock(now)}</span>
          <span>
            <Icon name="wifi" size={16} />
            <Icon name="battery" size={18} />
          </span>
        </div>
        {hasHead && (
          <header class="phone-head">
            <h2>{strings.phoneOf(personName(owner))}</h2>
            {owner && <Avatar person={owner} size={34} />}
          </header>
        )}
        {view}
        <div class="phone-buttons">
          {error && (
            <p class="problem" role="alert">
              {strings.failed(error)}
            </p>
          )}
          {children}
        </div>
      </div>
    </section>
  )
}
