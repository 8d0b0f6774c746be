import type { Clock } from '../clock.js'
import { SandboxError } from '../errors.js'
import { Notifier } from '../notifier.js'
import { newVerifyCode, QrCode, type QrState } from './qr-code.js'

const LIMIT = 100

/** The QR codes of the service; the phone acts on the latest one. @see docs/ilink.md §3 */
export class QrCodes {
  /** Notifies waiters of every change. */
  readonly notifier = new Notifier()
  readonly #codes = new Map<string, QrCode>()
  readonly #clock: Clock
  readonly #closing: AbortSignal
  readonly #onChange: (qr: QrCode) => void
  #nextVerifyCode: string | undefined

  constructor(clock: Clock, closing: AbortSignal, onChange: (qr: QrCode) => void) {
    this.#clock = clock
    this.#closing = closing
    this.#onChange = onChange
  }

  get latest(): QrCode | undefined {
    return [...this.#codes.values()].at(-1)
  }

  find(id: string): QrCode | undefined {
    return this.#codes.get(id)
  }

  start(lifeMs: number, localTokens: readonly string[]): QrCode {
    const qr = new QrCode(this.#clock.now() + lifeMs, localTokens)
    this.#codes.set(qr.id, qr)
    const [oldest] = this.#codes.keys()
    if (this.#codes.size > LIMIT && oldest !== undefined) this.#codes.delete(oldest)
    void this.#expireInTime(qr)
    this.changed(qr)
    return qr
  }

  /** Makes the next scan require a code. Throws a `SandboxError` unless it has 4 to 8 digits. */
  requireVerifyCode(code = newVerifyCode()): string {
    if (!/^\d{4,8}$/.test(code)) throw new SandboxError(`Invalid code "${code}": expected 4 to 8 digits.`)
    this.#nextVerifyCode = code
    return code
  }

  scan(): QrCode {
    const qr = this.#require('scan', ['waiting'])
    qr.verifyCode = this.#nextVerifyCode
    this.#nextVerifyCode = undefined
    return this.set(qr, qr.verifyCode === undefined ? 'scanned' : 'verifyCode')
  }

  /** Returns the QR code that can be confirmed. */
  toConfirm(): QrCode {
    return this.#require('confirm', ['scanned'])
  }

  decline(): QrCode {
    return this.set(this.#require('decline', ['scanned', 'verifyCode']), 'declined')
  }

  expire(): QrCode {
    return this.set(this.#require('expire', ['waiting', 'scanned', 'verifyCode', 'declined']), 'expired')
  }

  alreadyBound(): QrCode {
    return this.set(this.#require('alreadyBound', ['waiting', 'scanned', 'verifyCode']), 'alreadyBound')
  }

  redirect(host: string): QrCode {
    const qr = this.#require('redirect', ['waiting', 'scanned', 'verifyCode'])
    qr.redirectHost = host
    this.changed(qr)
    return qr
  }

  set(qr: QrCode, state: QrState): QrCode {
    qr.state = state
    this.changed(qr)
    return qr
  }

  changed(qr: QrCode): void {
    this.notifier.notify()
    this.#onChange(qr)
  }

  #require(action: string, states: readonly QrState[]): QrCode {
    const { latest } = this
    if (!latest) {
      throw new SandboxError(
        `Cannot ${action}: no program has requested an iLink QR code yet. Start a program with the iLink transport first.`,
      )
    }
    if (!states.includes(latest.state)) {
      throw new SandboxError(
        `Cannot ${action}: the iLink QR code ${latest.id} is ${latest.state}. ${ADVICE[latest.state]}`,
      )
    }
    return latest
  }

  async #expireInTime(qr: QrCode): Promise<void> {
    while (qr.isOpen && !this.#closing.aborted) {
      const leftMs = qr.expiresAt - this.#clock.now()
      if (leftMs <= 0) {
        this.set(qr, 'expired')
        return
      }
      await this.notifier.waitFor(leftMs, this.#clock, this.#closing)
    }
  }
}

const ADVICE: Record<QrState, string> = {
  waiting: 'Scan it first.',
  verifyCode: 'The program must send the code that the phone shows.',
  scanned: 'Confirm or decline it.',
  declined: 'It expires; the program must request a new one.',
  confirmed: 'The program is bound.',
  alreadyBound: 'The program is already bound.',
  blocked: 'The program must request a new QR code.',
  expired: 'The program must request a new QR code.',
}
