import { useStrings } from '../hooks/use-strings.js'
import { Icon, type IconName } from '../parts/icon.js'

/** Placeholder for an image that fails to load. */
export function Broken({ icon }: { icon: IconName }) {
  const strings = useStrings()
  return (
    <span class="broken" title={strings.cannotShowText}>
      <Icon name={icon} size={22} />
      {strings.cannotShow}
    </span>
  )
}
