import type { Clock } from '../sandbox/clock.js'
import { SandboxError } from '../sandbox/errors.js'
import type { Sandbox } from '../sandbox/sandbox.js'
import type { TranscriptDifference } from '../sandbox/transcript/format.js'
import type { Transcript } from '../sandbox/transcript/read.js'
import type { ReplayOptions, ReplayResult } from '../sandbox/transcript/replay.js'
import type { Explanation } from './explain.js'
import type { MessageLog } from './message-log.js'
import type { Progress } from './progress.js'
import { ReplayError } from './replay-error.js'
import type { TestClock } from './test-clock.js'
import { type ExpectOptions, limitsOf, type RunningBot, type Watch } from './watch.js'

interface TestReplayOptions {
  sandbox: Sandbox
  progress: Progress
  messages: MessageLog
  watch: Watch
  explanation: Explanation
  running?: RunningBot
}

/** Replays transcripts against the bot under test. */
export class TestReplay {
  readonly #options: TestReplayOptions

  constructor(options: TestReplayOptions) {
    this.#options = options
  }

  async run(source: Transcript | string | readonly string[], options: ExpectOptions): Promise<void> {
    const { sandbox, messages, explanation, running } = this.#options
    const { withinMs, timeoutMs } = limitsOf(options)
    if (running && withinMs === Number.POSITIVE_INFINITY) {
      throw new SandboxError(
        'Invalid withinMs Infinity: expected how long a replay may wait for an answer that is missing.',
      )
    }
    const { signal } = options
    const start = messages.count
    const { differences } = running
      ? await this.#onClock(running.clock, source, options)
      : await sandbox.replay(source, { timeoutMs, ...(signal ? { signal } : {}) })
    for (const { id, origin } of messages.since(start)) if (origin === 'bot') messages.markRead(id)
    if (differences.length === 0) return
    const chats = new Set(differences.flatMap(chatOf))
    const said = messages.since(start).filter(({ chatId, origin }) => origin !== 'bot' && chats.has(chatId))
    const failure = explanation.failureOf(said)
    throw new ReplayError({
      differences,
      explanation: explanation.problemsOf(said),
      ...(failure ? { cause: failure.error } : {}),
    })
  }

  /** Replays with the recorded pauses: on a virtual clock, they take no time. */
  async #onClock(
    clock: TestClock,
    source: Transcript | string | readonly string[],
    options: ExpectOptions,
  ): Promise<ReplayResult> {
    const { sandbox, watch } = this.#options
    const { withinMs, timeoutMs } = limitsOf(options)
    const { signal } = options
    const replayClock = new ReplayClock(clock)
    const done = new AbortController()
    const replayOptions: ReplayOptions = {
      speed: 'real',
      clock: replayClock,
      waitClock: replayClock,
      timeoutMs: withinMs,
      settled: async () => {
        done.abort()
        const end = await watch.wait(() => false, options)
        if (end === 'timeout') throw new SandboxError('replay: the bot has not finished in time. Set `timeoutMs`.')
      },
      ...(signal ? { signal } : {}),
    }
    const result = sandbox.replay(source, replayOptions).finally(() => done.abort())
    const [outcome] = await Promise.all([result, this.#advance(clock, replayClock, timeoutMs, done.signal)])
    return outcome
  }

  /**
   * Advances the clock, sleep by sleep. A limit or a recorded pause of the replay ends only when no handler waits for
   * something outside the test, or after `timeoutMs` of real time.
   */
  async #advance(clock: TestClock, replayClock: ReplayClock, timeoutMs: number, done: AbortSignal): Promise<void> {
    const { progress, watch } = this.#options
    for (;;) {
      await progress.quiet()
      if (done.aborted) return
      const { nextInMs } = clock
      const isReplayNext = nextInMs !== undefined && clock.now() + nextInMs >= replayClock.nextAtMs
      if (nextInMs === undefined || (isReplayNext && watch.isBusyOutside)) {
        const limit = Number.isFinite(timeoutMs) ? AbortSignal.timeout(timeoutMs) : undefined
        await progress.wait(limit, done)
        if (!limit?.aborted) continue
      }
      clock.step()
    }
  }
}

/** The clock of a test, which knows when the next wait of the replay ends. */
class ReplayClock implements Clock {
  readonly #clock: Clock
  readonly #ends = new Set<{ atMs: number }>()

  constructor({ forBot }: TestClock) {
    this.#clock = forBot
  }

  get nextAtMs(): number {
    return Math.min(...[...this.#ends].map(({ atMs }) => atMs))
  }

  now(): number {
    return this.#clock.now()
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const end = { atMs: this.now() + ms }
    this.#ends.add(end)
    try {
      await this.#clock.sleep(ms, signal)
    } finally {
      this.#ends.delete(end)
    }
  }
}

function chatOf(difference: TranscriptDifference): string[] {
  return difference.type === 'messages' ? [difference.chatId] : []
}
