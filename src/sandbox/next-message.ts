import type { ActorContext } from './actor-context.js'
import { SandboxError } from './errors.js'
import { type NoMessageDetails, NoMessageError } from './no-message-error.js'
import type { SentMessage } from './sent-messages.js'
import type { MessageView } from './views/view.js'
import { chatView, messageView } from './views/views.js'
import { CLAWBOT } from './world/clawbot.js'
import type { Message } from './world/message.js'

/** Options for `nextMessage`. */
export interface WaitOptions {
  /** Cancels the wait: the promise rejects with the abort reason. */
  signal?: AbortSignal
  /** Milliseconds from 0 to 2^31 − 1, or `Infinity` for no limit. Default: the sandbox's `messageTimeoutMs`. */
  timeoutMs?: number
}

const MAX_MS = 2 ** 31 - 1
const MAX_LISTED = 5

/** Returns the oldest unread message from the program in a chat, waiting for one if necessary. Rejects on timeout. */
export async function nextMessage(context: ActorContext, chatId: string, options: WaitOptions): Promise<SentMessage> {
  const { settings, world, clock, closing } = context.core
  const { signal, timeoutMs = settings.messageTimeoutMs } = options
  if (timeoutMs !== Number.POSITIVE_INFINITY && !(timeoutMs >= 0 && timeoutMs <= MAX_MS)) {
    throw new SandboxError(`Invalid timeoutMs ${timeoutMs}: expected 0 to ${MAX_MS} or Infinity.`)
  }
  const start = { id: world.newMessageId(), at: clock.now() }
  const timeout = new AbortController()
  const done = new AbortController()
  if (timeoutMs !== Number.POSITIVE_INFINITY) {
    settings.waitClock.sleep(timeoutMs, done.signal).then(
      () => timeout.abort(),
      () => {},
    )
  }
  try {
    return await context.sentMessages.next(chatId, signal, timeout.signal, closing)
  } catch (error) {
    if (timeout.signal.aborted && !signal?.aborted) throw noMessage(context, chatId, timeoutMs, start)
    throw error
  } finally {
    done.abort()
  }
}

function noMessage(
  context: ActorContext,
  chatId: string,
  timeoutMs: number,
  start: { id: string; at: number },
): NoMessageError {
  const { world, traffic } = context.core
  const said = unanswered(world.conversations.get(chatId)?.messages ?? [])
  const [first] = said
  // Ids are ascending and have the same length, so they can be compared as strings.
  const sinceId = first && first.id < start.id ? first.id : start.id
  const sinceAt = Math.min(first?.at ?? start.at, start.at)
  const elsewhere = [...world.conversations.values()]
    .filter((conversation) => conversation.chatId !== chatId)
    .flatMap((conversation) =>
      conversation.messages.filter((message) => message.origin === 'bot' && message.id > sinceId),
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  const view = (message: Message) => messageView(world, message)
  const details: NoMessageDetails = {
    chatId,
    timeoutMs,
    said: said.map(view),
    elsewhere: elsewhere.map(view),
    refused: traffic.requests.filter((request) => request.reason !== undefined && request.at >= sinceAt),
    diagnostics: [],
  }
  const diagnostics = [...context.diagnostics].flatMap((collect) => collect(details))
  return new NoMessageError({ ...details, diagnostics }, describe(context, { ...details, diagnostics }))
}

/** Returns the messages since the program's last one, except those from before the start of the sandbox. */
function unanswered(messages: readonly Message[]): Message[] {
  const last = messages.findLastIndex((message) => message.origin === 'bot')
  return messages.slice(last + 1).filter((message) => !message.delivered || message.deliveredAt !== undefined)
}

function describe({ core }: ActorContext, details: NoMessageDetails): string[] {
  const { said, elsewhere, refused, diagnostics } = details
  const name = (chatId: string) => chatView(core.world, chatId).name
  const quote = ({ kind, text }: MessageView) => (text === '' ? `[${kind}]` : JSON.stringify(text))
  const lines = [`The program sent nothing to ${name(details.chatId)} within ${details.timeoutMs} ms.`]
  const add = (label: string, items: readonly string[]) => {
    if (items.length === 0) return
    const more = items.length > MAX_LISTED ? [`${items.length - MAX_LISTED} more`] : []
    lines.push(`${label}: ${[...items.slice(-MAX_LISTED), ...more].join(', ')}`)
  }
  add(
    'Messages in this chat',
    said.map((message) => `${quote(message)} (${message.delivered ? 'fetched, not answered' : 'not fetched'})`),
  )
  add(
    'Sent to other chats in the meantime',
    elsewhere.map((message) => `${quote(message)} to ${name(message.chatId)}`),
  )
  add(
    'Requests refused in the meantime',
    refused.map(({ endpoint, result, reason }) => `${endpoint} with ${result} (${reason})`),
  )
  add('Reported by the program', diagnostics)
  lines.push(advice(core, details))
  return lines
}

function advice(core: ActorContext['core'], details: NoMessageDetails): string {
  const { said, diagnostics } = details
  if (details.chatId === CLAWBOT) {
    const problem = bindingProblem(core)
    if (problem !== undefined) return problem
    return fetchAdvice(said, diagnostics)
  }
  const { latest, live } = core.sessions
  if (!latest) return 'No program has logged in.'
  if (!live) return `The program was logged out (${latest.endCode}).`
  if (!live.polled) return 'The program is logged in but is not polling for messages. Has run() been called?'
  return fetchAdvice(said, diagnostics)
}

/** Why an iLink program cannot receive messages. */
function bindingProblem({ ilink }: ActorContext['core']): string | undefined {
  const { binding } = ilink
  if (!binding) return 'No iLink program has logged in.'
  if (binding.tokenState !== 'valid') return 'The token of the iLink program has ended.'
  if (!binding.hasPolled) return 'The iLink program is bound but is not polling for messages. Has run() been called?'
  const last = ilink.dropped.at(-1)
  return last ? `The latest message that was accepted but is not shown as sent: ${last.reason}.` : undefined
}

function fetchAdvice(said: NoMessageDetails['said'], diagnostics: NoMessageDetails['diagnostics']): string {
  if (said.length === 0) return "Nothing has been sent in this chat since the program's last message."
  if (said.some((message) => !message.delivered))
    return 'The program is polling for messages but has not fetched all of these.'
  return diagnostics.length > 0
    ? 'The program fetched these messages.'
    : 'The program fetched these messages, but no handler matched, or the handler returned nothing or threw. See the error event and the log.'
}
