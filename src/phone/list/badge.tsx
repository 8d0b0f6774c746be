/** How many are unread; nothing for none. Beside words that say it, so hidden from screen readers. */
export function Badge({ count, muted = false }: { count: number; muted?: boolean }) {
  if (count === 0) return null
  return (
    <span class={muted ? 'badge muted' : 'badge'} aria-hidden="true">
      {count > 99 ? '99+' : count}
    </span>
  )
}
