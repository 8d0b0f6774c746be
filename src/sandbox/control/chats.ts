import type { Core } from '../core.js'
import { chatView, messageView } from '../views/views.js'
import { CLAWBOT } from '../world/clawbot.js'
import { openOnPhone } from '../world/person-rules.js'
import { recallBySpeaker } from '../world/recall.js'
import { json } from './guard.js'
import { ApiRefusal } from './refusal.js'

const PAGE_LIMIT = 200
const PAGE_DEFAULT = 100

/** Refuses an unknown chat id. */
export function checkChat({ world }: Core, id: string): void {
  if (id === CLAWBOT || world.groups.has(id) || world.people.has(id)) return
  throw new ApiRefusal(404, `Unknown chat id "${id}".`)
}

/** Returns a page of messages. */
export function chatMessages(core: Core, id: string, query: { limit?: string; before?: string }): Response {
  checkChat(core, id)
  const limit = Number(query.limit ?? PAGE_DEFAULT)
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_LIMIT)
    throw new ApiRefusal(400, `Invalid limit: expected an integer from 1 to ${PAGE_LIMIT}.`)
  const page = core.world.conversations.get(id)?.page(limit, query.before) ?? []
  return json(page.map((message) => messageView(core.world, message)))
}

export function markRead(core: Core, id: string): Response {
  checkChat(core, id)
  core.world.markRead(id)
  return json(chatView(core.world, id))
}

/** Opens a chat on the phone. */
export function openChat(core: Core, id: string): Response {
  checkChat(core, id)
  openOnPhone(core.world, id, core.sessions.live !== undefined)
  return json(chatView(core.world, id))
}

/** Recalls a message on behalf of its speaker. */
export function recall({ world }: Core, id: string): Response {
  const message = world.findMessage(id)
  if (!message) throw new ApiRefusal(404, `Unknown message id "${id}".`)
  recallBySpeaker(world, message)
  return json(messageView(world, message))
}
