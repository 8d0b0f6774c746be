import { ArgumentError, ItchatError, type RefusalReason, RefusedError, type SendOutcome } from '../index.js'
import { prefersChinese } from '../util/locale.js'
import { oneLine } from '../util/one-line.js'
import { CommandError, explain } from './explain.js'
import { inLanguage } from './language.js'
import { plural } from './plural.js'
import { InterruptedCommand } from './until-interrupted.js'

const STRINGS = {
  zh: {
    text: '文字',
    nothing: '没有发送任何内容。',
    notSent: (names: readonly string[]) => `没有发送：${names.join('、')}。`,
    unconfirmed: (name: string) => `可能已经发送，但服务器还没有确认：${name}。`,
    parts: (count: number) => `文字的前 ${count} 段已经发送，其余没有。`,
    unconfirmedPart: (count: number) => `文字的前 ${count} 段已经发送，下一段可能已经发送。`,
    space: '',
  },
  en: {
    text: 'the text',
    nothing: 'Nothing was sent.',
    notSent: (names: readonly string[]) => `Not sent: ${names.join(', ')}.`,
    unconfirmed: (name: string) => `Possibly sent, but not confirmed by the server: ${name}.`,
    parts: (count: number) => `${plural(count, 'part')} of the text arrived, and the rest was not sent.`,
    unconfirmedPart: (count: number) =>
      `${plural(count, 'part')} of the text arrived, and the next one may have arrived.`,
    space: ' ',
  },
}

const REFUSALS: Readonly<Record<RefusalReason, string>> = {
  needsMessage: 'the recipient has to write first',
  windowClosed: 'the recipient wrote too long ago, and has to write again',
  quota: 'the recipient has to write again before more messages are allowed',
  throttled: 'too many messages were sent in a short time; try again later',
}

/** How far `itchat send` got. */
interface SendProgress {
  /** What is to be sent, in order: the names of files, `undefined` for the text. */
  names: readonly (string | undefined)[]
  sentCount: number
  /** Number of parts of the text that were sent, if it failed after some of them. */
  partCount: number
  /** The outcome of the send that failed; `undefined` if it made no request. */
  outcome: SendOutcome | undefined
}

/** Adds to the explanation of a failure, or of an interrupt, what was sent. */
export function withResult(error: unknown, progress: SendProgress): unknown {
  if (error instanceof InterruptedCommand) return Object.assign(error, { message: resultOf(progress) })
  if (!(error instanceof ItchatError)) return error
  const message = [explainSend(error), resultOf(progress)].filter(Boolean).join(inLanguage(STRINGS).space)
  return new CommandError(message, { cause: error })
}

/** The advice in the English messages of the library is for programs, not for users of the command. */
function explainSend(error: ItchatError): string {
  if (prefersChinese()) return explain(error)
  if (error instanceof RefusedError) return `The server refused the message (${error.ret}): ${REFUSALS[error.reason]}.`
  const isTooLong = error instanceof ArgumentError && error.argument === 'msg'
  return isTooLong ? 'The text is too long for a message. Send it as a file with --file.' : explain(error)
}

function resultOf({ names, sentCount, partCount, outcome }: SendProgress): string {
  const strings = inLanguage(STRINGS)
  const left = names.slice(sentCount).map((name) => (name === undefined ? strings.text : oneLine(name)))
  const [current = '', ...next] = left
  const isUnconfirmed = outcome === 'unknown'
  if (sentCount === 0 && partCount === 0 && !isUnconfirmed) return strings.nothing
  const sentences: string[] = []
  if (partCount > 0) sentences.push((isUnconfirmed ? strings.unconfirmedPart : strings.parts)(partCount))
  else if (isUnconfirmed) sentences.push(strings.unconfirmed(current))
  const unsent = sentences.length > 0 ? next : left
  if (unsent.length > 0) sentences.push(strings.notSent(unsent))
  return sentences.join(strings.space)
}
