import type { SyncEvent } from './sync-event.js'

const LIMIT = 10_000

/** A stretch of the log. */
export interface SyncEventPage {
  news: SyncEvent[]
  /** Cursor after this stretch. */
  cursor: number
  /** More follows. */
  more: boolean
}

/**
 * Everything programs of one account were or will be told, in order; a cursor counts what came before. Only the latest
 * 10,000 are kept.
 */
export class SyncEventLog {
  #dropped = 0
  #news: SyncEvent[] = []

  /** Cursor after the newest entry. */
  get end(): number {
    return this.#dropped + this.#news.length
  }

  add(news: SyncEvent): void {
    this.#news.push(news)
    if (this.#news.length > LIMIT * 1.1) {
      const over = this.#news.length - LIMIT
      this.#news = this.#news.slice(over)
      this.#dropped += over
    }
  }

  /** The latest messages, at most `limit`, of those from cursor `from` up to cursor `to`. */
  messages(from: number, to: number, limit: number): SyncEvent[] {
    const index = (cursor: number) => Math.max(0, Math.min(cursor - this.#dropped, this.#news.length))
    return this.#news
      .slice(index(from), index(to))
      .filter(({ kind }) => kind === 'message' || kind === 'raw')
      .slice(-limit)
  }

  /** At most `limit` entries after `cursor`; what was dropped is skipped. */
  after(cursor: number, limit: number): SyncEventPage {
    const start = Math.max(0, cursor - this.#dropped)
    const news = this.#news.slice(start, start + limit)
    const next = Math.max(cursor, this.#dropped + start + news.length)
    return { news, cursor: next, more: next < this.end }
  }
}
