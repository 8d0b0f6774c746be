import { useWords } from '../hooks/use-words.js'
import { Icon, type IconName } from '../parts/icon.js'

/** In the place of a picture that does not come. */
export function Broken({ icon }: { icon: IconName }) {
  const words = useWords()
  return (
    <span class="broken" title={words.cannotShowText}>
      <Icon name={icon} size={22} />
      {words.cannotShow}
    </span>
  )
}
