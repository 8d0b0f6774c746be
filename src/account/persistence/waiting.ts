import type { Place } from './journal-file.js'

/** A message that is not handled. */
export interface Waiting {
  id: string
  chat: string
  attempts: number
  /** What `attempts` is when the process dies now; set while its handler runs. */
  begunAs?: number
  place: Place
  /** It was handed out, and counts as in memory. */
  isOut: boolean
}
