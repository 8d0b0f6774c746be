import { RecentSet } from '../../util/recent-set.js'
import type { Place } from './journal-file.js'
import type { Received } from './journal-record.js'

/** Ids of messages that are known when they come again. */
const MAX_IDS = 10_000

/** A message that is not handled. */
export interface Waiting {
  id: string
  chat: string
  attempts: number
  /** What `attempts` is when the process dies now; set while its handler runs. */
  begunAs?: number | undefined
  place: Place
  /** It was handed out, and counts as in memory. */
  isOut: boolean
  /** The program keeps it. */
  isHeld: boolean
}

/** Messages of a journal that are not handled, by number, in order; and the ids of all that are known. */
export class WaitingMessages extends Map<number, Waiting> {
  readonly ids = new RecentSet(MAX_IDS)
  /** What they take on the disk. */
  sizeBytes = 0
  /** Larger than every number before. */
  next = 1

  note({ n, id, chat, attempts }: Received, place: Place): Waiting {
    const waiting: Waiting = { id, chat, attempts, place, isOut: false, isHeld: false }
    this.set(n, waiting)
    this.next = Math.max(this.next, n + 1)
    this.sizeBytes += place.sizeBytes
    this.remember(id)
    return waiting
  }

  override delete(n: number): boolean {
    this.sizeBytes -= this.get(n)?.place.sizeBytes ?? 0
    return super.delete(n)
  }

  override clear(): void {
    super.clear()
    this.ids.clear()
    this.sizeBytes = 0
  }

  /** The file was written anew. The message may be done since. */
  move(n: number, chat: string, place: Place | undefined): void {
    const waiting = this.get(n)
    if (!waiting || !place) return
    this.sizeBytes += place.sizeBytes - waiting.place.sizeBytes
    waiting.place = place
    waiting.chat = chat
  }

  remember(id: string): void {
    if (id !== '') this.ids.add(id)
  }
}
