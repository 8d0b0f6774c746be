import { randomInt } from 'node:crypto'
import { LOGIN_STATUS } from '../../transports/ilink/wire/login.js'
import { Notifier } from '../notifier.js'
import { randomHex } from '../random.js'
import type { Binding } from './binding.js'
import { newShortCode } from './tokens.js'

export type QrState =
  | 'waiting'
  | 'verifyCode'
  | 'scanned'
  | 'declined'
  | 'confirmed'
  | 'alreadyBound'
  | 'blocked'
  | 'expired'

/** The status that is sent for each state. A declined code looks scanned until it expires. */
const STATUS: Record<QrState, string> = {
  waiting: LOGIN_STATUS.waiting,
  verifyCode: LOGIN_STATUS.verifyCodeNeeded,
  scanned: LOGIN_STATUS.scanned,
  declined: LOGIN_STATUS.scanned,
  confirmed: LOGIN_STATUS.confirmed,
  alreadyBound: LOGIN_STATUS.alreadyBound,
  blocked: LOGIN_STATUS.verifyCodeBlocked,
  expired: LOGIN_STATUS.expired,
}

/** A program that loses the reply with its token can ask for it again for so long. */
const REPEAT_MS = 60_000

/** Wrong codes after which a QR code is blocked. The real number is unknown. */
const MAX_WRONG_CODES = 3

/** A QR code: its state on the phone and the reported status. @see docs/ilink.md §3 */
export class QrCode {
  /** Notifies waiters of changes to this code. */
  readonly notifier = new Notifier()
  readonly id = randomHex(32)
  readonly shortCode = newShortCode()
  /** The number of the account whose phone has scanned the code. */
  account: number | undefined
  /** Unix time in milliseconds. */
  readonly expiresAt: number
  /** Tokens that the program holds. */
  readonly localTokens: readonly string[]
  readonly #closed = new AbortController()
  #state: QrState = 'waiting'
  /** The digits that the phone shows, if the scan requires a code. */
  verifyCode: string | undefined
  wrongCodes = 0
  /** The host for the next polls; sent once. */
  redirectHost: string | undefined
  #binding: Binding | undefined
  /** The latest status in a reply. */
  reported: string = LOGIN_STATUS.waiting
  /** Conformance: the end of the latest poll, and the number of polls in a row without a pause. */
  answeredAt = 0
  hastyPolls = 0
  /** Conformance: the code in the latest poll, while its result is not known to the program. */
  unresolvedCode: string | undefined

  constructor(expiresAt: number, localTokens: readonly string[]) {
    this.expiresAt = expiresAt
    this.localTokens = localTokens
  }

  get state(): QrState {
    return this.#state
  }

  set state(state: QrState) {
    this.#state = state
    if (!this.isOpen) this.#closed.abort()
  }

  /** Whether the QR code is waiting for an action on the phone. */
  get isOpen(): boolean {
    return ['waiting', 'verifyCode', 'scanned', 'declined'].includes(this.state)
  }

  /** Aborts when the QR code is no longer open. */
  get closed(): AbortSignal {
    return this.#closed.signal
  }

  /** Keeps the result of the confirmation. */
  bind(binding: Binding): void {
    this.#binding = binding
  }

  /** The result of the confirmation, as long as it is valid and the program may ask for it. */
  bindingAt(nowMs: number): Binding | undefined {
    const binding = this.#binding
    if (binding?.tokenState !== 'valid') return undefined
    return nowMs < Math.max(this.expiresAt, binding.boundAt + REPEAT_MS) ? binding : undefined
  }

  get status(): string {
    return STATUS[this.state]
  }

  get attemptsLeft(): number {
    return MAX_WRONG_CODES - this.wrongCodes
  }

  /** Checks the code that the program sent. A repetition because the reply was lost is not another attempt. */
  enterCode(code: string, isRepeated: boolean): void {
    if (code === this.verifyCode) {
      this.state = 'scanned'
      return
    }
    if (isRepeated) return
    this.wrongCodes++
    if (this.attemptsLeft <= 0) this.state = 'blocked'
  }
}

export function newVerifyCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0')
}
