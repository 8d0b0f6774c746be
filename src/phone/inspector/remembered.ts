import { store } from '../client.js'
import type { State } from '../store/state.js'

const STORED = 'itchat-sandbox.inspector'
/** The same limit as in the style sheets. */
const WIDE = '(width >= 1200px)'

let isRestored = false

/** Whether the window has a column for the inspector, which otherwise covers the conversation. */
export function hasOwnColumn(): boolean {
  return matchMedia(WIDE).matches
}

/**
 * Opens the inspector as it was left. On the first visit, the list of requests is open if there is a column for it.
 */
export function restoreInspector(): void {
  const panel = saved() ?? (hasOwnColumn() ? 'wire' : undefined)
  isRestored = panel === 'wire'
  // The other panels belong to what was open.
  if (panel === 'wire' || panel === 'faults') store.change({ type: 'inspector', inspector: panel })
  let before = store.get().inspector
  store.watch(() => {
    const { inspector } = store.get()
    if (inspector !== before) save(inspector)
    before = inspector
  })
}

/** Whether the list of requests opens by itself, so that it must not take the focus. Only true once. */
export function opensByItself(): boolean {
  const first = isRestored
  isRestored = false
  return first
}

function saved(): string | undefined {
  try {
    return localStorage.getItem(STORED) ?? undefined
  } catch {
    // The page works without storage.
    return undefined
  }
}

function save(inspector: State['inspector']): void {
  try {
    localStorage.setItem(STORED, inspector ?? 'closed')
  } catch {
    // The page works without storage.
  }
}
