/** Answers friends with a language model behind an OpenAI-compatible API. The answer arrives in parts, as it is written. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, Itchat, TEXT } from 'itchat'
import { ilink } from 'itchat/ilink'

interface Turn {
  role: 'system' | 'user' | 'assistant'
  content: string
}

const SYSTEM: Turn = { role: 'system', content: 'You chat with a friend on WeChat. Answer briefly, without Markdown.' }
const MAX_TURNS = 20
const MAX_QUESTION_LENGTH = 4_000
const MAX_CONVERSATIONS = 500
/** For all people together: it limits the cost, and what two bots write to each other. */
const MAX_ANSWERS_PER_HOUR = 100
const TIMEOUT_MS = 60_000
const TOO_LATE = 'Sorry, the answer takes too long. Please ask again later.'
const FAILED = 'Sorry, I cannot answer now. Please ask again later.'

/** Yields the pieces of an answer. */
async function* complete(turns: readonly Turn[], signal: AbortSignal): AsyncGenerator<string> {
  const { OPENAI_BASE_URL = 'https://api.openai.com/v1', OPENAI_MODEL = '', OPENAI_API_KEY = '' } = process.env
  const response = await fetch(`${OPENAI_BASE_URL}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${OPENAI_API_KEY}` },
    body: JSON.stringify({ model: OPENAI_MODEL, stream: true, messages: [SYSTEM, ...turns] }),
    signal,
  })
  if (!response.ok || !response.body) throw new Error(`The server of the model replied with status ${response.status}.`)
  let rest = ''
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const data = /^data: ?(.+?)\r?$/.exec(line)?.[1]
      if (data === '[DONE]') return
      if (data !== undefined) yield JSON.parse(data).choices?.[0]?.delta?.content ?? ''
    }
  }
}

/** The length of the message that can be sent now: to the end of a paragraph or, in long ones, of a sentence. */
function readyLength(text: string): number {
  const cutsNoCodeBlock = (length: number) => text.slice(0, length).split('```').length % 2 === 1
  const lastEnd = (pattern: RegExp) =>
    [...text.matchAll(pattern)].map(({ index }) => index + 1).findLast(cutsNoCodeBlock) ?? 0
  const paragraph = lastEnd(/\n\n/g)
  if (paragraph > 40) return paragraph
  return text.length < 200 ? 0 : lastEnd(/[。！？\n]|[.!?]\s/g)
}

/** Joins the pieces of an answer to messages. */
async function* messagesOf(pieces: AsyncIterable<string>, isSplit: boolean): AsyncGenerator<string> {
  let text = ''
  for await (const piece of pieces) {
    text += piece
    const length = isSplit ? readyLength(text) : 0
    if (text.slice(0, length).trim() !== '') {
      yield text.slice(0, length).trim()
      text = text.slice(length)
    }
  }
  if (text.trim() !== '') yield text.trim()
}

const realTime: Pick<Clock, 'now' | 'sleep'> = {
  now: () => Date.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal && { signal }),
}

export function register(bot: Itchat, { clock = realTime } = {}): void {
  const conversations = new Map<string, Turn[]>()
  const running = new Map<string, AbortController>()
  let startedAt: number[] = []

  /** The latest turns with a person. The conversations that were used last are kept. */
  function turnsWith(person: string): Turn[] {
    const turns = conversations.get(person) ?? []
    conversations.delete(person)
    conversations.set(person, turns)
    for (const oldest of conversations.keys()) if (conversations.size > MAX_CONVERSATIONS) conversations.delete(oldest)
    return turns
  }

  bot.msgRegister(TEXT, async (msg) => {
    if (msg.isSelf) return
    startedAt = startedAt.filter((at) => at > clock.now() - 60 * 60_000)
    if (startedAt.push(clock.now()) > MAX_ANSWERS_PER_HOUR) return console.error('No answer: too many in an hour.')
    const person = msg.user.puid
    // Over iLink, which counts messages, the answer is one message, and the phone shows that it is being written.
    const isOneMessage = bot.supports('typing')
    // A taken message does not hold up the next one, which cancels the answer.
    const taken = isOneMessage ? undefined : msg.take()
    running.get(person)?.abort()
    const stop = new AbortController()
    running.set(person, stop)
    const timeout = AbortSignal.timeout(TIMEOUT_MS)
    const signal = AbortSignal.any([stop.signal, timeout])

    const turns = turnsWith(person)
    turns.push({ role: 'user', content: msg.text.slice(0, MAX_QUESTION_LENGTH) })
    const answer: Turn = { role: 'assistant', content: '' }
    const pieces = complete([...turns], signal)
    turns.push(answer)
    turns.splice(0, turns.length - MAX_TURNS)
    try {
      for await (const text of messagesOf(pieces, !isOneMessage)) {
        if (answer.content !== '') await clock.sleep(Math.min(2_500, text.length * 25), signal)
        // `reply` never sends a file, whatever the model writes.
        await msg.reply(text, { signal })
        answer.content += `${text}\n\n`
      }
    } catch (error) {
      if (stop.signal.aborted) return
      console.error(`No answer: ${error}`)
      await msg.reply(timeout.aborted ? TOO_LATE : FAILED)
    } finally {
      if (running.get(person) === stop) running.delete(person)
      await taken?.done()
    }
  })
}

const isIlink = process.env.ITCHAT_TRANSPORT === 'ilink'
const bot = new Itchat({ directives: 'off', ...(isIlink ? { transport: ilink({ typing: true }) } : {}) })
register(bot)
await bot.autoLogin({ hotReload: true })
process.once('SIGINT', () => bot.close())
await bot.run()
