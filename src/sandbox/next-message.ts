import type { ActorContext } from './actors/actor-context.js'
import type { MessageView } from './control/view.js'
import { chatView, messageView } from './control/views.js'
import { SandboxError } from './errors.js'
import { type NoMessageDetails, NoMessageError } from './no-message-error.js'
import type { SentMessage } from './sent-messages.js'
import type { Message } from './world/message.js'

/** How long to wait. */
export interface WaitOptions {
  /** Rejects with its reason when it aborts. */
  signal?: AbortSignal
  /** Ms, 0 to 2^31 − 1, or `Infinity` for no limit. Default: the sandbox's `messageTimeoutMs`. */
  timeoutMs?: number
}

const MAX_MS = 2 ** 31 - 1
const SHOWN = 5

/** Takes the oldest message of the program in a chat, or waits for one; rejects with a `NoMessageError` in the end. */
export async function nextMessage(context: ActorContext, chatId: string, options: WaitOptions): Promise<SentMessage> {
  const { settings, world, clock } = context.core
  const { signal, timeoutMs = settings.messageTimeoutMs } = options
  if (timeoutMs !== Number.POSITIVE_INFINITY && !(timeoutMs >= 0 && timeoutMs <= MAX_MS)) {
    throw new SandboxError(`Invalid timeoutMs ${timeoutMs}: expected 0 to ${MAX_MS} or Infinity.`)
  }
  const start = { id: world.newMessageId(), at: clock.now() }
  const over = new AbortController()
  const done = new AbortController()
  if (timeoutMs !== Number.POSITIVE_INFINITY) {
    settings.waitClock.sleep(timeoutMs, done.signal).then(
      () => over.abort(),
      () => {},
    )
  }
  try {
    return await context.sentMessages.next(chatId, AbortSignal.any([...(signal ? [signal] : []), over.signal]))
  } catch (error) {
    if (over.signal.aborted && !signal?.aborted) throw noMessage(context, chatId, timeoutMs, start)
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
  // Ids grow, and all of them have the same length.
  const sinceId = first && first.id < start.id ? first.id : start.id
  const sinceAt = Math.min(first?.at ?? start.at, start.at)
  const elsewhere = [...world.conversations.values()]
    .filter((one) => one.chatId !== chatId)
    .flatMap((one) => one.messages.filter((message) => message.origin === 'bot' && message.id > sinceId))
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

/** What the program was or will be told of since it spoke last; not what was said before the sandbox started. */
function unanswered(messages: readonly Message[]): Message[] {
  const last = messages.findLastIndex((message) => message.origin === 'bot')
  return messages.slice(last + 1).filter((message) => !message.delivered || message.deliveredAt !== undefined)
}

function describe({ core }: ActorContext, details: NoMessageDetails): string[] {
  const { said, elsewhere, refused, diagnostics } = details
  const name = (chatId: string) => chatView(core.world, chatId).name
  const quote = ({ kind, text }: MessageView) => (text === '' ? `[${kind}]` : JSON.stringify(text))
  const lines = [`The program sent nothing to ${name(details.chatId)} within ${details.timeoutMs} ms.`]
  const add = (what: string, items: readonly string[]) => {
    if (items.length === 0) return
    const more = items.length > SHOWN ? [`${items.length - SHOWN} more`] : []
    lines.push(`${what}: ${[...items.slice(-SHOWN), ...more].join(', ')}`)
  }
  add(
    'Said there',
    said.map((message) => `${quote(message)} (${message.delivered ? 'fetched, not answered' : 'not fetched'})`),
  )
  add(
    'Sent elsewhere meanwhile',
    elsewhere.map((message) => `${quote(message)} to ${name(message.chatId)}`),
  )
  add(
    'Refused meanwhile',
    refused.map(({ endpoint, result, reason }) => `${endpoint} with ${result} (${reason})`),
  )
  add('Reported by the program', diagnostics)
  lines.push(advice(core, details))
  return lines
}

function advice({ sessions }: ActorContext['core'], { said, diagnostics }: NoMessageDetails): string {
  const { latest, live } = sessions
  if (!latest) return 'No program has logged in.'
  if (!live) return `The program was logged out (${latest.endCode}).`
  if (!live.polled) return 'The program is logged in and does not ask for messages: has run() been called?'
  if (said.length === 0) return 'Nothing was said to it there since its last message.'
  if (said.some((message) => !message.delivered))
    return 'The program asks for messages, but has not fetched all of these.'
  return diagnostics.length > 0
    ? 'The program fetched them.'
    : 'The program fetched them: no handler matched, it returned nothing, or it threw; see its error event and its log.'
}
