import { prefersChinese } from '../util/locale.js'

/** The same strings in each language. */
interface Translated<Strings> {
  readonly zh: Strings
  readonly en: Strings
}

/** Returns the strings in the language of the terminal: `--lang`, `ITCHAT_LANG`, or else the locale. */
export function inLanguage<Strings>(strings: Translated<Strings>): Strings {
  return prefersChinese() ? strings.zh : strings.en
}
