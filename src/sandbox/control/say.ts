import type { Core } from '../core.js'
import type { Fields } from '../read/fields.js'
import { completeContent } from '../samples/complete.js'
import { CLAWBOT } from '../world/clawbot.js'
import { speak } from '../world/speak.js'
import { writeToClawbot } from './clawbot.js'
import { failure, json } from './guard.js'
import { SAYABLE_KINDS, type SayableKind } from './view.js'
import { messageView } from './views.js'

/** Posts a message of any kind to a chat on behalf of the page. */
export function say(core: Core, chatId: string, body: Fields): Response {
  const { speaker, mentions = [], data, kind = 'text', ...fields } = body
  if (typeof speaker !== 'string') return failure(400, 'Invalid speaker: expected a person id.')
  if (!isSayable(kind)) return failure(400, `Invalid kind: expected one of ${SAYABLE_KINDS.join(', ')}.`)
  if (!Array.isArray(mentions) || mentions.some((id) => typeof id !== 'string')) {
    return failure(400, 'Invalid mentions: expected a list of person ids.')
  }
  if (kind === 'text' && (typeof fields.text !== 'string' || fields.text === '')) {
    return failure(400, 'Invalid text: expected a non-empty string.')
  }
  if (data !== undefined && !isBase64(data)) return failure(400, 'Invalid data: expected base64.')
  const bytes = data === undefined ? undefined : Buffer.from(data, 'base64')
  const content = completeContent({ core, chatId, speaker }, { ...fields, kind, ...(bytes ? { bytes } : {}) })
  if (chatId === CLAWBOT) {
    if (speaker !== core.world.owner.id) return failure(400, "Invalid speaker: expected the account's owner.")
    return writeToClawbot(core, content)
  }
  if (content.kind === 'note') return json(messageView(core.world, core.world.notice(chatId, content.text)))
  return json(messageView(core.world, speak(core.world, chatId, speaker, content, mentions)))
}

function isSayable(kind: unknown): kind is SayableKind {
  return SAYABLE_KINDS.some((known) => known === kind)
}

function isBase64(data: unknown): data is string {
  if (typeof data !== 'string' || data === '' || data.length % 4 !== 0) return false
  // Searching for an invalid character avoids storing a backtracking position for every character of the string.
  return !/[^A-Za-z0-9+/]/.test(data.replace(/={1,2}$/, ''))
}
