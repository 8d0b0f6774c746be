import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'

/** Marks messages that the account sends from its phone. */
export function PhoneTag() {
  const strings = useStrings()
  return (
    <span class="phone-tag own-tag">
      <Icon name="phone" size={13} />
      {strings.phone}
    </span>
  )
}
