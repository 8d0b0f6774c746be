import type { ComponentChildren } from 'preact'
import { Dunes } from './dunes.js'

interface Props {
  title: string
  text: string
  /** The suggested action. */
  children?: ComponentChildren
}

/** An empty state. */
export function Empty({ title, text, children }: Props) {
  return (
    <div class="empty">
      <Dunes />
      <h1>{title}</h1>
      <p class="lines">{text}</p>
      {children}
    </div>
  )
}
