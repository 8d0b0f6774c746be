import { LoginError } from '../../errors.js'
import type { LoginPoll, LoginStatus } from '../../transport/login.js'
import { type Clock, startTimer } from '../../util/clock.js'
import type { Logger } from '../../util/logger.js'
import { TimeoutReason, withTimeout } from '../../util/timeout.js'
import type { LoginOptions } from '../options.js'
import { attention, done, strings } from '../strings.js'
import type { VerifyCode } from './verify-code.js'

const DEFAULT_QR_ROUNDS = 5
const DEFAULT_TIMEOUT_MS = 10 * 60_000

/** Pause between two polls when the server replies immediately instead of holding the request. */
const POLL_PAUSE_MS = 1_000

/** Pause between two requests when the server returns no code. */
const CODE_PAUSE_MS = 1_000

/** The steps of a login. Programs in the tutorials call them one by one. */
interface LoginSteps {
  /** URL of the page that simulates the phone; `undefined` for a remote server. */
  phonePage: string | undefined
  /**
   * Requests a code for a login that the phone confirms without scanning; `undefined` without an earlier login, or if
   * the server refuses.
   */
  requestPush(signal: AbortSignal): Promise<string | undefined>
  requestCode(signal: AbortSignal): Promise<string | undefined>
  showQr(code: string): Promise<unknown>
  poll(code: string, signal: AbortSignal): Promise<LoginPoll>
  verifyCode: Pick<VerifyCode, 'ask' | 'interruptible' | 'isMissing'>
}

/**
 * Shows QR codes until one is confirmed.
 *
 * @throws LoginError `expired` if no code is confirmed within the allowed rounds or time; `refused` if the server
 * refuses the login; `verifyCode` if it requires a code and the program cannot ask for one
 */
export async function confirmLogin(
  steps: LoginSteps,
  options: LoginOptions,
  clock: Clock,
  logger: Logger,
): Promise<void> {
  const timeoutMs = options.loginTimeoutMs ?? DEFAULT_TIMEOUT_MS
  try {
    await withTimeout(clock, timeoutMs, options.signal, (signal) => runRounds(steps, options, clock, logger, signal))
  } catch (error) {
    if (!(error instanceof TimeoutReason)) throw error
    throw new LoginError(
      `The login was not confirmed within ${timeoutMs / 1000} s. Start again and scan the QR code.`,
      {
        reason: 'expired',
      },
    )
  }
}

async function runRounds(
  steps: LoginSteps,
  options: LoginOptions,
  clock: Clock,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  const pushed = await steps.requestPush(signal)
  if (pushed !== undefined) {
    logger.info(strings().pushed(steps.phonePage))
    if (await isConfirmed(pushed, steps, options, clock, logger, signal, true)) return
  }
  const maxRounds = options.maxQrRounds ?? DEFAULT_QR_ROUNDS
  if (maxRounds === 0) {
    throw new LoginError('The login was not confirmed on the phone. Start again and scan a QR code.', {
      reason: 'expired',
    })
  }
  for (let round = 1; round <= maxRounds; round++) {
    const code = await steps.requestCode(signal)
    if (code === undefined) {
      await clock.sleep(CODE_PAUSE_MS, signal)
      continue
    }
    if (round > 1) logger.info(attention(strings().replaced))
    await steps.showQr(code)
    if (await isConfirmed(code, steps, options, clock, logger, signal)) return
  }
  throw new LoginError(
    `None of the ${maxRounds} QR codes was confirmed. Start again and scan the code before it expires.`,
    {
      reason: 'expired',
    },
  )
}

/** Polls one code until it is confirmed, canceled or expired. */
async function isConfirmed(
  code: string,
  steps: LoginSteps,
  options: LoginOptions,
  clock: Clock,
  logger: Logger,
  signal: AbortSignal,
  isPushed = false,
): Promise<boolean> {
  let last: LoginStatus | undefined
  while (true) {
    const elapsedMs = startTimer(clock)
    // A poll without the code must not delay the poll with it.
    const reply = steps.verifyCode.isMissing
      ? await steps.verifyCode.interruptible((either) => steps.poll(code, either), signal)
      : await steps.poll(code, signal)
    if (!reply) continue
    const { status, code: serverCode } = reply
    await options.qrCallback?.({ uuid: code, status: serverCode, qrcode: new Uint8Array() })
    switch (status) {
      case 'confirmed':
        return true
      case 'waiting':
        break
      case 'scanned':
        // A pushed login has no QR code to scan.
        if (last !== status && !isPushed) logger.info(done(strings().scanned(steps.phonePage)))
        break
      case 'verifyCodeNeeded':
        steps.verifyCode.ask(options, logger)
        break
      case 'cancelled':
        logger.info(attention(strings().cancelled))
        return false
      case 'expired':
        return false
    }
    const remainingMs = POLL_PAUSE_MS - elapsedMs()
    const isPaused = status === 'verifyCodeNeeded' ? steps.verifyCode.isMissing : last === status
    if (isPaused && remainingMs > 0) {
      await steps.verifyCode.interruptible((either) => clock.sleep(remainingMs, either), signal)
    }
    last = status
  }
}
