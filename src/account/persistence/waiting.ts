import type { Received } from './journal-record.js'
import { KnownIds } from './known-ids.js'
import type { Place } from './place.js'

/** An unhandled message. */
export interface Waiting {
  id: string
  aliases?: readonly string[] | undefined
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

/** The unhandled messages of a journal, by number and in order, and all known ids and aliases. */
export class WaitingMessages extends Map<number, Waiting> {
  readonly known = new KnownIds()
  /** Size of the messages on disk. */
  sizeBytes = 0
  /** The next unused number. */
  next = 1

  track({ n, id, aliases, chat, attempts }: Received, place: Place): Waiting {
    const waiting: Waiting = { id, aliases, chat, attempts, place, isOut: false, isHeld: false }
    this.set(n, waiting)
    this.next = Math.max(this.next, n + 1)
    this.sizeBytes += place.sizeBytes
    this.known.add(waiting)
    return waiting
  }

  override delete(n: number): boolean {
    this.sizeBytes -= this.get(n)?.place.sizeBytes ?? 0
    return super.delete(n)
  }

  override clear(): void {
    super.clear()
    this.known.clear()
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
}
