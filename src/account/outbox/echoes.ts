import { RecentSet } from '../../util/recent-set.js'

/** Maximum number of sent message ids remembered to recognize echoes. */
const MAX_REMEMBERED = 5_000

/** Recognizes echoes: received messages that this instance itself has sent. */
export class Echoes {
  readonly #ids = new RecentSet(MAX_REMEMBERED)
  readonly #open = new Map<string, Set<Promise<unknown>>>()
  readonly #onSent: (msgId: string) => void

  /** @param onSent stores the id of a sent message for the next run */
  constructor(onSent: (msgId: string) => void) {
    this.#onSent = onSent
  }

  /** Tracks a send until it ends. */
  async follow<T extends { MsgID: string }>(toUserName: string, sending: Promise<T>): Promise<T> {
    const settled = sending.then(
      ({ MsgID }) => {
        // Without an id, the echo cannot be recognized.
        if (MsgID === '') return
        this.#ids.add(MsgID)
        this.#onSent(MsgID)
      },
      () => {},
    )
    const open = this.#open.get(toUserName) ?? new Set()
    this.#open.set(toUserName, open.add(settled))
    try {
      return await sending
    } finally {
      open.delete(settled)
      if (open.size === 0) this.#open.delete(toUserName)
    }
  }

  /**
   * Whether this instance sent the message with this id. Waits for pending sends to that conversation, because their
   * ids are still unknown.
   */
  async has(msgId: string, toUserName: string): Promise<boolean> {
    await Promise.all(this.#open.get(toUserName) ?? [])
    return this.#ids.has(msgId)
  }
}
