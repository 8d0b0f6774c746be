const STEPS: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_, last) => last,
}

/** Arrows, Home and End move the focus among the options of a list that is one stop for Tab. */
export function moveRows(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const step = STEPS[event.key]
  if (!step || event.altKey) return
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="option"]')]
  const at = rows.indexOf(document.activeElement as HTMLElement)
  event.preventDefault()
  rows[step(at, rows.length - 1)]?.focus()
}
