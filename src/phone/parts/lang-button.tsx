import { store } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'

/** Switches between Chinese and English. */
export function LangButton() {
  const strings = useStrings()
  const lang = useStore((state) => state.lang)
  const other = lang === 'zh' ? 'en' : 'zh'
  return (
    <button
      type="button"
      class="icon-button lang-button"
      title={strings.switchLang}
      lang={other === 'zh' ? 'zh-CN' : 'en'}
      onClick={() => store.change({ type: 'lang', lang: other })}
    >
      {other === 'zh' ? '中' : 'EN'}
      <span class="unseen"> {strings.switchLang}</span>
    </button>
  )
}
