import { useEffect, useLayoutEffect } from 'preact/hooks'
import { MainScreen } from './frame/main-screen.js'
import { Opening } from './frame/opening.js'
import { useStore } from './hooks/use-store.js'
import { useStrings } from './hooks/use-strings.js'
import { LoginScreen } from './login/login-screen.js'
import { unreadTotal } from './store/select.js'

/** The page: the loading screen, the login screen or the chats. */
export function App() {
  const strings = useStrings()
  const lang = useStore((state) => state.lang)
  const theme = useStore((state) => state.theme)
  const loaded = useStore((state) => state.worldId !== '')
  const screen = useStore((state) => state.screen)
  const unread = useStore((state) => unreadTotal(state.chats))

  useLayoutEffect(() => {
    const { documentElement } = document
    documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en'
    if (theme === 'auto') delete documentElement.dataset.theme
    else documentElement.dataset.theme = theme
  }, [lang, theme])
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) ${strings.title}` : strings.title
  }, [unread, strings])

  if (!loaded) return <Opening />
  return screen === 'login' ? <LoginScreen /> : <MainScreen />
}
