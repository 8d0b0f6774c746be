import { type Lang, type Strings, stringsOf } from '../i18n/strings.js'
import { useStore } from './use-store.js'

const ALL: Record<Lang, Strings> = { zh: stringsOf('zh'), en: stringsOf('en') }

/** The strings in the chosen language. */
export function useStrings(): Strings {
  return ALL[useStore((state) => state.lang)]
}
