import type { AccountView } from '../../sandbox/control/view.js'
import { addAccount, showAccount } from '../client.js'
import { useAction } from '../hooks/use-action.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { StringKey } from '../i18n/strings.js'
import { Avatar } from '../parts/avatar.js'
import { Icon } from '../parts/icon.js'
import { plainName } from '../text/file-name.js'
import { addressOf } from './half.js'

const STATUS = {
  online: { text: 'accountOnline', dot: 'green' },
  waiting: { text: 'accountWaiting', dot: 'amber' },
  offline: { text: 'accountOffline', dot: 'grey' },
} as const satisfies Record<AccountView['status'], { text: StringKey; dot: string }>

/** Number of accounts in the rail. The menu of the current account leads to the others. */
export const MAX_IN_RAIL = 5

/** The accounts of the sandbox in a row, if there are several. */
export function AccountRow() {
  const strings = useStrings()
  const accounts = useStore((state) => state.accounts)
  if (accounts.length < 2) return null
  return (
    <nav class="account-row" aria-label={strings.accounts}>
      {accounts.map((account) => (
        <AccountLink key={account.id} account={account} />
      ))}
      <AddAccountButton />
    </nav>
  )
}

/** The other accounts as rows of the account menu. */
export function AccountRows() {
  const strings = useStrings()
  const accounts = useStore((state) => state.accounts)
  const current = useStore((state) => state.account)
  return (
    <nav class={accounts.length > MAX_IN_RAIL ? 'menu-accounts many' : 'menu-accounts'} aria-label={strings.accounts}>
      {accounts
        .filter(({ id }) => id !== current)
        .map((account) => (
          <AccountLink key={account.id} account={account} hasName />
        ))}
      <AddAccountButton hasName />
    </nav>
  )
}

/** A link, so that an account can be opened in another tab. */
export function AccountLink({ account, hasName = false }: { account: AccountView; hasName?: boolean }) {
  const strings = useStrings()
  const half = useStore((state) => state.half)
  const isCurrent = useStore((state) => state.account === account.id)
  const { text, dot } = STATUS[account.status]
  const name = plainName(account.name)
  const label = strings.account(name, strings[text])
  return (
    <a
      class={hasName ? 'menu-row account-link' : 'account-link'}
      href={addressOf(half, account.id)}
      aria-current={isCurrent ? 'true' : undefined}
      aria-label={hasName ? undefined : isCurrent ? label : strings.switchAccount(label)}
      title={label}
      onClick={(event) => {
        // Modified clicks open another tab.
        if (event.ctrlKey || event.metaKey || event.shiftKey) return
        event.preventDefault()
        showAccount(account.id)
      }}
    >
      <span class="account-face">
        <Avatar person={{ id: account.owner, kind: 'person', name: account.name, remark: '' }} size={34} />
        <span class={`dot ${dot}`} />
      </span>
      {hasName && (
        <span class="account-name">
          <span>{name}</span> <small>{strings[text]}</small>
        </span>
      )}
    </a>
  )
}

export function AddAccountButton({ hasName = false }: { hasName?: boolean }) {
  const strings = useStrings()
  const up = useStore((state) => state.link.up)
  const { run, busy, error } = useAction(addAccount)
  const label = error ? strings.failed(error) : strings.addAccount
  return (
    <button
      type="button"
      class={hasName ? 'menu-row' : 'rail-page account-add'}
      disabled={!up || busy}
      aria-label={hasName ? undefined : label}
      title={label}
      onClick={() => void run()}
    >
      <Icon name="plus" size={hasName ? 16 : 18} />
      {hasName && label}
    </button>
  )
}
