import { type Lang, type Words, wordsOf } from '../words/words.js'
import { useStore } from './use-store.js'

const ALL: Record<Lang, Words> = { zh: wordsOf('zh'), en: wordsOf('en') }

/** The words of the chosen language. */
export function useWords(): Words {
  return ALL[useStore((state) => state.lang)]
}
