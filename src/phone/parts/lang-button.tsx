import { store } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useWords } from '../hooks/use-words.js'

/** Switches between Chinese and English. */
export function LangButton() {
  const words = useWords()
  const lang = useStore((state) => state.lang)
  const other = lang === 'zh' ? 'en' : 'zh'
  return (
    <button
      type="button"
      class="icon-button lang-button"
      aria-label={words.switchLang}
      title={words.switchLang}
      lang={other === 'zh' ? 'zh-CN' : 'en'}
      onClick={() => store.change({ type: 'lang', lang: other })}
    >
      {other === 'zh' ? '中' : 'EN'}
    </button>
  )
}
