import { useEffect, useState } from 'preact/hooks'
import { store } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from './icon.js'

/** Switches between the light theme and the dark theme. */
export function ThemeButton() {
  const strings = useStrings()
  const theme = useStore((state) => state.theme)
  const systemDark = useSystemDark()
  const dark = theme === 'auto' ? systemDark : theme === 'dark'
  const label = dark ? strings.light : strings.dark
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      onClick={() => store.change({ type: 'theme', theme: dark ? 'light' : 'dark' })}
    >
      <Icon name={dark ? 'sun' : 'moon'} />
    </button>
  )
}

function useSystemDark(): boolean {
  const [query] = useState(() => matchMedia('(prefers-color-scheme: dark)'))
  const [dark, setDark] = useState(query.matches)
  useEffect(() => {
    const onChange = () => setDark(query.matches)
    query.addEventListener('change', onChange)
    return () => query.removeEventListener('change', onChange)
  }, [query])
  return dark
}
