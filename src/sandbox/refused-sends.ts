import type { RefusedView } from './views/view.js'
import { textOf } from './world/describe.js'
import type { Content } from './world/message.js'

const LIMIT = 100
const ID_PREFIX = 'refused-'
const UPLOADED = ['image', 'video', 'file', 'sticker']

/** What a program tries to send. */
export type Attempt = Pick<RefusedView, 'chatId' | 'kind' | 'text'>

/** The latest 100 messages from the program that were refused. They are not part of a chat. */
export class RefusedSends {
  readonly #onChange: (view: RefusedView) => void
  #views: RefusedView[] = []
  #lastId = 0

  constructor(onChange: (view: RefusedView) => void) {
    this.#onChange = onChange
  }

  /** Oldest first. */
  get views(): readonly RefusedView[] {
    return this.#views
  }

  find(id: string): RefusedView | undefined {
    return this.#views.find((view) => view.id === id)
  }

  /** Records a refusal and returns its id. A retry that is refused as well updates the record of the first attempt. */
  refuse(attempt: Attempt, code: number, at: number): string {
    const before = this.#pending(attempt)
    const id = before?.id ?? `${ID_PREFIX}${++this.#lastId}`
    this.#put({ ...attempt, id, code, at, attempts: (before?.attempts ?? 0) + 1 })
    return id
  }

  /** Records that a message was accepted. Returns the id of its refusal if it had been refused before. */
  accept(attempt: Attempt, messageId: string): string | undefined {
    const before = this.#pending(attempt)
    if (before) this.#put({ ...before, messageId })
    return before?.id
  }

  #pending(attempt: Attempt): RefusedView | undefined {
    return this.#views.find((view) => view.messageId === undefined && isSame(view, attempt))
  }

  #put(view: RefusedView): void {
    this.#views = [...this.#views.filter(({ id }) => id !== view.id), view].slice(-LIMIT)
    this.#onChange(view)
  }
}

/** Whether the id is that of a refusal, not of a message. */
export function isRefusalId(id: string): boolean {
  return id.startsWith(ID_PREFIX)
}

/** The text by which a message is recognized when it is sent again. */
export function labelOf(content: Content): string {
  return 'media' in content ? content.media.name : textOf(content)
}

/** Programs may generate new ids for a retry, so it is recognized by its content. An upload states no precise kind. */
function isSame(a: Attempt, b: Attempt): boolean {
  if (a.chatId !== b.chatId || a.text !== b.text) return false
  return a.kind === b.kind || (a.text !== '' && UPLOADED.includes(a.kind) && UPLOADED.includes(b.kind))
}
