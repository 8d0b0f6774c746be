import { useEffect, useState } from 'preact/hooks'

/** The current time in epoch ms, updated every `everyMs` milliseconds, or never if `everyMs` is 0. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (everyMs === 0) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}
