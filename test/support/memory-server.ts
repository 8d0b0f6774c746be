import type { LogoutReason } from '../../src/errors.js'
import type { LoginStatus } from '../../src/transport/login.js'
import type { Dict } from '../../src/util/read.js'

/** Something the account sent. */
export interface SentThing {
  to: string
  text?: string
  file?: { name: string; bytes: Uint8Array }
}

/** A network in memory: one account, and one other person who writes texts and sends files. */
export class MemoryServer {
  /** What the account sent. */
  readonly sent: SentThing[] = []
  /** What the other person sent. */
  readonly log: Dict[] = []
  /** Login codes in the order they were requested. */
  readonly codes: LoginStatus[] = []
  isDown = false
  ended: LogoutReason | undefined
  /** How many sessions were started. */
  sessions = 0
  /** Requests of every kind. */
  requests = 0
  #wake: (() => void)[] = []

  /** The phone scans or confirms the newest code. */
  phone(status: LoginStatus): void {
    if (this.codes.length > 0) this.codes[this.codes.length - 1] = status
    this.notify()
  }

  say(words: string, file?: Uint8Array): void {
    this.log.push({ id: String(this.log.length + 1), words, at: 1_700_000_000, ...(file ? { file: [...file] } : {}) })
    this.notify()
  }

  /** The account sends something; returns its id. */
  receive(thing: SentThing): string {
    this.sent.push(thing)
    this.notify()
    return `sent-${this.sent.length}`
  }

  set(change: { isDown?: boolean; ended?: LogoutReason | undefined }): void {
    Object.assign(this, change)
    this.notify()
  }

  notify(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }

  /** Resolves when anything changes; rejects with the signal's reason. */
  changed(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const abort = () => reject(signal?.reason)
      signal?.addEventListener('abort', abort, { once: true })
      this.#wake.push(() => {
        signal?.removeEventListener('abort', abort)
        resolve()
      })
    })
  }
}
