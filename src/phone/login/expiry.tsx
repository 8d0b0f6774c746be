import { useNow } from '../hooks/use-now.js'
import { useStrings } from '../hooks/use-strings.js'
import { countdown } from '../i18n/time.js'

/** The time until a QR code expires. @param at epoch ms */
export function Expiry({ at }: { at: number }) {
  const strings = useStrings()
  const now = useNow(500)
  return (
    <>
      <span aria-hidden="true">·</span>
      <span class="figures">{strings.expiresIn(countdown(at - now))}</span>
    </>
  )
}
