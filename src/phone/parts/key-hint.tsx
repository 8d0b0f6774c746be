import type { ComponentChildren } from 'preact'

/** The key that does what stands beside it. */
export function KeyHint({ children }: { children: ComponentChildren }) {
  return (
    <span class="kbd" aria-hidden="true">
      {children}
    </span>
  )
}
