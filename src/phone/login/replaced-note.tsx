import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { StringKey } from '../i18n/strings.js'
import type { Half, Replaced } from '../store/state.js'

export const REPLACED_STRINGS: Readonly<Record<Replaced, StringKey>> = {
  cancelled: 'replacedCancelled',
  expired: 'replacedExpired',
  refused: 'replacedRefused',
  blocked: 'replacedBlocked',
}

/** Says why the QR code on the screen is not the one that was there before. */
export function ReplacedNote({ half }: { half: Half }) {
  const strings = useStrings()
  const replaced = useStore((state) => state.replaced[half])
  return replaced ? <p class="replaced">{strings[REPLACED_STRINGS[replaced]]}</p> : null
}
