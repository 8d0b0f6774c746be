import type { Clock } from '../clock.js'
import { Notifier } from '../notifier.js'
import { QrCode, type QrState } from './qr-code.js'

const LIMIT = 100

/** The QR codes of the service. A code belongs to an account once the phone of that account scans it. */
export class QrRegistry {
  /** Notifies waiters of every change. */
  readonly notifier = new Notifier()
  readonly #codes = new Map<string, QrCode>()
  readonly #clock: Clock
  readonly #closing: AbortSignal
  readonly #onChange: (qr: QrCode) => void

  constructor(clock: Clock, closing: AbortSignal, onChange: (qr: QrCode) => void) {
    this.#clock = clock
    this.#closing = closing
    this.#onChange = onChange
  }

  find(id: string): QrCode | undefined {
    return this.#codes.get(id)
  }

  /** The QR codes, oldest first. */
  get all(): QrCode[] {
    return [...this.#codes.values()]
  }

  start(lifeMs: number, localTokens: readonly string[]): QrCode {
    const qr = new QrCode(this.#clock.now() + lifeMs, localTokens)
    this.#codes.set(qr.id, qr)
    const [oldest] = this.#codes.values()
    if (this.#codes.size > LIMIT && oldest) this.#evict(oldest)
    void this.#expireInTime(qr)
    this.changed(qr)
    return qr
  }

  set(qr: QrCode, state: QrState): QrCode {
    qr.state = state
    this.changed(qr)
    return qr
  }

  changed(qr: QrCode): void {
    qr.notifier.notify()
    this.notifier.notify()
    this.#onChange(qr)
  }

  /** Ends the timer and the polls of a code that was removed because the limit was reached. */
  #evict(qr: QrCode): void {
    this.#codes.delete(qr.id)
    if (qr.isOpen) qr.state = 'expired'
    qr.notifier.notify()
  }

  async #expireInTime(qr: QrCode): Promise<void> {
    const ended = AbortSignal.any([this.#closing, qr.closed])
    try {
      // A timer may fire early.
      for (let leftMs = this.#leftMs(qr); leftMs > 0; leftMs = this.#leftMs(qr)) await this.#clock.sleep(leftMs, ended)
      if (qr.isOpen) this.set(qr, 'expired')
    } catch (error) {
      if (!ended.aborted) throw error
    }
  }

  #leftMs(qr: QrCode): number {
    return qr.expiresAt - this.#clock.now()
  }
}
