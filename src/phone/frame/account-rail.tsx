import { useStore } from '../hooks/use-store.js'
import { AccountButton } from './account-button.js'
import { AccountLink, AddAccountButton, MAX_IN_RAIL } from './account-links.js'

/** The accounts of the sandbox: the current one with its menu, links to the others, and a button that adds one. */
export function AccountRail({ onHelp }: { onHelp: () => void }) {
  const accounts = useStore((state) => state.accounts)
  const current = useStore((state) => state.account)
  const shown = accounts.filter(({ id }, index) => index < MAX_IN_RAIL || id === current)
  return (
    <>
      {shown.map((account) =>
        account.id === current ? (
          <AccountButton key={account.id} place="rail" onHelp={onHelp} />
        ) : (
          <AccountLink key={account.id} account={account} />
        ),
      )}
      <AddAccountButton />
    </>
  )
}
