import type { Clock } from '../clock.js'
import { SandboxError } from '../errors.js'
import { Notifier } from '../notifier.js'
import type { Action } from '../world/action.js'
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
  readonly #onAction: (action: Action) => void
  #nextVerifyCode: string | undefined

  constructor(clock: Clock, closing: AbortSignal, onChange: (qr: QrCode) => void, onAction: (action: Action) => void) {
    this.#onAction = onAction
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
    const [oldest] = this.#codes.values()
    if (this.#codes.size > LIMIT && oldest) this.#evict(oldest)
    void this.#expireInTime(qr)
    this.changed(qr)
    return qr
  }

  /** Makes the next scan require a code. Throws a `SandboxError` unless it has 4 to 8 digits. */
  requireVerifyCode(given?: string): string {
    const code = given ?? newVerifyCode()
    if (!/^\d{4,8}$/.test(code)) throw new SandboxError(`Invalid code "${code}": expected 4 to 8 digits.`)
    this.#nextVerifyCode = code
    this.#onAction({ type: 'clawbot', action: 'requireVerifyCode', ...(given === undefined ? {} : { code: given }) })
    return code
  }

  scan(): QrCode {
    const qr = this.#require('scan', ['waiting'])
    qr.verifyCode = this.#nextVerifyCode
    this.#nextVerifyCode = undefined
    this.#onAction({ type: 'clawbot', action: 'scan' })
    return this.set(qr, qr.verifyCode === undefined ? 'scanned' : 'verifyCode')
  }

  /** Returns the QR code that can be confirmed. */
  toConfirm(): QrCode {
    return this.#require('confirm', ['scanned'])
  }

  decline(): QrCode {
    return this.#act('decline', ['scanned', 'verifyCode'], 'declined')
  }

  expire(): QrCode {
    return this.#act('expire', ['waiting', 'scanned', 'verifyCode', 'declined'], 'expired')
  }

  alreadyBound(): QrCode {
    return this.#act('alreadyBound', ['waiting', 'scanned', 'verifyCode'], 'alreadyBound')
  }

  redirect(host: string): QrCode {
    const qr = this.#require('redirect', ['waiting', 'scanned', 'verifyCode'])
    qr.redirectHost = host
    this.#onAction({ type: 'clawbot', action: 'redirect' })
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

  #act(action: 'decline' | 'expire' | 'alreadyBound', from: readonly QrState[], to: QrState): QrCode {
    const qr = this.#require(action, from)
    this.#onAction({ type: 'clawbot', action })
    return this.set(qr, to)
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

  /** Ends the sleep and the polls of a code that is no longer kept. */
  #evict(qr: QrCode): void {
    this.#codes.delete(qr.id)
    if (qr.isOpen) qr.state = 'expired'
    qr.notifier.notify()
  }

  async #expireInTime(qr: QrCode): Promise<void> {
    const ended = AbortSignal.any([this.#closing, qr.closed])
    try {
      // A timer may end early.
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
