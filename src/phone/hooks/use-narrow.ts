import { useEffect, useState } from 'preact/hooks'

/** The same limit as in the style sheets: below it, the list and the conversation take turns. */
const NARROW = matchMedia('(width < 900px)')

/** Whether the window shows either the list or the conversation, but not both. */
export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(NARROW.matches)
  useEffect(() => {
    const check = () => setNarrow(NARROW.matches)
    NARROW.addEventListener('change', check)
    return () => NARROW.removeEventListener('change', check)
  }, [])
  return narrow
}
