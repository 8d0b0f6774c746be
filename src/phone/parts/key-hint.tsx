import type { ComponentChildren } from 'preact'

/** Keyboard shortcut of the adjacent control. */
export function KeyHint({ children }: { children: ComponentChildren }) {
  return (
    <span class="kbd" aria-hidden="true">
      {children}
    </span>
  )
}
