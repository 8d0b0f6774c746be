import { detectLang, LANGS } from '../i18n/strings.js'
import type { PersistedState, State } from './state.js'

/** Settings outlive the browser; what belongs to this visit outlives a reload. */
const PLACES = {
  lang: 'localStorage',
  theme: 'localStorage',
  keys: 'localStorage',
  drafts: 'sessionStorage',
  speakers: 'sessionStorage',
  open: 'sessionStorage',
  played: 'sessionStorage',
} as const satisfies Record<keyof PersistedState, 'localStorage' | 'sessionStorage'>

const NAMES = Object.keys(PLACES) as (keyof PersistedState)[]

const PREFIX = 'itchat-sandbox.'

/** What was kept, with the browser's language if none was chosen. */
export function loadPersisted(): Partial<PersistedState> {
  const kept: Partial<PersistedState> = {}
  for (const name of NAMES) {
    try {
      const text = globalThis[PLACES[name]].getItem(PREFIX + name)
      if (text !== null) Object.assign(kept, { [name]: JSON.parse(text) })
    } catch {
      // A browser that keeps nothing still shows the page.
    }
  }
  if (!kept.lang || !LANGS.includes(kept.lang)) kept.lang = detectLang(navigator.languages)
  return kept
}

/** Writes what changed between two states. */
export function savePersisted(before: State, after: State): void {
  for (const name of NAMES) {
    if (before[name] === after[name]) continue
    try {
      const storage = globalThis[PLACES[name]]
      const value = after[name]
      if (value === undefined) storage.removeItem(PREFIX + name)
      else storage.setItem(PREFIX + name, JSON.stringify(value))
    } catch {
      // Full or forbidden: the page goes on without it.
    }
  }
}
