const STEPS: Readonly<Record<string, (at: number, last: number, across: number) => number>> = {
  ArrowDown: (at, last, across) => (at + across > last ? at : at + across),
  ArrowUp: (at, _, across) => (at - across < 0 ? Math.max(at, 0) : at - across),
  ArrowRight: (at, last, across) => (across > 1 ? Math.min(at + 1, last) : at),
  ArrowLeft: (at, _, across) => (across > 1 ? Math.max(at - 1, 0) : at),
  Home: () => 0,
  End: (_, last) => last,
}

/** Moves focus between the options of a list with the arrow keys, Home and End; the list is a single Tab stop. */
export function moveRows(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  moveItems(event, 'option')
}

/** Like `moveRows`, but also for the items of a menu; `across` is the number of columns in a grid menu. */
export function moveItems(
  event: KeyboardEvent & { currentTarget: HTMLElement },
  role: 'option' | 'menuitem',
  across = 1,
): void {
  const step = STEPS[event.key]
  if (!step || event.altKey || (across === 1 && /Left|Right/.test(event.key))) return
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>(`[role="${role}"]:not(:disabled)`)]
  const { activeElement } = document
  const at = activeElement instanceof HTMLElement ? rows.indexOf(activeElement) : -1
  event.preventDefault()
  rows[step(at, rows.length - 1, across)]?.focus()
}
