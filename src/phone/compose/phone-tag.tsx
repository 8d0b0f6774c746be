import { useWords } from '../hooks/use-words.js'
import { Icon } from '../parts/icon.js'

/** Marks the account itself: it speaks from its phone. */
export function PhoneTag() {
  const words = useWords()
  return (
    <span class="phone-tag own-tag">
      <Icon name="phone" size={13} />
      {words.phone}
    </span>
  )
}
