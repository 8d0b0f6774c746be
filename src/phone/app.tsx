import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { BindScreen } from './clawbot/bind-screen.js'
import { ClawbotScreen } from './clawbot/clawbot-screen.js'
import { MainScreen } from './frame/main-screen.js'
import { Opening } from './frame/opening.js'
import { useBackButton } from './hooks/use-back-button.js'
import { useStore } from './hooks/use-store.js'
import { useStrings } from './hooks/use-strings.js'
import { LoginScreen } from './login/login-screen.js'
import { unreadTotal } from './store/select.js'

/** The page: the loading screen, or the login screen or the chats of one half. */
export function App() {
  const strings = useStrings()
  const lang = useStore((state) => state.lang)
  const theme = useStore((state) => state.theme)
  const loaded = useStore((state) => state.worldId !== '')
  const half = useStore((state) => state.half)
  const account = useStore((state) => state.account)
  const shownBefore = useRef<number>(undefined)
  const screen = useStore((state) => state.screens[state.half])
  const unread = useStore((state) => unreadTotal(state.chats))

  useBackButton()
  // The element that switched to another account may not exist any more.
  useEffect(() => {
    if (shownBefore.current !== undefined && document.activeElement === document.body) {
      document.querySelector<HTMLElement>('.account-button, .account-link[aria-current]')?.focus()
    }
    shownBefore.current = account
  }, [account])
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
  if (half === 'clawbot') return screen === 'login' ? <BindScreen /> : <ClawbotScreen />
  return screen === 'login' ? <LoginScreen /> : <MainScreen />
}
