import { dict, isDict, list, text } from '../../../util/read.js'

/** A message that may be quoted later. */
export interface KnownText {
  /** Kind of the item. @see docs/ilink.md §4.2 */
  type: number
  text: string
}

const MAX_MESSAGES = 500
/** Limit of all texts together, because they are saved with the session. */
const MAX_CHARACTERS = 64 * 1024

/**
 * The latest messages sent and received, by server id: newer apps quote a message only by its id.
 *
 * @see docs/ilink.md §4.2
 */
export class KnownTexts {
  readonly #byId = new Map<string, KnownText>()
  #characters = 0

  get(id: string): KnownText | undefined {
    return this.#byId.get(id)
  }

  add(id: string, known: KnownText): void {
    if (id === '' || known.text.length > MAX_CHARACTERS) return
    this.#remove(id)
    this.#byId.set(id, known)
    this.#characters += known.text.length
    for (const oldest of this.#byId.keys()) {
      if (this.#byId.size <= MAX_MESSAGES && this.#characters <= MAX_CHARACTERS) break
      this.#remove(oldest)
    }
  }

  clear(): void {
    this.#byId.clear()
    this.#characters = 0
  }

  save() {
    return [...this.#byId].map(([id, known]) => ({ id, ...known }))
  }

  restore(saved: unknown): void {
    this.clear()
    for (const entry of list(saved).filter(isDict)) {
      const { id, type, text: content } = dict(entry)
      this.add(text(id), { type: typeof type === 'number' ? type : 0, text: text(content) })
    }
  }

  #remove(id: string): void {
    this.#characters -= this.#byId.get(id)?.text.length ?? 0
    this.#byId.delete(id)
  }
}
