import type * as v from 'valibot'
import type { Core } from '../core.js'
import { completeContent } from '../samples/complete.js'
import { messageView } from '../views/views.js'
import { CLAWBOT } from '../world/clawbot.js'
import { postNotice, speak } from '../world/speak.js'
import type { SAY_BODY } from './bodies.js'
import { checkChat } from './chats.js'
import { writeToClawbot } from './clawbot.js'
import { json } from './guard.js'
import { ApiRefusal } from './refusal.js'

/** Posts a message of any kind to a chat on behalf of the page. */
export function say(core: Core, chatId: string, body: v.InferOutput<typeof SAY_BODY>): Response {
  const { world } = core
  const { speaker, mentions, data, kind, ...fields } = body
  checkChat(core, chatId)
  if (kind === 'text' && (typeof fields.text !== 'string' || fields.text === '')) {
    throw new ApiRefusal(400, 'Invalid text: expected a non-empty string.')
  }
  const bytes = data === undefined ? undefined : Buffer.from(data, 'base64')
  const content = completeContent({ core, chatId, speaker }, { ...fields, kind, ...(bytes ? { bytes } : {}) })
  if (chatId === CLAWBOT) {
    if (speaker !== world.owner.id) throw new ApiRefusal(400, "Invalid speaker: expected the account's owner.")
    return writeToClawbot(core, content)
  }
  if (content.kind === 'note') return json(messageView(world, postNotice(world, chatId, content.text)))
  return json(messageView(world, speak(world, chatId, speaker, content, mentions)))
}
