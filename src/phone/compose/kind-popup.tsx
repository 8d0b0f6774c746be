import type { ComponentChildren } from 'preact'
import { usePopup } from '../hooks/use-popup.js'

interface Props {
  label: string
  close(): void
  children: ComponentChildren
}

/** Where a kind's form stands: above the composer, in the menu's place. */
export function KindPopup({ label, close, children }: Props) {
  const ref = usePopup(true, close)
  return (
    <div ref={ref} class="menu kind-popup" role="dialog" aria-label={label}>
      {children}
    </div>
  )
}
