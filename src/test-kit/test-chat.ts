import type { Chat } from '../sandbox/actors/chat.js'
import type { SentMessage } from '../sandbox/sent-messages.js'
import { ExpectationError } from './expectation-error.js'
import { type Check, checkOf, checkOfFile, type Expected, wordsFor } from './expected.js'
import type { Explanation } from './explain.js'
import type { MessageLog } from './message-log.js'
import type { ExpectOptions, WaitEnd, Watch } from './watch.js'

/** The parts of a test that its chats need. */
export interface ChatContext {
  readonly watch: Watch
  readonly messages: MessageLog
  readonly explanation: Explanation
}

const NOTHING = { words: 'nothing', value: '' }

/** Why a wait that ended in this way does not show that the bot sends nothing. */
const PROBLEM: Readonly<Partial<Record<WaitEnd, string>>> = {
  stuck: 'the bot has not handled every message',
  offline: 'the bot is not logged in',
  timeout: 'the bot has not finished',
}

/** A chat in which a test expects messages from the bot. Each expectation reads one message, in the order sent. */
export class TestChat<C extends Chat = Chat> {
  /** The chat in the sandbox, with everything else that it can do. */
  readonly chat: C
  readonly #context: ChatContext

  /** Use `testBot` instead. */
  constructor(chat: C, context: ChatContext) {
    this.chat = chat
    this.#context = context
  }

  /** Permanent id of the chat. */
  get id(): string {
    return this.chat.id
  }

  /** Name of the person or topic of the group. */
  get name(): string {
    return this.#context.explanation.nameOf(this.id)
  }

  /**
   * Waits for the next message from the bot in this chat and returns it. A string must equal the text, a regular
   * expression must match it, and `{ kind }` accepts any message of a kind.
   *
   * @throws ExpectationError if the next message is different, or the bot has handled everything and sent none
   * @throws SandboxError if `expected` is neither of these
   */
  async expects(expected: Expected, options?: ExpectOptions): Promise<SentMessage> {
    return this.#expect(checkOf(expected), options)
  }

  /**
   * Like `expects`, for a picture, video, sticker or file, whose name must equal or match `name`. Its bytes can be read
   * with `bytes()`.
   */
  expectsFile(name?: string | RegExp, options?: ExpectOptions): Promise<SentMessage> {
    return this.#expect(checkOfFile(name), options)
  }

  /**
   * Waits until the bot has fetched every message, has handled it and has sent its replies.
   *
   * @throws ExpectationError if there is an unread message from the bot in this chat, a handler threw, or the bot is not
   * logged in
   */
  async expectsNothing(options?: ExpectOptions): Promise<void> {
    const end = await this.#wait(options)
    if (end === 'arrived') throw this.#error(NOTHING, await this.#read())
    const problem = this.#context.explanation.failureIn(this.id) ? 'a handler threw' : PROBLEM[end]
    if (problem) throw this.#error(NOTHING, undefined, problem, end)
  }

  async #expect(check: Check, options: ExpectOptions | undefined): Promise<SentMessage> {
    const end = await this.#wait(options)
    const received = end === 'arrived' ? await this.#read() : undefined
    if (received && check.matches(received)) return received
    throw this.#error(check, received, 'the bot sent nothing', end)
  }

  #wait(options: ExpectOptions | undefined): Promise<WaitEnd> {
    const { watch, messages } = this.#context
    return watch.wait(() => this.chat.unread.some(({ id }) => !messages.isRead(id)), options)
  }

  async #read(): Promise<SentMessage> {
    const { messages } = this.#context
    for (;;) {
      const message = await this.chat.nextMessage({ timeoutMs: Number.POSITIVE_INFINITY })
      // A replay reads messages without removing them.
      if (messages.isRead(message.id)) continue
      messages.markRead(message.id)
      return message
    }
  }

  #error(
    { words, value }: Pick<Check, 'words' | 'value'>,
    received: SentMessage | undefined,
    problem = '',
    end?: WaitEnd,
  ): ExpectationError {
    const { explanation } = this.#context
    const first = `${this.name} expected ${words}, but ${received ? `the bot sent ${wordsFor(received)}` : problem}.`
    if (received) {
      const actual = received.kind === 'text' ? received.text : wordsFor(received)
      const lines = [first, ...explanation.originOf(this.id, received.id)]
      return new ExpectationError(lines, { expected: value, actual, received })
    }
    const failure = explanation.failureIn(this.id)
    return new ExpectationError([first, ...explanation.linesFor(this.id, end === 'timeout')], {
      expected: value,
      actual: '',
      ...(failure ? { cause: failure.error } : {}),
    })
  }
}
