/** Unread count; renders nothing for 0. Hidden from screen readers, because the adjacent label includes the count. */
export function Badge({ count, muted = false }: { count: number; muted?: boolean }) {
  if (count === 0) return null
  return (
    <span class={muted ? 'badge muted' : 'badge'} aria-hidden="true">
      {count > 99 ? '99+' : count}
    </span>
  )
}
