import { RecentSet } from '../../util/recent-set.js'

/** Ids of sent messages that are remembered, to know their echo. */
const MAX_REMEMBERED = 5_000

/** Knows which of the own messages that arrive were sent here. */
export class Echoes {
  readonly #ids = new RecentSet(MAX_REMEMBERED)
  readonly #open = new Map<string, Set<Promise<unknown>>>()
  readonly #onSent: (msgId: string) => void

  /** @param onSent keeps the id of a sent message for the next run */
  constructor(onSent: (msgId: string) => void) {
    this.#onSent = onSent
  }

  /** Follows a send to its end. */
  async follow<T extends { MsgID: string }>(toUserName: string, sending: Promise<T>): Promise<T> {
    const settled = sending.then(
      ({ MsgID }) => {
        // Without an id the echo cannot be told from another message.
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
   * Whether a message from the own account was sent here. Waits for sends to that conversation whose answer, and with it their
   * id, is still to come.
   */
  async has(msgId: string, toUserName: string): Promise<boolean> {
    await Promise.all(this.#open.get(toUserName) ?? [])
    return this.#ids.has(msgId)
  }
}
