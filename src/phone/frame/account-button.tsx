import { useState } from 'preact/hooks'
import { useAccountState } from '../hooks/use-account-state.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Avatar } from '../parts/avatar.js'
import { personName } from '../store/select.js'
import { AccountMenu } from './account-menu.js'

/** The account's avatar with a status dot; opens the account menu. */
export function AccountButton({ place, onHelp }: { place: 'rail' | 'head'; onHelp: () => void }) {
  const strings = useStrings()
  const owner = useStore((state) => state.people[state.owner])
  const { text, dot } = useAccountState()
  const [open, setOpen] = useState(false)
  if (!owner) return null
  const label = strings.account(personName(owner), text)
  return (
    <div class={`account ${place}`}>
      <button
        type="button"
        class="account-button"
        aria-label={label}
        title={label}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Avatar person={owner} size={34} />
        <span class={`dot ${dot}`} />
      </button>
      {open && <AccountMenu owner={owner} close={() => setOpen(false)} onHelp={onHelp} />}
    </div>
  )
}
