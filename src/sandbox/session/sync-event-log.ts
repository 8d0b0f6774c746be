import type { SyncEvent } from './sync-event.js'

const LIMIT = 10_000

/** A range of the log. */
export interface SyncEventPage {
  events: SyncEvent[]
  /** The cursor after this range. */
  cursor: number
  /** Whether more events follow. */
  more: boolean
}

/**
 * The sync events of the account, in order. A cursor is the number of events before it. Only the latest 10,000 events
 * are kept.
 */
export class SyncEventLog {
  #dropped = 0
  #events: SyncEvent[] = []

  /** The cursor after the newest event. */
  get end(): number {
    return this.#dropped + this.#events.length
  }

  add(event: SyncEvent): void {
    this.#events.push(event)
    if (this.#events.length > LIMIT * 1.1) {
      const excess = this.#events.length - LIMIT
      this.#events = this.#events.slice(excess)
      this.#dropped += excess
    }
  }

  /** Returns the latest `limit` messages between the cursors `from` and `to`. */
  messages(from: number, to: number, limit: number): SyncEvent[] {
    const index = (cursor: number) => Math.max(0, Math.min(cursor - this.#dropped, this.#events.length))
    return this.#events
      .slice(index(from), index(to))
      .filter(({ kind }) => kind === 'message' || kind === 'raw')
      .slice(-limit)
  }

  /** Returns at most `limit` events after `cursor`, skipping dropped ones. */
  after(cursor: number, limit: number): SyncEventPage {
    const start = Math.max(0, cursor - this.#dropped)
    const events = this.#events.slice(start, start + limit)
    const next = Math.max(cursor, this.#dropped + start + events.length)
    return { events, cursor: next, more: next < this.end }
  }
}
