import { Notifier } from './notifier.js'
import type { EventMap, EventView } from './views/view.js'

const LIMIT = 1000

/** Keeps the latest 1,000 events, numbered from 1, for pages that reconnect. */
export class Feed {
  readonly notifier = new Notifier()
  readonly #events: EventView[] = []
  readonly #listeners = new Set<(event: EventView) => void>()
  #lastId = 0

  get lastId(): number {
    return this.#lastId
  }

  /** The retained events, oldest first. */
  get events(): readonly EventView[] {
    return this.#events
  }

  publish<K extends keyof EventMap>(type: K, data: EventMap[K]): void {
    const event = { id: ++this.#lastId, type, data } as EventView
    this.#events.push(event)
    if (this.#events.length > LIMIT * 1.1) this.#events.splice(0, this.#events.length - LIMIT)
    for (const listener of [...this.#listeners]) listener(event)
    this.notifier.notify()
  }

  /** Returns the events after this id, or `undefined` if some of them were dropped or the id is unknown. */
  after(id: number): EventView[] | undefined {
    const oldest = this.#events[0]?.id ?? this.#lastId + 1
    if (id < oldest - 1 || id > this.#lastId) return undefined
    return this.#events.slice(id - oldest + 1)
  }

  onEvent(listener: (event: EventView) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }
}
