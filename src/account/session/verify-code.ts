import { LoginError, StateError } from '../../errors.js'
import type { LoginStatus } from '../../transport/login.js'
import { describeValue, invalidArgument } from '../../util/invalid-argument.js'
import type { Logger } from '../../util/logger.js'
import type { AccountParts } from '../account-parts.js'
import type { LoginOptions } from '../options.js'
import { attention, strings } from '../strings.js'
import { hasTerminal, readLine } from './terminal-input.js'

/** Digits that a code may have; the phone shows six. */
const CODE = /^\d{1,12}$/

/** Obtains the code that the phone shows during a login, for a server that requires one. */
export class VerifyCode {
  readonly #parts: Pick<AccountParts, 'emitter' | 'link'>
  /** 0 while no code is needed. */
  #attempt = 0
  /** The last attempt for which the code was requested by `ask`. */
  #asked = 0
  #submitted = 0
  /** How many of the submitted codes were wrong. */
  #wrong = 0
  /** Aborts the work passed to `interruptible`. */
  #interruption = new AbortController()
  /** Ends the current question. */
  #question = new AbortController()

  constructor(parts: Pick<AccountParts, 'emitter' | 'link'>) {
    this.#parts = parts
  }

  /** Whether a code is needed and none has been submitted since. */
  get isMissing(): boolean {
    return this.#attempt > 0 && this.#submitted === this.#wrong
  }

  /**
   * Polls, and emits `verifyCode` if the reply says that a code is needed or that the submitted code was wrong.
   *
   * @param poll requests the status of the current QR code
   */
  async observe<T extends { status: LoginStatus }>(poll: () => Promise<T>): Promise<T> {
    const submitted = this.#submitted
    const reply = await poll()
    if (reply.status === 'verifyCodeNeeded') this.#need(submitted)
    else if (reply.status !== 'waiting') this.reset()
    return reply
  }

  #need(submitted: number): void {
    const isWrong = submitted > this.#wrong
    if (this.#attempt > 0 && !isWrong) return
    this.#wrong = submitted
    this.#attempt++
    this.#parts.emitter.emit('verifyCode', { attempt: this.#attempt })
  }

  /** @throws StateError if no code is needed; ArgumentError unless it consists of digits */
  submit(code: string): void {
    const digits = parseCode(code, 'code')
    const { login } = this.#parts.link.get()
    if (this.#attempt === 0 || !login.submitVerifyCode) {
      throw new StateError('submitVerifyCode: no login is waiting for a code. Wait for the verifyCode event.')
    }
    login.submitVerifyCode(digits)
    this.#submitted++
    this.#question.abort()
    this.#interrupt()
  }

  /**
   * Asks for the code once per attempt. Returns at once; `interruptible` then ends when the code has been submitted.
   *
   * @throws LoginError `verifyCode` if the program cannot ask for it
   */
  ask(options: Pick<LoginOptions, 'verifyCodeCallback'>, logger: Logger): void {
    const attempt = this.#attempt
    if (!this.isMissing || attempt === this.#asked) return
    this.#asked = attempt
    if (attempt > 1) logger.warn(attention(strings().wrongVerifyCode))
    logger.info(attention(strings().verifyCode))
    const { verifyCodeCallback: callback } = options
    if (callback) this.#answer(async () => parseCode(await callback({ attempt }), 'verifyCodeCallback'))
    else if (this.#parts.emitter.has('verifyCode')) return
    else if (hasTerminal()) this.#answer((signal) => readCode(signal, logger))
    else throw cannotAsk()
  }

  /**
   * Runs the work until a code is submitted; then resolves to `undefined`.
   *
   * @throws the error of the work, or of the question
   */
  async interruptible<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    const interruption = this.#interruption.signal
    try {
      return await work(AbortSignal.any([signal, interruption]))
    } catch (error) {
      if (signal.aborted || !interruption.aborted) throw error
      if (interruption.reason !== SUBMITTED) throw interruption.reason
      return undefined
    }
  }

  /** Called when the QR code changes or the login ends. */
  reset(): void {
    this.#attempt = 0
    this.#asked = 0
    this.#submitted = 0
    this.#wrong = 0
    this.#question.abort()
    this.#interruption = new AbortController()
  }

  #answer(question: (signal: AbortSignal) => Promise<string>): void {
    this.#question.abort()
    this.#question = new AbortController()
    const { signal } = this.#question
    question(signal).then(
      // An answer for an earlier QR code, or after another answer, is of no use.
      (code) => signal.aborted || this.submit(code),
      (error) => signal.aborted || this.#interruption.abort(error),
    )
  }

  #interrupt(): void {
    this.#interruption.abort(SUBMITTED)
    this.#interruption = new AbortController()
  }
}

const SUBMITTED = new Error('A code was submitted.')

/** Reads a code from the terminal. @throws LoginError if the input ends */
async function readCode(signal: AbortSignal, logger: Logger): Promise<string> {
  while (true) {
    const line = await readLine(strings().verifyCodePrompt, signal)
    if (line === undefined) throw cannotAsk()
    if (CODE.test(line.trim())) return line.trim()
    logger.warn(attention(strings().verifyCodeFormat))
  }
}

/** @throws ArgumentError, which does not contain the code */
function parseCode(code: unknown, argument: string): string {
  const digits = typeof code === 'string' ? code.trim() : ''
  if (CODE.test(digits)) return digits
  throw invalidArgument(argument, {
    expected: 'a string of 1 to 12 digits',
    found: typeof code === 'string' && code !== '' ? 'other text' : describeValue(code),
  })
}

function cannotAsk(): LoginError {
  return new LoginError(
    'The phone shows a code that is needed for this login, but this program does not ask for it. Set verifyCodeCallback, call ' +
      'submitVerifyCode() after a verifyCode event, or run the program in a terminal.',
    { reason: 'verifyCode' },
  )
}
