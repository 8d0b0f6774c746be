import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from '../parts/icon.js'
import { KeyHint } from '../parts/key-hint.js'

interface Props {
  primary?: boolean
  disabled?: boolean
  icon?: IconName
  /** The key that presses the button. */
  hint?: 'S' | 'Enter' | 'Esc'
  onClick(): void
  children: ComponentChildren
}

/** A button on the account's phone. */
export function PhoneButton({ primary = false, disabled = false, icon, hint, onClick, children }: Props) {
  return (
    <button type="button" class={primary ? 'button primary big' : 'button big'} disabled={disabled} onClick={onClick}>
      {icon && <Icon name={icon} />}
      {children}
      {hint && <KeyHint>{hint === 'Enter' ? <Icon name="enter" size={12} /> : hint}</KeyHint>}
    </button>
  )
}
