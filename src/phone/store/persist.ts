import { detectLang, LANGS } from '../i18n/strings.js'
import type { PersistedState, State, Visit } from './state.js'

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

/** The saved state of an account. If no language has been chosen, it is that of an English world or of the browser. */
export function loadPersisted(account: number): Partial<PersistedState> {
  const saved = load(NAMES, account)
  if (!saved.lang || !LANGS.includes(saved.lang)) {
    // The sandbox marks its document as English if its world is.
    saved.lang = document.documentElement.lang === 'en' ? 'en' : detectLang(navigator.languages)
  }
  return saved
}

/** What the page remembers of another account. */
export function loadVisit(account: number): Partial<Visit> {
  return load(
    NAMES.filter((name) => STORAGES[name] === 'sessionStorage'),
    account,
  )
}

function load(names: readonly (keyof PersistedState)[], account: number): Partial<PersistedState> {
  const saved: Partial<PersistedState> = {}
  for (const name of names) {
    try {
      const text = globalThis[STORAGES[name]].getItem(keyOf(name, account))
      if (text !== null) Object.assign(saved, { [name]: JSON.parse(text) })
    } catch {
      // The page works without storage.
    }
  }
  return saved
}

/** Settings apply to all accounts; the rest is stored separately for each account. */
function keyOf(name: keyof PersistedState, account: number): string {
  return account === 1 || STORAGES[name] === 'localStorage' ? PREFIX + name : `${PREFIX}${account}.${name}`
}

/** Saves the values that changed between two states. */
export function savePersisted(before: State, after: State): void {
  // What changes together with the account has just been loaded.
  if (before.account !== after.account) return
  for (const name of NAMES) {
    if (before[name] === after[name]) continue
    try {
      const storage = globalThis[STORAGES[name]]
      const value = after[name]
      if (value === undefined) storage.removeItem(keyOf(name, after.account))
      else storage.setItem(keyOf(name, after.account), JSON.stringify(value))
    } catch {
      // Storage is full or blocked; the page works without it.
    }
  }
}
