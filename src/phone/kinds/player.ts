import { useEffect, useState } from 'preact/hooks'

interface Playing {
  state: 'idle' | 'playing' | 'paused' | 'failed'
  /** Playback progress, from 0 to 1. */
  progress: number
}

const IDLE: Playing = { state: 'idle', progress: 0 }
const listeners = new Set<() => void>()
let audio: HTMLAudioElement | undefined
let current: { id: string } & Playing = { id: '', ...IDLE }

/** Plays, pauses or resumes a sound; only one sound plays at a time. */
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
    // An interruption by another sound is not a failure.
    if (cause.name !== 'AbortError' && current.id === id) change({ ...current, state: 'failed' })
  })
}

/** Playback state and progress of a sound. */
export function useSound(id: string): Playing {
  const [, redraw] = useState<Playing>(IDLE)
  useEffect(() => {
    const check = () => redraw(playingOf(id))
    listeners.add(check)
    return () => {
      listeners.delete(check)
    }
  }, [id])
  return playingOf(id)
}

function playingOf(id: string): Playing {
  return current.id === id ? current : IDLE
}

function change(next: typeof current): void {
  current = next
  for (const listener of [...listeners]) listener()
}

function makeAudio(): HTMLAudioElement {
  const element = new Audio()
  element.onplay = () => change({ ...current, state: 'playing' })
  element.onpause = () => {
    if (current.state === 'playing' && !element.ended) change({ ...current, state: 'paused' })
  }
  element.onended = () => change({ ...current, ...IDLE })
  element.onerror = () => change({ ...current, state: 'failed', progress: 0 })
  element.ontimeupdate = () => {
    if (element.duration > 0) change({ ...current, progress: element.currentTime / element.duration })
  }
  return element
}
