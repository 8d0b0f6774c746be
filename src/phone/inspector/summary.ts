import type { RequestView } from '../../sandbox/control/view.js'
import type { Strings } from '../i18n/strings.js'
import { isPoll, requestString } from '../login/request-strings.js'
import { fileSize } from '../text/file-name.js'
import { groupOf } from './groups.js'
import { isIdle } from './rows.js'
import { isFailed, isRefusal } from './wire-state.js'

type Tone = 'good' | 'warn' | 'bad' | 'plain'

/** A few words about a request. `chatName` is the name of the chat to which it sent a message. */
export function summaryOf(request: RequestView, strings: Strings, chatName: string | undefined): string {
  const { endpoint, status, result = '', messages, replyBytes } = request
  if (status === 0) return strings.wireReset
  if (status === undefined) return isPoll(request) ? strings.wireWaiting : strings.open
  if (isIdle(request)) return strings.wireIdle
  if (chatName !== undefined) return strings.wireTo(chatName)
  if (messages && endpoint === 'synccheck') return strings.wireNews
  if (messages && groupOf(endpoint) === 'sync') return strings.wireMessages(messages.length)
  if (endpoint === 'synccheck') return isRefusal(result) ? '' : strings.wireChange
  if (groupOf(endpoint) === 'media' && replyBytes) return fileSize(replyBytes)
  const key = requestString(request, false)
  return key ? strings[key] : ''
}

/** The result of a request in its list row: the code of the reply, otherwise the HTTP status. */
export function tagOf(request: RequestView, strings: Strings): { text: string; tone: Tone } {
  const { status, result = '', warnings } = request
  if (status === undefined) return { text: isPoll(request) ? strings.poll : strings.open, tone: 'plain' }
  if (isFailed(status)) return { text: status === 0 ? '×' : String(status), tone: 'bad' }
  const isRefused = isRefusal(result) || request.reason !== undefined
  if (isRefused && result !== '' && result !== '0') return { text: result, tone: 'warn' }
  const text = result === '' || result === '0' ? String(status) : result
  return { text, tone: warnings || isRefused ? 'warn' : 'good' }
}
