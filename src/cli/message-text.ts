import type { MessageView } from '../sandbox/index.js'
import { oneLine } from '../util/one-line.js'
import { strings } from './strings.js'

/**
 * Formats a message of any kind as one line of terminal output, which is never empty: `[picture]`, `[voice 2″]`,
 * `recalled: hello`.
 */
export function messageText(message: MessageView): string {
  const { kinds, recalled } = strings()
  const isPlain = message.kind === 'text' || message.kind === 'note' || message.kind === 'quote'
  const text = oneLine(message.text).trim()
  const label = `[${[kinds[message.kind], extent(message)].filter(Boolean).join(' ')}]`
  const line = isPlain && text !== '' ? text : `${label} ${text}`.trimEnd()
  return message.recalled ? recalled(line) : line
}

/** The length, amount or type shown next to the kind. */
function extent(message: MessageView): string {
  switch (message.kind) {
    case 'voice':
    case 'video': {
      const { durationMs } = message.content.media
      return durationMs === undefined ? '' : `${Math.max(1, Math.round(durationMs / 1000))}″`
    }
    case 'transfer':
      return `¥${(message.content.amountFen / 100).toFixed(2)}`
    case 'unknown': {
      const { msgType, appMsgType } = message.content
      return appMsgType ? `${msgType}/${appMsgType}` : String(msgType)
    }
    default:
      return ''
  }
}
