import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

/** Keeps a list scrolled to its end when its height shrinks, for example when files are added below it. */
export function useStayAtEnd(box: RefObject<HTMLElement | null>, atEnd: boolean, scrollToEnd: () => void): void {
  const latest = useRef({ atEnd, scrollToEnd })
  latest.current = { atEnd, scrollToEnd }
  useLayoutEffect(() => {
    if (!box.current) return
    let height = box.current.clientHeight
    const observer = new ResizeObserver(([entry]) => {
      const now = entry?.target.clientHeight ?? height
      if (now < height && latest.current.atEnd) latest.current.scrollToEnd()
      height = now
    })
    observer.observe(box.current)
    return () => observer.disconnect()
  }, [box])
}
