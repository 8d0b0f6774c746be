import { AccountRow } from '../frame/account-links.js'
import { HalfSwitch } from '../frame/half-switch.js'
import { useStrings } from '../hooks/use-strings.js'
import { LangButton } from '../parts/lang-button.js'
import { Mark } from '../parts/mark.js'
import { ThemeButton } from '../parts/theme-button.js'

/** The head of a login screen: the title, the switch between the halves of the page, and the settings. */
export function LoginHead() {
  const strings = useStrings()
  return (
    <header class="login-head">
      <Mark size={30} />
      <strong>{strings.title}</strong>
      <HalfSwitch />
      <AccountRow />
      <span class="grow" />
      <LangButton />
      <ThemeButton />
    </header>
  )
}
