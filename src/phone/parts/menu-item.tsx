import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon.js'

interface Props {
  icon: IconName
  isDangerous?: boolean
  disabled?: boolean
  onClick: () => void
  children: ComponentChildren
}

/** A row of a menu. */
export function MenuItem({ icon, isDangerous = false, disabled = false, onClick, children }: Props) {
  const className = isDangerous ? 'menu-row danger' : 'menu-row'
  return (
    <button type="button" role="menuitem" class={className} disabled={disabled} onClick={onClick}>
      <Icon name={icon} size={16} />
      {children}
    </button>
  )
}
