import { MASK } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'

/** A sign in place of a secret, which only the sandbox knows. */
export function MaskedChip({ count }: { count?: number }) {
  const strings = useStrings()
  return (
    <span class="masked">
      <Icon name="lock" size={12} />
      {count ? strings.wireMaskedCount(count) : strings.wireMasked}
    </span>
  )
}

/** Text with a sign in place of every secret. */
export function MaskedText({ text }: { text: string }) {
  const parts = text.split(MASK)
  return <>{parts.map((part, index) => [index > 0 && <MaskedChip />, part])}</>
}
