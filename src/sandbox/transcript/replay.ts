import type { Clock } from '../clock.js'
import type { Core } from '../core.js'
import { SandboxError } from '../errors.js'
import type { RawMessage } from '../raw-message.js'
import { chatView } from '../views/views.js'
import { CLAWBOT } from '../world/clawbot.js'
import { textOf } from '../world/describe.js'
import type { Message } from '../world/message.js'
import { compareSent, type SentEntry } from './compare.js'
import type { TranscriptDifference } from './format.js'
import { type ActionLine, Performer } from './perform.js'
import { checkPeople, readTranscript, type Transcript, type TranscriptEntry } from './read.js'
import type { TranscriptLine } from './schema.js'

/** Options for `sandbox.replay`. */
export interface ReplayOptions {
  /**
   * `'real'` keeps the recorded pauses between actions, `'full'` does not. Both wait until the program has fetched and
   * answered messages as it did in the recording. Default `'full'`.
   */
  speed?: 'real' | 'full'
  /** The clock for the recorded pauses. Default: the sandbox's `clock`. */
  clock?: Clock
  /** The clock for the limits. Default: the sandbox's `waitClock`. */
  waitClock?: Clock
  /**
   * How long to wait for each answer of the program, in milliseconds on `waitClock`, in addition to the time that it
   * took in the recording. Default: the sandbox's `messageTimeoutMs`.
   */
  timeoutMs?: number
  /** How long to wait for the program's first login, in milliseconds; `Infinity` for no limit. Default: `timeoutMs`. */
  loginTimeoutMs?: number
  /**
   * Resolves once the program has handled all messages, so that answers too many are noticed. Default: waits until the
   * program only polls and has sent nothing for a while on `waitClock`: the time of the slowest answer in the recording,
   * at least 500 ms and at most `timeoutMs`.
   */
  settled?: () => Promise<unknown>
  /** Cancels the replay: the promise rejects with the abort reason. */
  signal?: AbortSignal
}

/** The outcome of a replay. */
export interface ReplayResult {
  /** Empty if the program sent what it sent in the recording. */
  readonly differences: readonly TranscriptDifference[]
  /** Number of messages that the program sent during the replay. */
  readonly sentCount: number
}

const QUIET_MS = 500
const MAX_MS = 2 ** 31 - 1

/** Replays a transcript against the program that logs in to the sandbox. Throws a `TranscriptError` if it is invalid. */
export async function replayTranscript(
  core: Core,
  raw: (fields: RawMessage) => void,
  source: Transcript | string | readonly string[],
  options: ReplayOptions,
): Promise<ReplayResult> {
  const transcript = typeof source === 'string' || isLines(source) ? readTranscript(source) : source
  checkPeople(transcript.entries, core.world)
  return await new Replay(core, raw, transcript, options).run()
}

function isLines(source: Transcript | readonly string[]): source is readonly string[] {
  return Array.isArray(source)
}

/** A message from the program, or its recall. */
type Sent = { readonly message: Message; readonly isRecall: boolean }

class Replay {
  readonly #core: Core
  readonly #entries: readonly TranscriptEntry[]
  readonly #options: ReplayOptions
  readonly #clock: Clock
  readonly #waitClock: Clock
  readonly #timeoutMs: number
  readonly #performer: Performer
  readonly #sent = new Map<string, Sent[]>()
  readonly #notReplayed: TranscriptDifference[] = []
  /** Number of messages that each chat should have, given those that did not arrive in time. */
  readonly #due = new Map<string, number>()
  /** The chat of each message of the program, by its number in the transcript. */
  readonly #chats = new Map<number, string>()
  #hasLoggedIn = false

  constructor(core: Core, raw: (fields: RawMessage) => void, transcript: Transcript, options: ReplayOptions) {
    this.#core = core
    this.#entries = transcript.entries
    this.#options = options
    this.#clock = options.clock ?? core.clock
    this.#waitClock = options.waitClock ?? core.settings.waitClock
    this.#timeoutMs = options.timeoutMs ?? core.settings.messageTimeoutMs
    this.#performer = new Performer(core, raw)
    for (const { line } of transcript.entries) if (line.type === 'sent') this.#chats.set(line.n, line.chat)
  }

  async run(): Promise<ReplayResult> {
    const { events } = this.#core.world
    const removers = [
      events.on('message', (message) => {
        if (message.origin === 'bot') this.#collect({ message, isRecall: false })
      }),
      events.on('recalled', ({ message, byProgram }) => {
        if (byProgram) this.#collect({ message, isRecall: true })
      }),
    ]
    try {
      const isComplete = await this.#replayAll()
      if (isComplete) await this.#settle()
    } finally {
      for (const remove of removers) remove()
    }
    const sentCount = [...this.#sent.values()].flat().filter(({ isRecall }) => !isRecall).length
    return { differences: [...this.#notReplayed, ...this.#compare()], sentCount }
  }

  /** The chat to which the program sent or in which it recalled a message; `undefined` for other lines. */
  #chatOf(line: TranscriptLine): string | undefined {
    if (line.type === 'sent') return line.chat
    return line.type === 'sentRecall' ? this.#chats.get(line.ref) : undefined
  }

  #collect(sent: Sent): void {
    const { chatId } = sent.message
    const list = this.#sent.get(chatId) ?? []
    this.#sent.set(chatId, list)
    list.push(sent)
  }

  /** Returns whether all lines were replayed: without a program that receives messages, the rest is pointless. */
  async #replayAll(): Promise<boolean> {
    let base = this.#clock.now()
    let lastActionAt = 0
    for (const { number, line } of this.#entries) {
      const limitMs = this.#timeoutMs + Math.max(0, line.at - lastActionAt)
      if (isAction(line)) {
        if (this.#options.speed === 'real') base = await this.#pause(base, line.at)
        await this.#perform(number, line, limitMs)
        lastActionAt = line.at
        continue
      }
      if (!(await this.#awaitProgram(number, line, limitMs))) return false
    }
    return true
  }

  /** Waits until the recorded time. A program that is slower than in the recording shifts the rest. */
  async #pause(base: number, at: number): Promise<number> {
    const leftMs = base + at - this.#clock.now()
    if (leftMs > 0) await this.#clock.sleep(Math.min(leftMs, MAX_MS), this.#signal)
    return Math.max(base, this.#clock.now() - at)
  }

  /** Performs an action, waiting until it is possible: a QR code can be scanned only once the program requests it. */
  async #perform(number: number, line: ActionLine, timeoutMs: number): Promise<void> {
    const { traffic } = this.#core
    const lastRequest = traffic.requests.at(-1)?.id ?? 0
    let problem = ''
    const isLogin = !this.#hasLoggedIn && (line.type === 'phone' || line.type === 'clawbot')
    const limitMs = isLogin ? this.#loginTimeoutMs : timeoutMs
    const isDone = await this.#until(() => {
      try {
        this.#performer.perform(line)
        return true
      } catch (error) {
        if (!(error instanceof SandboxError)) throw error
        problem = error.message
        return false
      }
    }, limitMs)
    if (!isDone) {
      this.#notReplayed.push({ type: 'notReplayed', line: number, reason: problem })
      return
    }
    const poll = scanPoll(line)
    if (poll === undefined || this.#core.settings.autoLogin) return
    // The program learns about the scan before the phone confirms, as it did in the recording.
    await this.#until(
      () => traffic.requests.some(({ id, endpoint }) => id > lastRequest && endpoint === poll),
      this.#timeoutMs,
    )
  }

  /** Waits for something that the program did in the recording. Returns false if replaying cannot go on. */
  async #awaitProgram(number: number, line: Exclude<TranscriptLine, ActionLine>, limitMs: number): Promise<boolean> {
    const stop = (reason: string) => {
      this.#notReplayed.push({ type: 'notReplayed', line: number, reason })
      return false
    }
    switch (line.type) {
      case 'online': {
        const ms = this.#hasLoggedIn ? limitMs : this.#loginTimeoutMs
        this.#hasLoggedIn = await this.#until(() => this.#isOnline(line.protocol), ms)
        return this.#hasLoggedIn || stop(`The program did not come online within ${ms} ms. The replay ended here.`)
      }
      case 'end':
        return true
      case 'offline':
        // At the end of most recordings, the program was simply stopped.
        if (!this.#comesBack(number, line.protocol)) return true
        await this.#until(() => !this.#isOnline(line.protocol), limitMs)
        return true
      case 'fetched': {
        const messages = line.refs.flatMap((ref) => this.#performer.messages.get(ref) ?? [])
        const isFetched = await this.#until(() => messages.every(({ delivered }) => delivered), limitMs)
        return isFetched || stop(`The program did not fetch the messages within ${limitMs} ms. The replay ended here.`)
      }
      case 'sent':
      case 'sentRecall': {
        const chat = this.#chatOf(line)
        if (chat === undefined) return true
        const due = (this.#due.get(chat) ?? 0) + 1
        const isSent = await this.#until(() => (this.#sent.get(chat)?.length ?? 0) >= due, limitMs)
        // A message that never came must not delay the lines after it again.
        this.#due.set(chat, isSent ? due : due - 1)
        if (isSent && line.type === 'sent') this.#remember(line.n, chat, due - 1)
        return true
      }
    }
  }

  #comesBack(number: number, protocol: 'web' | 'ilink'): boolean {
    return this.#entries.some(
      ({ number: later, line }) => later > number && line.type === 'online' && line.protocol === protocol,
    )
  }

  /** Makes a message of the program known for later quotes of it. */
  #remember(n: number, chat: string, index: number): void {
    const message = this.#sent.get(chat)?.[index]?.message
    if (message) this.#performer.messages.set(n, message)
  }

  #isOnline(protocol: 'web' | 'ilink'): boolean {
    const { sessions, ilink } = this.#core
    if (protocol === 'web') return sessions.live?.polled === true
    return ilink.binding?.tokenState === 'valid' && ilink.binding.hasPolled
  }

  async #settle(): Promise<void> {
    if (this.#options.settled) {
      await this.#options.settled()
      return
    }
    const quietMs = Math.max(QUIET_MS, Math.min(slowestAnswerMs(this.#entries), this.#timeoutMs))
    const count = () => [...this.#sent.values()].flat().length
    for (;;) {
      const wasIdle = await this.#until(() => this.#isIdle, this.#timeoutMs)
      const before = count()
      await this.#waitClock.sleep(quietMs, this.#signal)
      if (count() === before && (this.#isIdle || !wasIdle)) return
    }
  }

  /** Whether the program is polling for messages and has no other request in progress, such as an upload. */
  get #isIdle(): boolean {
    const pending = this.#core.traffic.requests.filter(({ status }) => status === undefined)
    const polls = [...(this.#isOnline('web') ? ['synccheck'] : []), ...(this.#isOnline('ilink') ? ['getupdates'] : [])]
    return (
      polls.every((poll) => pending.some(({ endpoint }) => endpoint === poll)) &&
      pending.every(({ endpoint }) => polls.includes(endpoint))
    )
  }

  get #signal(): AbortSignal {
    const { signal } = this.#options
    return signal ? AbortSignal.any([signal, this.#core.closing]) : this.#core.closing
  }

  get #loginTimeoutMs(): number {
    return this.#options.loginTimeoutMs ?? this.#timeoutMs
  }

  /** Returns a signal that aborts after `ms` on the clock for waits, until `done` is aborted. */
  #after(ms: number, done: AbortController): AbortSignal {
    const timeout = new AbortController()
    if (ms !== Number.POSITIVE_INFINITY) {
      this.#waitClock.sleep(Math.min(ms, MAX_MS), done.signal).then(
        () => timeout.abort(),
        () => {},
      )
    }
    return AbortSignal.any([timeout.signal, this.#signal])
  }

  /** Waits until the condition holds, which is checked after every event. Returns false after `ms`. */
  async #until(holds: () => boolean, ms: number): Promise<boolean> {
    if (holds()) return true
    const done = new AbortController()
    try {
      const timeout = this.#after(ms, done)
      return await this.#core.feed.notifier.until(() => (holds() ? true : undefined), timeout)
    } catch (error) {
      this.#signal.throwIfAborted()
      if (error instanceof DOMException) return false
      throw error
    } finally {
      done.abort()
    }
  }

  #compare(): TranscriptDifference[] {
    const expected = new Map<string, SentEntry[]>()
    const texts = new Map<number, string>()
    for (const { number, line } of this.#entries) {
      if (line.type === 'sent') texts.set(line.n, line.text)
      const chat = this.#chatOf(line)
      if (chat === undefined) continue
      const entry =
        line.type === 'sent'
          ? this.#expectedEntry(line)
          : { kind: 'recall', text: (line.type === 'sentRecall' && texts.get(line.ref)) || '' }
      expected.set(chat, [...(expected.get(chat) ?? []), { ...entry, line: number }])
    }
    const chats = new Set([...expected.keys(), ...this.#sent.keys()])
    // What the program sent after the end of a recording that reached its limit is unknown.
    const isCut = this.#entries.at(-1)?.line.type === 'end'
    return [...chats].flatMap((chatId): TranscriptDifference[] => {
      const recorded = expected.get(chatId) ?? []
      const sent = (this.#sent.get(chatId) ?? []).slice(0, isCut ? recorded.length : undefined)
      const rows = compareSent(recorded, sent.map(sentEntry))
      if (rows.every(({ type }) => type === 'same')) return []
      return [{ type: 'messages', chatId, chatName: this.#nameOf(chatId), rows }]
    })
  }

  #expectedEntry(line: Extract<TranscriptLine, { type: 'sent' }>): SentEntry {
    const { kind, text, name, md5, isBroken } = line
    return {
      kind,
      text,
      ...(name === undefined ? {} : { name }),
      ...(md5 === undefined ? {} : { md5: this.#performer.replacedMd5.get(md5) ?? md5 }),
      ...(isBroken ? { isBroken } : {}),
    }
  }

  #nameOf(chatId: string): string {
    const { world } = this.#core
    const isKnown = chatId === CLAWBOT || world.people.has(chatId) || world.groups.has(chatId)
    return isKnown ? chatView(world, chatId).name : ''
  }
}

function sentEntry({ message, isRecall }: Sent): SentEntry {
  const { content, isBroken } = message
  const text = textOf(content)
  if (isRecall) return { kind: 'recall', text }
  const media = 'media' in content ? content.media : undefined
  return {
    kind: content.kind,
    text,
    ...(media ? { name: media.name, md5: media.md5 } : {}),
    ...(isBroken ? { isBroken } : {}),
  }
}

function isAction(line: TranscriptLine): line is ActionLine {
  return !['online', 'offline', 'fetched', 'sent', 'sentRecall', 'end'].includes(line.type)
}

/** The longest time from an action to a message that the program sent before the next action, in milliseconds. */
function slowestAnswerMs(entries: readonly TranscriptEntry[]): number {
  let actionAt = 0
  let slowest = 0
  for (const { line } of entries) {
    if (isAction(line)) actionAt = line.at
    else if (line.type === 'sent') slowest = Math.max(slowest, line.at - actionAt)
  }
  return slowest
}

/** The poll through which a program learns about a scan. */
function scanPoll(line: ActionLine): string | undefined {
  if (line.type === 'phone' && line.action === 'scan') return 'login'
  return line.type === 'clawbot' && line.action === 'scan' ? 'get_qrcode_status' : undefined
}
