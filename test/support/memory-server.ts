import type { LogoutReason } from '../../src/errors.js'
import type { LoginStatus } from '../../src/transport/login.js'
import type { Dict } from '../../src/util/read.js'

/** A message that the account has sent. */
export interface SentItem {
  to: string
  text?: string
  file?: { name: string; bytes: Uint8Array }
}

/** An in-memory network with one account and one contact, who sends text and files. */
export class MemoryServer {
  /** Messages that the account has sent. */
  readonly sent: SentItem[] = []
  /** Messages that the contact has sent. */
  readonly log: Dict[] = []
  /** The status of each login code, in the order in which the codes were requested. */
  readonly codes: LoginStatus[] = []
  /** The code that the phone shows while the status of the newest code is `verifyCodeNeeded`. */
  verifyCode = ''
  /** The codes that the account has sent, in order. */
  readonly enteredCodes: string[] = []
  /** Called before the server receives a message from the account; the send waits for it and fails if it throws. */
  onSend: (item: SentItem) => unknown = () => {}
  isDown = false
  ended: LogoutReason | undefined
  /** Number of sessions started. */
  sessions = 0
  /** Number of requests so far. */
  requests = 0
  #wake: (() => void)[] = []

  /** Sets the status of the newest code, as the phone would. */
  phone(status: LoginStatus): void {
    if (this.codes.length > 0) this.codes[this.codes.length - 1] = status
    this.notify()
  }

  /** Checks a verify code for the newest code; the third wrong code makes it expire. */
  checkVerifyCode(entered: string): void {
    this.enteredCodes.push(entered)
    if (entered === this.verifyCode) this.phone('scanned')
    else if (this.enteredCodes.length % 3 === 0) this.phone('expired')
  }

  say(text: string, file?: Uint8Array): void {
    this.log.push({ id: String(this.log.length + 1), text, at: 1_700_000_000, ...(file ? { file: [...file] } : {}) })
    this.notify()
  }

  /** Receives a message from the account; returns its id. */
  receive(item: SentItem): string {
    this.sent.push(item)
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

  /** Resolves when anything changes; rejects with the signal's reason when it aborts. */
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
