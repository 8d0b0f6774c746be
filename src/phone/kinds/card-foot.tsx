import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from '../parts/icon.js'

/** The line under a card that says what it is. */
export function CardFoot({ icon, children }: { icon: IconName; children: ComponentChildren }) {
  return (
    <span class="card-foot">
      <Icon name={icon} size={14} />
      <span class="card-foot-text">{children}</span>
    </span>
  )
}
