import type { ComponentChildren } from 'preact'
import { usePopup } from '../hooks/use-popup.js'

interface Props {
  label: string
  close(): void
  children: ComponentChildren
}

/** Popup for the form of a message kind, shown above the composer in place of the menu. */
export function KindPopup({ label, close, children }: Props) {
  const ref = usePopup(true, close)
  return (
    <div ref={ref} class="menu kind-popup" role="dialog" aria-label={label}>
      {children}
    </div>
  )
}
