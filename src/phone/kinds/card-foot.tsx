import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from '../parts/icon.js'

/** Footer of a card: shows the card's type. */
export function CardFoot({ icon, children }: { icon: IconName; children: ComponentChildren }) {
  return (
    <span class="card-foot">
      <Icon name={icon} size={14} />
      <span class="card-foot-text">{children}</span>
    </span>
  )
}
