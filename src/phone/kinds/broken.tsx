import { useStrings } from '../hooks/use-strings.js'
import { Icon, type IconName } from '../parts/icon.js'

/** In the place of a picture that does not come. */
export function Broken({ icon }: { icon: IconName }) {
  const strings = useStrings()
  return (
    <span class="broken" title={strings.cannotShowText}>
      <Icon name={icon} size={22} />
      {strings.cannotShow}
    </span>
  )
}
