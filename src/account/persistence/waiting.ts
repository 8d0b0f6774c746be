import { RecentSet } from '../../util/recent-set.js'
import type { Received } from './journal-record.js'
import type { Place } from './place.js'

/** Minimum number of message ids remembered to detect duplicates. */
const MAX_IDS = 10_000

/** An unhandled message. */
export interface Waiting {
  id: string
  chat: string
  attempts: number
  /** The value of `attempts` if the process dies now. Set while the handler is running. */
  attemptsIfKilled?: number | undefined
  place: Place
  /** Whether it was handed out and counts towards the limit on messages in memory. */
  isOut: boolean
  /** Whether the program took it and will finish it later. */
  isHeld: boolean
}

/** The unhandled messages of a journal, by number and in order, and all known ids. */
export class WaitingMessages extends Map<number, Waiting> {
  readonly ids = new RecentSet(MAX_IDS)
  /** Size of the messages on disk. */
  sizeBytes = 0
  /** The next unused number. */
  next = 1

  track({ n, id, chat, attempts }: Received, place: Place): Waiting {
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

  /**
   * Updates the place of a message after the file was rewritten. Does nothing if the message has been handled in the
   * meantime.
   */
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
