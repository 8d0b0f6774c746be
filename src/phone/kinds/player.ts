import { useEffect, useState } from 'preact/hooks'

interface Playing {
  state: 'idle' | 'playing' | 'paused' | 'failed'
  /** 0 to 1. */
  progress: number
}

const IDLE: Playing = { state: 'idle', progress: 0 }
const listeners = new Set<() => void>()
let audio: HTMLAudioElement | undefined
let current: { id: string } & Playing = { id: '', ...IDLE }

/** One sound at a time: plays this one, or pauses it, or goes on. */
export function toggleSound(id: string, url: string): void {
  audio ??= makeAudio()
  if (current.id === id && current.state === 'playing') {
    audio.pause()
    return
  }
  if (current.id !== id || current.state !== 'paused') {
    change({ id, state: 'playing', progress: 0 })
    audio.src = url
  }
  audio.play().catch((cause: Error) => {
    // Cut short by another one, it has not failed.
    if (cause.name !== 'AbortError' && current.id === id) change({ ...current, state: 'failed' })
  })
}

/** How far a sound is. */
export function useSound(id: string): Playing {
  const [, redraw] = useState<Playing>(IDLE)
  useEffect(() => {
    const check = () => redraw(of(id))
    listeners.add(check)
    return () => {
      listeners.delete(check)
    }
  }, [id])
  return of(id)
}

function of(id: string): Playing {
  return current.id === id ? current : IDLE
}

function change(next: typeof current): void {
  current = next
  for (const listener of [...listeners]) listener()
}

function makeAudio(): HTMLAudioElement {
  const made = new Audio()
  made.onplay = () => change({ ...current, state: 'playing' })
  made.onpause = () => {
    if (current.state === 'playing' && !made.ended) change({ ...current, state: 'paused' })
  }
  made.onended = () => change({ ...current, ...IDLE })
  made.onerror = () => change({ ...current, state: 'failed', progress: 0 })
  made.ontimeupdate = () => {
    if (made.duration > 0) change({ ...current, progress: made.currentTime / made.duration })
  }
  return made
}
