import type { Itchat, State } from '../index.js'
import { ACTIVITY } from '../itchat/activity.js'
import type { MessageView } from '../sandbox/control/view.js'
import { SandboxError } from '../sandbox/errors.js'
import { checkOptions, type OptionNames } from '../sandbox/options.js'
import { CLAWBOT } from '../sandbox/world/clawbot.js'
import type { HandlingLog } from './handling-log.js'
import type { MessageLog } from './message-log.js'
import type { Progress } from './progress.js'
import type { TestClock } from './test-clock.js'

/** Options of expectations. */
export interface ExpectOptions {
  /** How far the clock may advance on its own, in milliseconds, when the bot waits for it. Default 3000. */
  withinMs?: number
  /**
   * Limit in milliseconds of real time, or `Infinity`: for handlers that wait for something outside the test, such as
   * another server. Default 3000.
   */
  timeoutMs?: number
  /** Cancels the wait: the promise rejects with the abort reason. */
  signal?: AbortSignal
}

const EXPECT_OPTIONS: OptionNames<ExpectOptions> = { withinMs: true, timeoutMs: true, signal: true }

/**
 * Why a wait ended: a message arrived; the bot has handled everything; its handlers wait for the clock; it has not handled
 * every message, and only the clock can change that; it is not logged in; the limit of real time has passed.
 */
export type WaitEnd = 'arrived' | 'settled' | 'clock' | 'stuck' | 'offline' | 'timeout'

const DEFAULT_MS = 3000

/** Real time without progress after which a bot counts as stuck, although no handler is running. */
const STUCK_MS = 200

interface WatchOptions {
  progress: Progress
  messages: MessageLog
  handlings: HandlingLog
  /** Whether the bot uses the ClawBot chat, and no other. */
  isIlink: boolean
  running?: RunningBot
}

/** The bot in this process. */
export interface RunningBot {
  readonly clock: TestClock
  bot(): Itchat
}

/** Waits until the bot has sent a message or has nothing left to do. */
export class Watch {
  readonly #options: WatchOptions

  constructor(options: WatchOptions) {
    this.#options = options
  }

  async wait(hasArrived: () => boolean, options: ExpectOptions = {}): Promise<WaitEnd> {
    const { withinMs, timeoutMs } = limitsOf(options)
    const { signal } = options
    const { progress, running } = this.#options
    const limit = Number.isFinite(timeoutMs) ? AbortSignal.timeout(timeoutMs) : undefined
    const untilMs = (running?.clock.now() ?? 0) + withinMs
    for (;;) {
      signal?.throwIfAborted()
      if (hasArrived()) return 'arrived'
      if (running) await progress.quiet()
      if (hasArrived()) return 'arrived'
      // From here to the next wait, everything is synchronous: no change goes unnoticed.
      const end = running && this.#endOf(running, untilMs)
      if (end === 'stepped') continue
      if (end === 'stuck') {
        // Reading a file, for example, makes no progress that the kit can see.
        const idle = AbortSignal.timeout(STUCK_MS)
        await progress.wait(idle, signal)
        if (idle.aborted) return end
      } else if (end) {
        return end
      } else {
        if (limit?.aborted) return !running && this.#isFetched ? 'settled' : 'timeout'
        await progress.wait(limit, signal)
      }
    }
  }

  /**
   * Why the wait for a bot that makes no progress ends, or `undefined` if a handler waits for something outside the test.
   * Advances the clock to the next sleep instead, unless that is after `untilMs`.
   */
  #endOf({ clock, bot }: RunningBot, untilMs: number): WaitEnd | 'stepped' | undefined {
    if (this.#isSettled(bot())) return 'settled'
    if (isOffline(bot().state)) return 'offline'
    const { nextInMs } = clock
    if (nextInMs !== undefined && clock.now() + nextInMs <= untilMs) {
      clock.step()
      return 'stepped'
    }
    if (this.isBusyOutside) return undefined
    return this.#options.handlings.running.length > 0 ? 'clock' : 'stuck'
  }

  /** Whether a handler or a request waits for something other than the clock. */
  get isBusyOutside(): boolean {
    const { progress, handlings, running } = this.#options
    return progress.isBusy || handlings.running.some((message) => running?.clock.sleepMsOf(message) === undefined)
  }

  #isSettled(bot: Itchat): boolean {
    const { handlings } = this.#options
    const isBusy = bot[ACTIVITY].pendingSends > 0 || handlings.running.length > 0
    return !isBusy && this.#said.every(({ id }) => handlings.get(id)?.hasEnded)
  }

  get #isFetched(): boolean {
    return this.#said.every(({ delivered }) => delivered)
  }

  /** The messages that the bot can receive. */
  get #said(): MessageView[] {
    const { messages, isIlink } = this.#options
    return messages.said.filter(({ id, chatId }) => (chatId === CLAWBOT) === isIlink && !messages.isMissed(id))
  }
}

/** Whether a bot in this state receives no messages unless it logs in. */
export function isOffline(state: State): boolean {
  return state === 'offline' || state === 'loggedOut' || state === 'closed'
}

/**
 * Returns the limits with their defaults.
 *
 * @throws SandboxError for an unknown option, a negative number or NaN
 */
export function limitsOf(options: ExpectOptions) {
  checkOptions(options, EXPECT_OPTIONS)
  const { withinMs = DEFAULT_MS, timeoutMs = DEFAULT_MS } = options
  checkMs('withinMs', withinMs)
  checkMs('timeoutMs', timeoutMs)
  return { withinMs, timeoutMs }
}

function checkMs(name: string, ms: number): void {
  if (!(ms >= 0)) throw new SandboxError(`Invalid ${name} ${ms}: expected a number of at least 0.`)
}
