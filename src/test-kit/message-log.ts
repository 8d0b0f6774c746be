import type { MessageView } from '../sandbox/control/view.js'
import type { Sandbox } from '../sandbox/sandbox.js'
import { CLAWBOT } from '../sandbox/world/clawbot.js'

/** The messages of a sandbox since the start of a test. */
export class MessageLog {
  readonly #views = new Map<string, MessageView>()
  readonly #read = new Set<string>()
  readonly #missed = new Set<string>()

  constructor(sandbox: Sandbox, onChange: () => void) {
    sandbox.on('message', (view) => {
      this.#views.set(view.id, view)
      onChange()
    })
    sandbox.on('delivered', ({ ids }) => {
      for (const id of ids) {
        const view = this.#views.get(id)
        if (view) this.#views.set(id, { ...view, delivered: true })
      }
      onChange()
    })
    let isNew = false
    sandbox.on('login', ({ state }) => {
      const wasNew = isNew
      isNew = state === 'initialising'
      if (!isNew || wasNew) return
      for (const { id, chatId, origin } of this.#views.values()) {
        if (origin !== 'bot' && chatId !== CLAWBOT) this.#missed.add(id)
      }
    })
  }

  get count(): number {
    return this.#views.size
  }

  /** The messages after the first `count`, oldest first. */
  since(count: number): MessageView[] {
    return [...this.#views.values()].slice(count)
  }

  /** Messages to the bot, oldest first. */
  get said(): MessageView[] {
    return [...this.#views.values()].filter(({ origin }) => origin !== 'bot')
  }

  /** Messages to the bot in a chat since its last message there, oldest first. */
  unanswered(chatId: string): MessageView[] {
    const messages = [...this.#views.values()].filter((view) => view.chatId === chatId)
    return messages.slice(messages.findLastIndex(({ origin }) => origin === 'bot') + 1)
  }

  /** Messages to the bot in a chat between a message of the bot and its previous message there, oldest first. */
  answeredBy(chatId: string, id: string): MessageView[] {
    const messages = [...this.#views.values()].filter((view) => view.chatId === chatId)
    const before = messages.slice(
      0,
      messages.findIndex((view) => view.id === id),
    )
    return before.slice(before.findLastIndex(({ origin }) => origin === 'bot') + 1)
  }

  /** Whether the next message in the chat is from the bot. */
  isAnswered({ id, chatId }: MessageView): boolean {
    const messages = [...this.#views.values()].filter((view) => view.chatId === chatId)
    return messages[messages.findIndex((view) => view.id === id) + 1]?.origin === 'bot'
  }

  /** Messages from the bot to other chats that no expectation has read, oldest first. */
  unreadElsewhere(chatId: string): MessageView[] {
    return [...this.#views.values()].filter(
      (view) => view.origin === 'bot' && view.chatId !== chatId && !this.#read.has(view.id),
    )
  }

  /** Records that an expectation has read a message. */
  markRead(id: string): void {
    this.#read.add(id)
  }

  isRead(id: string): boolean {
    return this.#read.has(id)
  }

  /** Whether the bot logged in after the message: over the web protocol, a new session starts without older messages. */
  isMissed(id: string): boolean {
    return this.#missed.has(id)
  }
}
