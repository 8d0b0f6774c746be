import { SandboxError } from '../errors.js'
import type { Notifier } from '../notifier.js'
import type { Action } from '../world/action.js'
import { newVerifyCode, type QrCode, type QrState } from './qr-code.js'
import type { QrRegistry } from './qr-registry.js'

interface QrCodesOptions {
  /** The number of the account. */
  account: number
  registry: QrRegistry
  /** Whether other accounts may scan the same QR codes. */
  isShared: () => boolean
  onAction: (action: Action) => void
}

/** The QR codes that one account's phone sees: those that it has scanned, and those that no phone has. @see docs/ilink.md §3 */
export class QrCodes {
  readonly #options: QrCodesOptions
  #nextVerifyCode: string | undefined

  constructor(options: QrCodesOptions) {
    this.#options = options
  }

  /** Notifies waiters of every change. */
  get notifier(): Notifier {
    return this.#options.registry.notifier
  }

  /** The QR code to which the phone's actions apply. */
  get latest(): QrCode | undefined {
    const { account, registry, isShared } = this.#options
    // While the phone asks for a confirmation, a newer QR code may be for another account.
    const asked = isShared() ? this.#asked : undefined
    return asked ?? registry.all.findLast((qr) => (qr.account ?? account) === account)
  }

  /** Whether the phone is asking for a confirmation. */
  get isBusy(): boolean {
    return this.#asked !== undefined
  }

  get #asked(): QrCode | undefined {
    const { account, registry } = this.#options
    return registry.all.findLast(
      (qr) => qr.account === account && (qr.state === 'scanned' || qr.state === 'verifyCode'),
    )
  }

  /** Makes the next scan require a code. Throws a `SandboxError` unless it has 4 to 8 digits. */
  requireVerifyCode(given?: string): string {
    const code = given ?? newVerifyCode()
    if (!/^\d{4,8}$/.test(code)) throw new SandboxError(`Invalid code "${code}": expected 4 to 8 digits.`)
    this.#nextVerifyCode = code
    this.#acted({ type: 'clawbot', action: 'requireVerifyCode', ...(given === undefined ? {} : { code: given }) })
    return code
  }

  /** Scans the QR code, by default the latest one, which then belongs to the account. */
  scan(given = this.latest): QrCode {
    const qr = this.#require('scan', ['waiting'], given)
    qr.account = this.#options.account
    qr.verifyCode = this.#nextVerifyCode
    this.#nextVerifyCode = undefined
    this.#acted({ type: 'clawbot', action: 'scan' })
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

  /** Answers the open QR code, which then belongs to the account. */
  alreadyBound(): QrCode {
    this.#require('alreadyBound', ALREADY_BOUND_FROM).account = this.#options.account
    return this.#act('alreadyBound', ALREADY_BOUND_FROM, 'alreadyBound')
  }

  redirect(host: string): QrCode {
    const qr = this.#require('redirect', ['waiting', 'scanned', 'verifyCode'])
    qr.redirectHost = host
    this.#acted({ type: 'clawbot', action: 'redirect' })
    this.#options.registry.changed(qr)
    return qr
  }

  set(qr: QrCode, state: QrState): QrCode {
    return this.#options.registry.set(qr, state)
  }

  #acted(action: Action): void {
    this.#options.onAction(action)
  }

  #act(action: 'decline' | 'expire' | 'alreadyBound', from: readonly QrState[], to: QrState): QrCode {
    const qr = this.#require(action, from)
    this.#acted({ type: 'clawbot', action })
    return this.set(qr, to)
  }

  #require(action: string, states: readonly QrState[], qr = this.latest): QrCode {
    if (!qr) {
      throw new SandboxError(
        `Cannot ${action}: no program has requested an iLink QR code yet. Start a program with the iLink transport first.`,
      )
    }
    if (!states.includes(qr.state)) {
      throw new SandboxError(`Cannot ${action}: the iLink QR code ${qr.id} is ${qr.state}. ${ADVICE[qr.state]}`)
    }
    return qr
  }
}

const ALREADY_BOUND_FROM: readonly QrState[] = ['waiting', 'scanned', 'verifyCode']

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
