import type { Core } from '../core.js'
import type { Fields } from '../read/fields.js'
import { completeContent } from '../samples/complete.js'
import { speak } from '../world/speak.js'
import { failure, json } from './guard.js'
import { SAYABLE_KINDS, type SayableKind } from './view.js'
import { messageView } from './views.js'

/** Says something of any kind in a chat, as the page asked. */
export function say(core: Core, chatId: string, body: Fields): Response {
  const { speaker, mentions = [], data, kind = 'text', ...fields } = body
  if (typeof speaker !== 'string') return failure(400, 'speaker is a person id')
  if (!isSayable(kind)) return failure(400, `kind is one of ${SAYABLE_KINDS.join(', ')}`)
  if (!Array.isArray(mentions) || mentions.some((one) => typeof one !== 'string')) {
    return failure(400, 'mentions is a list of person ids')
  }
  if (kind === 'text' && (typeof fields.text !== 'string' || fields.text === '')) {
    return failure(400, 'a text that is not empty is needed')
  }
  if (data !== undefined && !isBase64(data)) return failure(400, 'data is not base64, or nothing')
  const bytes = data === undefined ? undefined : Buffer.from(data, 'base64')
  const content = completeContent({ core, chatId, speaker }, { ...fields, kind, ...(bytes ? { bytes } : {}) })
  if (content.kind === 'note') return json(messageView(core.world, core.world.notice(chatId, content.text)))
  return json(messageView(core.world, speak(core.world, chatId, speaker, content, mentions)))
}

function isSayable(kind: unknown): kind is SayableKind {
  return SAYABLE_KINDS.some((one) => one === kind)
}

function isBase64(data: unknown): data is string {
  if (typeof data !== 'string' || data === '' || data.length % 4 !== 0) return false
  // Looks for what does not belong there: a pattern that matched the whole would keep a place to come back to for each character.
  return !/[^A-Za-z0-9+/]/.test(data.replace(/={1,2}$/, ''))
}
