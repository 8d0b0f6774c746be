import { detectLang, LANGS } from '../i18n/strings.js'
import type { PersistedState, State } from './state.js'

/** Settings survive a browser restart; the state of this visit survives only a reload. */
const STORAGES = {
  lang: 'localStorage',
  theme: 'localStorage',
  keys: 'localStorage',
  drafts: 'sessionStorage',
  speakers: 'sessionStorage',
  open: 'sessionStorage',
  played: 'sessionStorage',
} as const satisfies Record<keyof PersistedState, 'localStorage' | 'sessionStorage'>

const NAMES = Object.keys(STORAGES) as (keyof PersistedState)[]

const PREFIX = 'itchat-sandbox.'

/** The saved state. If no language has been chosen, it is that of an English world or of the browser. */
export function loadPersisted(): Partial<PersistedState> {
  const saved: Partial<PersistedState> = {}
  for (const name of NAMES) {
    try {
      const text = globalThis[STORAGES[name]].getItem(PREFIX + name)
      if (text !== null) Object.assign(saved, { [name]: JSON.parse(text) })
    } catch {
      // The page works without storage.
    }
  }
  if (!saved.lang || !LANGS.includes(saved.lang)) {
    // The sandbox marks its document as English if its world is.
    saved.lang = document.documentElement.lang === 'en' ? 'en' : detectLang(navigator.languages)
  }
  return saved
}

/** Saves the values that changed between two states. */
export function savePersisted(before: State, after: State): void {
  for (const name of NAMES) {
    if (before[name] === after[name]) continue
    try {
      const storage = globalThis[STORAGES[name]]
      const value = after[name]
      if (value === undefined) storage.removeItem(PREFIX + name)
      else storage.setItem(PREFIX + name, JSON.stringify(value))
    } catch {
      // Storage is full or blocked; the page works without it.
    }
  }
}
