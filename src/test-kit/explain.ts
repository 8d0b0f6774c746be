import { ACTIVITY } from '../itchat/activity.js'
import type { MessageView } from '../sandbox/control/view.js'
import type { Sandbox } from '../sandbox/sandbox.js'
import { CLAWBOT } from '../sandbox/world/clawbot.js'
import { wordsFor } from './expected.js'
import type { HandlingLog, HandlingRecord } from './handling-log.js'
import type { MessageLog } from './message-log.js'
import type { ProgramProcess } from './program-process.js'
import { isOffline, type RunningBot } from './watch.js'

const MAX_LISTED = 5

/** The options of `msgRegister` by kind of conversation. */
const OPTION_OF = { friend: 'isFriendChat', group: 'isGroupChat', mp: 'isMpChat' } as const

const WRITER: Readonly<Partial<Record<MessageView['origin'], string>>> = { system: 'The system', phone: 'The owner' }

interface ExplainOptions {
  sandbox: Sandbox
  messages: MessageLog
  handlings: HandlingLog
  isIlink: boolean
  running?: RunningBot
  program?: ProgramProcess
}

/** Explains what the bot did instead of what was expected. */
export class Explanation {
  readonly #options: ExplainOptions

  constructor(options: ExplainOptions) {
    this.#options = options
  }

  /** Name of a person or group. */
  nameOf(id: string): string {
    if (id === CLAWBOT) return 'The owner'
    if (id === 'filehelper') return id
    const { sandbox } = this.#options
    const lookups = [
      () => sandbox.group(id).topic,
      () => sandbox.friend(id).remark || sandbox.friend(id).name,
      () => sandbox.official(id).name,
    ]
    for (const lookup of lookups) {
      try {
        return lookup()
      } catch {}
    }
    return sandbox.owner.name
  }

  /** The error of a handler that was called for an unanswered message in a chat. */
  failureIn(chatId: string): { error: unknown } | undefined {
    return this.failureOf(this.#options.messages.unanswered(chatId))
  }

  /** The latest error of a handler that was called for one of these messages. */
  failureOf(views: readonly MessageView[]): { error: unknown } | undefined {
    return views.flatMap(({ id }) => this.#options.handlings.get(id)?.failure ?? []).at(-1)
  }

  /** Lines that state which of these messages the bot has not answered, and why. */
  problemsOf(views: readonly MessageView[]): string[] {
    const { messages, handlings } = this.#options
    const problems = views.filter((view) => {
      const record = handlings.get(view.id)
      return !record?.hasEnded || record.failure || record.handlers.length === 0 || !messages.isAnswered(view)
    })
    const lines = this.fatesOf(problems.slice(-MAX_LISTED)).map((line) => `${line}.`)
    return [...lines, ...this.#refusals(views), ...this.#advice(false)]
  }

  /** Lines that state what was said in a chat, how the bot handled it, and what it sent to other chats. */
  linesFor(chatId: string, hasTimedOut: boolean): string[] {
    const relevant = this.#relevant(chatId)
    const lines = relevant.slice(-MAX_LISTED).map((view) => `${this.#said(view)}: ${this.#fateOf(view)}.`)
    if (relevant.length === 0) lines.push('Nothing has been said to the bot.')
    if (relevant.length > MAX_LISTED) lines.unshift(`${relevant.length - MAX_LISTED} earlier messages are not listed.`)
    const elsewhere = this.#options.messages.unreadElsewhere(chatId).slice(-MAX_LISTED)
    for (const view of elsewhere) lines.push(`The bot sent ${wordsFor(view)} to ${this.nameOf(view.chatId)} instead.`)
    lines.push(...this.#refusals(relevant), ...this.#advice(hasTimedOut))
    return lines
  }

  /** Lines that state what was said before a message of the bot, and how the bot handled it. */
  originOf(chatId: string, id: string): string[] {
    const views = this.#options.messages.answeredBy(chatId, id).slice(-MAX_LISTED)
    return this.fatesOf(views).map((line) => `${line}.`)
  }

  /** Lines about the unanswered messages in a chat, for waits without an expectation. */
  fatesOf(views: readonly MessageView[]): string[] {
    return views.map((view) => `${this.#said(view)}: ${this.#fateOf(view)}`)
  }

  /** The unanswered messages in the chat; if there are none, the latest messages in any chat. */
  #relevant(chatId: string): readonly MessageView[] {
    const { messages } = this.#options
    const here = messages.unanswered(chatId)
    return here.length > 0 ? here : messages.said.slice(-MAX_LISTED)
  }

  #said(view: MessageView): string {
    const { speaker, chatId, origin } = view
    const who = WRITER[origin] ?? this.nameOf(speaker)
    const where = chatId === speaker || chatId === CLAWBOT ? '' : ` in ${this.nameOf(chatId)}`
    return `${who} ${view.kind === 'text' ? 'said' : 'sent'} ${wordsFor(view)}${where}`
  }

  #fateOf({ id, delivered }: MessageView): string {
    const record = this.#options.handlings.get(id)
    if (record) return this.#handlingOf(record)
    if (this.#options.messages.isMissed(id)) return 'the bot logged in after it, and receives only newer messages'
    if (!delivered) return 'the bot has not fetched it'
    const isObserved = this.#options.running !== undefined
    return `the bot has fetched it${isObserved ? ', but run() has not passed it to a handler' : ''}`
  }

  #handlingOf(record: HandlingRecord): string {
    const { message, handlers, failure, hasEnded, reply } = record
    const [handler] = handlers
    if (failure) return `${handler ?? 'middleware'} threw ${errorLine(failure.error)}`
    if (!hasEnded) return `${handler ?? 'middleware'} is still running${this.#sleepOf(message)}`
    if (!handler) return this.#whyNoneMatched(record)
    return reply === '' ? `${handler} returned nothing` : `${handler} returned ${reply === 'text' ? 'text' : 'a file'}`
  }

  #sleepOf(message: HandlingRecord['message']): string {
    const ms = this.#options.running?.clock.sleepMsOf(message)
    return ms === undefined ? '' : ` and waits ${ms} ms for the clock: call t.clock.advance(${ms})`
  }

  #whyNoneMatched({ message }: HandlingRecord): string {
    const { Type } = message
    const activity = this.#options.running?.bot()[ACTIVITY]
    if (activity?.hasHandler(message)) return 'middleware did not call `next()`, so no handler was called'
    const kinds = activity?.kindsWithHandler(Type) ?? []
    if (kinds.length === 0) return `no handler is registered for type ${Type}`
    const options = kinds.map((kind) => OPTION_OF[kind]).join(', ')
    return `no handler matched. Type ${Type} has handlers only for ${options}`
  }

  #refusals(relevant: readonly MessageView[]): string[] {
    const sinceMs = Math.min(...relevant.map(({ at }) => at))
    return this.#options.sandbox.requests
      .filter(({ reason, at }) => reason !== undefined && at >= sinceMs)
      .slice(-MAX_LISTED)
      .map(({ endpoint, result, reason }) => `The request ${endpoint} was refused with ${result}: ${reason}.`)
  }

  #advice(hasTimedOut: boolean): string[] {
    const { running, program, sandbox, isIlink } = this.#options
    const { lastError } = sandbox
    if (lastError !== undefined) return [`The sandbox itself failed: ${errorLine(lastError)}.`]
    if (program?.end !== undefined) return [program.end]
    const state = running?.bot().state
    if (state && isOffline(state)) return [`The bot is not logged in: its state is ${state}.`]
    if (state === 'reconnecting')
      return ['The bot has lost the connection and waits for the clock: call t.clock.advance(ms), or set `withinMs`.']
    const { endCode } = sandbox.session ?? {}
    if (!running && !isIlink && endCode !== undefined) return [`The bot was logged out with code ${endCode}.`]
    if (running?.clock.isIgnored)
      return ['The handlers have not waited for t.clock. If the bot calls setTimeout, it waits in real time.']
    return hasTimedOut ? ['The limit of real time has passed. Set `timeoutMs` for a bot that needs longer.'] : []
  }
}

function errorLine(error: unknown): string {
  const line = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return line.replace(/\.$/, '')
}
