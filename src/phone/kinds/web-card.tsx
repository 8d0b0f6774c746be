import type { ComponentChildren } from 'preact'
import { safeLink } from '../text/safe-link.js'

interface Props {
  url: string
  class?: string
  children: ComponentChildren
}

/** A card, or part of one, that links to `url` if it is an http(s) URL. */
export function WebCard({ url, class: name = 'card', children }: Props) {
  const href = safeLink(url)
  if (!href) return <div class={name}>{children}</div>
  return (
    <a class={name} href={href} target="_blank" rel="noopener noreferrer" title={href} tabIndex={-1} data-primary>
      {children}
    </a>
  )
}
